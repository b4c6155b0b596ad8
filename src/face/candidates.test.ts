import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box } from '../domain.ts';
import { blend, unique, type Candidate } from './candidates.ts';

function candidate(box: Box, score: number, eyes: Candidate['eyes'] = null): Candidate {
  return { box, score, eyes };
}

test('overlapping answers are averaged by their score, others stay', () => {
  const faces = blend(
    [
      candidate([0, 0, 100, 100], 0.9, [
        [30, 40],
        [70, 40],
      ]),
      candidate([10, 10, 100, 100], 0.3, [
        [42, 52],
        [82, 52],
      ]),
      candidate([300, 0, 50, 50], 0.95),
    ],
    0.3,
  );
  assert.equal(faces.length, 2);
  assert.deepEqual(faces[0], candidate([300, 0, 50, 50], 0.95));
  const [, blended] = faces;
  assert.ok(blended?.eyes);
  assert.equal(blended.score, 0.9);
  assert.ok(Math.abs(blended.box[0] - 2.5) < 1e-9);
  assert.ok(Math.abs(blended.eyes[0][0] - 33) < 1e-9);
});

test('the same face in two sizes is one face', () => {
  const faces = unique([
    { box: [0, 0, 100, 100] as const },
    { box: [20, 20, 50, 60] as const },
    { box: [90, 0, 100, 100] as const },
  ]);
  assert.deepEqual(
    faces.map(({ box }) => box[0]),
    [0, 90],
  );
});
