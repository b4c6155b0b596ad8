import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCut, planTiles } from './tiles.ts';

test('every face up to the shared width lies whole in one of the tiles, and the tiles stay inside', () => {
  for (const [w, h] of [
    [3840, 2160],
    [1920, 1080],
    [900, 2500],
    [321, 320],
  ] as const) {
    const region = [10, 20, w, h] as const;
    const tiles = planTiles(region, 320, 80);
    assert.ok(tiles.every(([x, y]) => x >= 10 && y >= 20 && x + 320 <= 10 + w + 1e-9 && y + 320 <= 20 + h + 1e-9));
    for (const size of [24, 78]) {
      for (let y = 20; y + size <= 20 + h; y += 37) {
        for (let x = 10; x + size <= 10 + w; x += 41) {
          const whole = tiles.filter(
            ([left, top, side]) => x >= left && y >= top && x + size <= left + side && y + size <= top + side,
          );
          assert.ok(whole.length > 0, `${size} at ${x},${y} of ${w}×${h}`);
        }
      }
    }
  }
  assert.deepEqual(planTiles([0, 0, 200, 100], 320, 80), [[0, 0, 320]]);
});

test('a box is cut at a seam, but not at the edge of the picture', () => {
  const region = [0, 0, 640, 320] as const;
  assert.ok(isCut([290, 100, 30, 30], [0, 0, 320], region));
  assert.ok(isCut([318, 100, 30, 30], [320, 0, 320], region));
  assert.ok(!isCut([0, 0, 30, 30], [0, 0, 320], region));
  assert.ok(!isCut([610, 290, 30, 30], [320, 0, 320], region));
  assert.ok(!isCut([100, 100, 30, 30], [0, 0, 320], region));
});
