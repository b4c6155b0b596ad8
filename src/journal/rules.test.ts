import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box, Face, Quality } from '../domain.ts';
import { chooseFace, overlap } from './choose-face.ts';
import { tooPoor, worthKeeping } from './rules.ts';

const good: Quality = {
  size: 0.8,
  sharpness: 0.9,
  light: 1,
  contrast: 1,
  pose: 0.9,
  occlusion: 1,
  total: 0.65,
  reason: 'size',
  luminance: 120,
  eyes: 1,
  mouth: 1,
};

const match = (distance: number, personId = 'p') => ({
  decision: 'unknown' as const,
  nearest: { personId, referenceId: 'r', distance },
  runnerUp: null,
  margin: null,
  threshold: 0.6,
});
const face = (...box: Box): Face => ({ box }) as unknown as Face;

test('a face that would not be found again makes no new person, and the sentence says why', () => {
  assert.equal(tooPoor(good), undefined);
  assert.match(tooPoor({ ...good, pose: 0.1, total: 0.2 }) ?? '', /turned too far/);
  assert.match(tooPoor({ ...good, sharpness: 0.05, total: 0.2 }) ?? '', /blurred/);
  assert.match(tooPoor({ ...good, size: 0.02, total: 0.02 }) ?? '', /too small/);
  assert.match(tooPoor({ ...good, occlusion: 0.05, total: 0.05, reason: 'occlusion' }) ?? '', /covered/);
});

test('a reference is kept of a stranger, when it is good and neither near to her others nor doubtful', () => {
  const shot = { kind: 'unknown' as const, personId: 'p', references: 1, match: match(0.4), quality: good };
  assert.equal(worthKeeping(shot), true);
  assert.equal(worthKeeping({ ...shot, kind: 'known' }), false);
  assert.equal(worthKeeping({ ...shot, references: 5 }), false);
  assert.equal(worthKeeping({ ...shot, match: match(0.2) }), false);
  assert.equal(worthKeeping({ ...shot, match: match(0.7) }), false);
  assert.equal(worthKeeping({ ...shot, match: match(0.4, 'somebody else') }), false);
  assert.equal(worthKeeping({ ...shot, match: { ...match(0), nearest: null } }), false);
  assert.equal(worthKeeping({ ...shot, quality: { ...good, total: 0.2 } }), false);
});

test('the face in the box is chosen, the best one where there is no box', () => {
  const [a, b] = [face(0, 0, 50, 50), face(100, 0, 50, 50)];
  assert.equal(chooseFace([a, b], null), a);
  assert.equal(chooseFace([a, b], [90, 10, 50, 50]), b);
  assert.equal(chooseFace([a, b], [300, 300, 10, 10]), a);
  assert.equal(chooseFace([], [0, 0, 10, 10]), undefined);
  assert.equal(overlap([0, 0, 10, 10], [5, 0, 10, 10]), 1 / 3);
  assert.equal(overlap([0, 0, 10, 10], [10, 0, 10, 10]), 0);
});
