import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accuracyAt,
  bestThreshold,
  crossValidate,
  evenFolds,
  lowQuantile,
  tarAtFar,
  type Comparison,
} from './metrics.ts';
import { distanceOf } from '../distance.ts';
import { parseProtocol } from './identification.ts';
import { parsePairs, verificationFigures } from './verification.ts';

const pairs = (same: readonly number[], different: readonly number[]): Comparison[] => [
  ...same.map((distance) => ({ distance, same: true })),
  ...different.map((distance) => ({ distance, same: false })),
];

test('the best threshold parts what can be parted, and a photo without a face never counts as the same person', () => {
  const comparisons = pairs([0.2, 0.3, 0.5, Infinity], [0.45, 0.7, 0.8, 0.9]);
  const threshold = bestThreshold(comparisons);
  assert.equal(threshold, 0.375);
  assert.equal(accuracyAt(comparisons, threshold), 6 / 8);
  assert.equal(bestThreshold(pairs([0.2, 0.3], [0.5])), 0.4);
});

test('cross validation judges every fold by a threshold that has not seen it', () => {
  // One fold lies elsewhere: its own best threshold would be perfect, the others' one is wrong for all its same pairs.
  const comparisons = [...pairs([0.1, 0.1], [0.5, 0.5]), ...pairs([0.8, 0.8], [0.95, 0.95])];
  const folds = [0, 0, 0, 0, 1, 1, 1, 1];
  const { accuracy, sd } = crossValidate(comparisons, folds);
  assert.equal(accuracy, 0.5);
  assert.equal(sd, 0);
  assert.deepEqual(evenFolds(pairs([1, 1, 1, 1], [2, 2]), 2), [0, 0, 1, 1, 0, 1]);
});

test('TAR at a FAR counts same pairs under the largest threshold that the rate allows', () => {
  const different = Array.from({ length: 100 }, (_, i) => 0.5 + i / 100);
  const comparisons = pairs([0.4, 0.505, 0.6], different);
  assert.equal(lowQuantile(different, 0.01), 0.51);
  assert.equal(tarAtFar(comparisons, 0.01), 2 / 3);
  assert.equal(tarAtFar(comparisons, 0.001), 1 / 3);
});

test('pairs files and protocols are read as published, and a wrong line is named', () => {
  assert.deepEqual(parsePairs('1\nAda_L\t1\t12\nAda_L 2 Bob 3\n', 'pairs.txt'), [
    { a: 'Ada_L/Ada_L_0001.jpg', b: 'Ada_L/Ada_L_0012.jpg', same: true },
    { a: 'Ada_L/Ada_L_0002.jpg', b: 'Bob/Bob_0003.jpg', same: false },
  ]);
  assert.throws(() => parsePairs('1\nAda 1 2\nAda 1 Bob x\n', 'pairs.txt'), /pairs\.txt, line 3: expected/);
  assert.throws(() => parsePairs('1\nAda 1 2\n', 'pairs.txt'), /two persons/);
  const csv = 'role,person,file\nenroll,ada,a/1.jpg\nknown,ada,a/2.jpg\nunknown,,x.jpg\n';
  assert.equal(parseProtocol(csv, 'p.csv').length, 3);
  assert.throws(() => parseProtocol('enrol,ada,a.jpg\n', 'p.csv'), /line 1: expected/);
  assert.throws(() => parseProtocol('enroll,ada,a.jpg\n', 'p.csv'), /role "known"/);
});

test('distances: Euclidean for numbers, one minus the cosine for directions', () => {
  assert.equal(distanceOf('euclidean', Float32Array.of(0, 3), Float32Array.of(4, 0)), 5);
  assert.ok(Math.abs(distanceOf('cosine', Float32Array.of(2, 0), Float32Array.of(5, 0))) < 1e-7);
  assert.ok(Math.abs(distanceOf('cosine', Float32Array.of(1, 0), Float32Array.of(0, 9)) - 1) < 1e-7);
});

test('verification says how far its figures can be trusted', () => {
  const same = Array.from({ length: 100 }, (_, i) => (i < 4 ? 0.9 : 0.3));
  const { accuracy, acceptAt06, falseAcceptAt06, intervals } = verificationFigures(
    pairs(
      same,
      Array.from({ length: 100 }, () => 0.95),
    ),
  );
  assert.deepEqual([acceptAt06, falseAcceptAt06], [0.96, 0]);
  // Wilson, 96 of 100; none of 100 by the rule of three.
  const { acceptAt06: accepted, falseAcceptAt06: wrong, accuracy: right, tar } = intervals;
  assert.ok(accepted && wrong && right && tar['0.001']);
  assert.ok(Math.abs(accepted.low - 0.9016) < 1e-3 && Math.abs(accepted.high - 0.9843) < 1e-3);
  assert.equal(wrong.low, 0);
  assert.ok(Math.abs(wrong.high - 0.0295) < 1e-3);
  assert.ok(right.low < accuracy && accuracy <= right.high);
  assert.ok(tar['0.001'].low < 1);
});
