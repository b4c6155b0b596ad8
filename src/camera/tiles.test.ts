import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tilesOver } from './tiles.ts';

test('one column is the whole height, and more columns are smaller squares that overlap and cover all', () => {
  for (const [width, height] of [
    [1920, 1080],
    [3840, 1080],
    [1080, 1920],
    [640, 480],
  ] as const) {
    for (const columns of [2, 3, 5, 8]) {
      const tiles = tilesOver(width, height, columns);
      const side = tiles[0]?.[2] ?? 0;
      assert.ok(tiles.every(([x, y, w, h]) => w === side && h === side && x >= 0 && y >= 0));
      assert.ok(tiles.every(([x, y]) => x + side <= width + 1e-6 && y + side <= height + 1e-6));
      // A face of a fifth of a tile is whole in one of them, wherever it is.
      const face = side * 0.19;
      for (let x = 0; x + face <= width; x += 37) {
        for (let y = 0; y + face <= height; y += 37) {
          const whole = tiles.some(
            ([left, top]) =>
              x >= left - 1e-6 && y >= top - 1e-6 && x + face <= left + side + 1e-6 && y + face <= top + side + 1e-6,
          );
          assert.ok(whole, `${columns} columns of ${width}x${height}: ${x}, ${y}`);
        }
      }
    }
  }
  assert.equal(new Set(tilesOver(3840, 2160, 4).map(([x]) => x)).size, 4);
  assert.equal(tilesOver(1080, 1080, 1).length, 1);
});
