import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brighten, gainOf } from './brighten.ts';

const SIZE = 50;
/** A grey chip: bright edges, a middle of this luminance. */
function chip(middle: number, edge = 255): Uint8Array {
  return Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % SIZE, Math.floor(i / 3 / SIZE)];
    return Math.min(x, y, SIZE - 1 - x, SIZE - 1 - y) < 10 ? edge : middle;
  });
}

test('a bright face stays as it is, a dark one before a bright window is brought up, the darkest not without end', () => {
  assert.equal(gainOf(chip(180), SIZE), 1);
  assert.equal(gainOf(chip(44), SIZE), 5);
  assert.equal(gainOf(chip(3), SIZE), 8);
  assert.equal(gainOf(chip(0), SIZE), 8);
});

test('all colours get the same factor, and nothing runs over', () => {
  const colours = Uint8Array.of(10, 20, 30, 60, 100, 0);
  brighten(colours, 4);
  assert.deepEqual([...colours], [40, 80, 120, 240, 255, 0]);
});
