import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Point } from '../domain.ts';
import * as geometry from './geometry.ts';

const { apply, applyToBox, compose, fitSimilarity, invert, letterbox, overlap, containment, scaleOf, squareCrop } =
  geometry;

function assertNear(found: Point, wanted: Point, tolerance = 1e-9): void {
  const distance = Math.hypot(found[0] - wanted[0], found[1] - wanted[1]);
  assert.ok(distance <= tolerance, `${found.join(', ')} should be ${wanted.join(', ')}`);
}

const TURNED = { a: 1.2, b: -0.7, tx: 30, ty: -4 };
const POINTS: readonly Point[] = [
  [10, 20],
  [55, 18],
  [30, 60],
  [12, 80],
  [60, 79],
];

test('the fit finds the similarity that the points were made with', () => {
  const moved = POINTS.map((point) => apply(TURNED, point));
  const fit = fitSimilarity(POINTS, moved);
  for (const point of POINTS) assertNear(apply(fit, point), apply(TURNED, point), 1e-9);
});

test('the fit has a smaller squared error than any similarity beside it', () => {
  const noisy = POINTS.map((point, i): Point => {
    const [x, y] = apply(TURNED, point);
    return [x + Math.sin(i * 7) * 3, y + Math.cos(i * 5) * 3];
  });
  const error = (t: geometry.Similarity): number =>
    POINTS.reduce((sum, point, i) => {
      const [x, y] = apply(t, point);
      const [gx = 0, gy = 0] = noisy[i] ?? [];
      return sum + (x - gx) ** 2 + (y - gy) ** 2;
    }, 0);
  const fit = fitSimilarity(POINTS, noisy);
  const best = error(fit);
  assert.ok(best > 0);
  for (const key of ['a', 'b', 'tx', 'ty'] as const) {
    for (const step of [-0.01, 0.01]) assert.ok(error({ ...fit, [key]: fit[key] + step }) > best, key);
  }
});

test('the fit refuses points that are one and the same', () => {
  assert.throws(
    () =>
      fitSimilarity(
        [
          [1, 1],
          [1, 1],
        ],
        [
          [0, 0],
          [5, 5],
        ],
      ),
    RangeError,
  );
  assert.throws(
    () =>
      fitSimilarity(
        [
          [1, 1],
          [2, 1],
        ],
        [[0, 0]],
      ),
    RangeError,
  );
});

test('there and back again', () => {
  for (const point of POINTS) {
    assertNear(apply(invert(TURNED), apply(TURNED, point)), point);
    assertNear(apply(compose(TURNED, invert(TURNED)), point), point);
  }
});

test('a square crop puts the middle in the middle and turns the head upright', () => {
  // The eyes of a head tilted clockwise: the left eye (right in the picture) is lower.
  const [right, left]: [Point, Point] = [
    [100, 100],
    [140, 130],
  ];
  const turn = Math.atan2(left[1] - right[1], left[0] - right[0]);
  const crop = squareCrop([120, 115], 100, turn, 192);
  assertNear(apply(crop, [120, 115]), [96, 96]);
  const [r, l] = [apply(crop, right), apply(crop, left)];
  assert.ok(Math.abs(r[1] - l[1]) < 1e-9 && l[0] > r[0]);
  assert.ok(Math.abs(scaleOf(crop) - 1.92) < 1e-12);
});

test('a letterbox holds the whole region, turned or not', () => {
  assertNear(apply(letterbox([0, 0, 400, 200], 256), [0, 0]), [0, 64]);
  assertNear(apply(letterbox([0, 0, 400, 200], 256), [400, 200]), [256, 192]);
  // A quarter clockwise: what was at the top left is at the top right.
  assertNear(apply(letterbox([0, 0, 200, 200], 256, 1), [0, 0]), [256, 0], 1e-9);
  assertNear(apply(letterbox([0, 0, 200, 200], 256, 2), [0, 0]), [256, 256], 1e-9);
  const [x, y, w, h] = applyToBox(letterbox([50, 60, 400, 200], 256, 1, 0.5), [50, 60, 400, 200]);
  assertNear([w, h], [64, 128], 1e-9);
  assertNear([x + w / 2, y + h / 2], [128, 128], 1e-9);
});

test('overlap and containment', () => {
  assert.equal(overlap([0, 0, 10, 10], [0, 0, 10, 10]), 1);
  assert.equal(overlap([0, 0, 10, 10], [10, 0, 10, 10]), 0);
  assert.equal(overlap([0, 0, 10, 10], [5, 0, 10, 10]), 1 / 3);
  assert.equal(containment([0, 0, 10, 10], [2, 2, 4, 4]), 1);
});
