import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Raster } from '../domain.ts';
import { letterbox, squareCrop } from './geometry.ts';
import { mirror, warp } from './warp.ts';

function raster(width: number, height: number, grey: (x: number, y: number) => number): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 3) data.fill(grey(x, y), at, at + 3);
  }
  return { width, height, data };
}

const IDENTITY = { a: 1, b: 0, tx: 0, ty: 0 };
const checkers = (x: number, y: number): number => ((x + y) % 2 === 0 ? 255 : 0);

test('a crop without change is the picture itself', () => {
  const source = raster(32, 32, (x, y) => x * 5 + y);
  assert.deepEqual(warp(source, IDENTITY, 32), source.data);
});

test('a quarter turn moves every pixel to its place', () => {
  const source = raster(16, 16, (x, y) => x * 10 + y);
  const turned = warp(source, letterbox([0, 0, 16, 16], 16, 1), 16);
  for (let y = 0; y < 16; y += 1) {
    for (let x = 0; x < 16; x += 1) assert.equal(turned[(y * 16 + x) * 3], y * 10 + (15 - x));
  }
});

for (const step of [2, 2.5, 4, 7.3, 16]) {
  for (const turn of [0, 0.3]) {
    test(`reducing ${step} times, turned by ${turn}, averages instead of aliasing`, () => {
      const source = raster(400, 400, checkers);
      const size = Math.floor(240 / step);
      const crop = warp(source, squareCrop([200, 200], 240, turn, size), size);
      // A plain bilinear warp of this pattern gives stripes between 0 and 255.
      for (const value of crop) assert.ok(value > 90 && value < 165, String(value));
    });
  }
}

test('the straight way and the general one agree', () => {
  const source = raster(300, 200, (x, y) => 128 + 100 * Math.sin(x / 9) * Math.cos(y / 7));
  for (const size of [64, 128, 256]) {
    const straight = letterbox([0, 0, 300, 200], size);
    const general = warp(source, { ...straight, b: 1e-7 }, size);
    let sum = 0;
    for (const [i, value] of warp(source, straight, size).entries()) sum += Math.abs(value - (general[i] ?? 0));
    assert.ok(sum / general.length < 2.5, `${size}: ${sum / general.length}`);
  }
});

test('what lies outside of the picture is black, its own edge is not darkened', () => {
  const source = raster(40, 20, () => 200);
  for (const size of [10, 40, 100]) {
    const crop = warp(source, letterbox([0, 0, 40, 20], size), size);
    const at = (x: number, y: number): number => crop[(y * size + x) * 3] ?? -1;
    const middle = Math.floor(size / 2);
    assert.equal(at(middle, 0), 0);
    assert.equal(at(middle, size - 1), 0);
    assert.equal(at(middle, middle), 200);
    assert.equal(at(0, middle), 200);
    assert.equal(at(size - 1, middle), 200);
  }
  assert.ok(warp(source, { ...IDENTITY, tx: 1e4 }, 16).every((value) => value === 0));
  assert.ok(warp(source, { a: 0.01, b: 0.001, tx: 1e4, ty: 0 }, 16).every((value) => value === 0));
});

test('the mirror image of the mirror image is the crop', () => {
  const { data } = raster(7, 3, (x, y) => x * 30 + y);
  const mirrored = mirror(data, 7, 3);
  assert.equal(mirrored[0], data[6 * 3]);
  assert.deepEqual(mirror(mirrored, 7, 3), data);
});
