import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box, Pose, Quality } from '../domain.ts';
import { factsOf, type FaceSample } from './face-facts.ts';
import { lightOf } from './eyes.ts';
import { faceAt } from './test-kit.ts';

interface Given extends Partial<Omit<FaceSample, 'pose' | 'quality'>> {
  readonly pose?: Partial<Pose>;
  readonly quality?: Partial<Quality>;
}

function sample({ pose, quality, ...more }: Given = {}): FaceSample {
  const face = faceAt([0, 0, 50, 50], 0.9);
  return {
    at: 0,
    box: [0.4, 0.4, 0.1, 0.15],
    px: 50,
    around: 120,
    speed: 0,
    ...more,
    pose: { ...face.pose, ...pose },
    quality: { ...face.quality, ...quality },
  };
}

test('the angle faces are seen from, and where those look that are turned away', () => {
  const { pitch, yaw, toLeft, toRight, turned } = factsOf(
    [
      sample({ pose: { pitch: -30, yaw: 5 } }),
      sample({ pose: { pitch: -62, yaw: 10 }, quality: { pose: 0.2 } }),
      sample({ pose: { pitch: -10, yaw: -70 }, quality: { pose: 0.1 } }),
      sample({ pose: { pitch: -33, yaw: 40 } }),
    ],
    60,
    60,
  );
  assert.deepEqual([pitch, yaw, toLeft, toRight], [-33, 5, 0.25, 0.25]);
  assert.deepEqual(turned, { up: 0, down: 1, left: 1, right: 0, degrees: 62 });
});

test('how large a small face would have to be', () => {
  // Eyes 5 px apart: size (5 − 2) / 30 = 0.1, and the total is the size alone. 0.15 needs 6.5 px.
  const { small } = factsOf([sample({ px: 10, quality: { size: 0.1, total: 0.1, reason: 'size' } })], 60, 60);
  assert.equal(small.px, 10);
  assert.equal(Math.round(small.neededPx ?? 0), 13);
});

test('blur with movement and without, light of each kind, faces at the edge', () => {
  const facts = factsOf(
    [
      sample({ speed: 2, quality: { sharpness: 0.1 } }),
      sample({ speed: 0.1, quality: { sharpness: 0.1 } }),
      sample({ speed: null, quality: { sharpness: 0.1 } }),
      sample({ around: 150, quality: { total: 0.1, reason: 'light', luminance: 40 } }),
      sample({ around: 45, quality: { total: 0.1, reason: 'light', luminance: 40 } }),
      sample({ quality: { total: 0.1, reason: 'light', luminance: 220 } }),
      sample({ quality: { total: 0.1, reason: 'light', luminance: 110 } }),
      sample({ box: [-0.02, 0.4, 0.1, 0.15], quality: { total: 0.1, reason: 'occlusion' } }),
      sample({ quality: { total: 0.1, reason: 'occlusion' } }),
    ],
    60,
    60,
  );
  assert.deepEqual(facts.blurred, { moving: 1, still: 2 });
  assert.deepEqual(facts.lit, { dark: 1, backlit: 1, bright: 1, uneven: 1 });
  assert.deepEqual(facts.covered, { atEdge: 1, inside: 1 });
});

function during(seconds: number, boxAt: (second: number) => Box, quality: Partial<Quality> = {}): FaceSample[] {
  return Array.from({ length: seconds }, (_, second) => sample({ at: second * 1000, box: boxAt(second), quality }));
}

test('a face that never moves is a poster; somebody who sits there is not; a screen is never usable', () => {
  const poster = during(60, () => [0.1, 0.1, 0.1, 0.1]);
  const sitting = during(60, (second) => [0.4 + 0.015 * Math.sin(second), 0.4, 0.1, 0.1]);
  const screen = during(60, (second) => [0.8 + 0.015 * Math.sin(second), 0.4, 0.1, 0.1], { pose: 0.1 });
  const passing = during(20, (second) => [0.05 * second, 0.7, 0.1, 0.1]);
  // Every third second somebody else is at the same place, turned away.
  const door = during(60, () => [0.6, 0.7, 0.1, 0.1], { pose: 0.1 }).filter((_, second) => second % 3 === 0);
  const { fixed } = factsOf([...poster, ...sitting, ...screen, ...passing, ...door], 60, 60);
  assert.deepEqual(
    fixed.map(({ box, unmoving, usable }) => [Math.round(box[0] * 10), unmoving, usable]),
    [
      [1, true, 60],
      [8, false, 0],
    ],
  );
  assert.deepEqual(
    factsOf(
      during(20, () => [0.1, 0.1, 0.1, 0.1]),
      60,
      60,
    ).fixed,
    [],
    'somebody who stood there for a while',
  );
});

test('light of a picture: mean, what is black and burnt out, how much drawing there is', () => {
  const data = Uint8Array.from({ length: 100 }, (_, i) => (i < 40 ? 0 : i < 90 ? 100 : 255));
  assert.deepEqual(lightOf({ width: 10, height: 10, data }), { mean: 75.5, black: 0.4, white: 0.1, spread: 255 });
});
