import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundOfNone, clusteredProportion, overlap, proportion, wilson } from './intervals.ts';

const near = (found: number, wanted: number, digits = 4): void =>
  assert.ok(Math.abs(found - wanted) < 0.5 * 10 ** -digits, `${found} is not ${wanted}`);

test("Wilson's interval is the published one", () => {
  // Newcombe 1998, table I, method 3.
  for (const [events, trials, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    const found = wilson(events, trials);
    near(found.low, low);
    near(found.high, high);
  }
});

test('no event in n trials is the rule of three, exactly', () => {
  near(boundOfNone(100), 0.0295);
  near(boundOfNone(10), 0.2589);
  assert.ok(Math.abs(boundOfNone(10_000) * 10_000 - 3) < 0.01);
  assert.deepEqual(proportion(0, 0), null);
  const none = proportion(0, 1000);
  assert.equal(none?.low, 0);
  near(none?.high ?? NaN, 0.003, 4);
  const all = proportion(50, 50);
  assert.equal(all?.high, 1);
  near(all?.low ?? NaN, 1 - 0.0582, 4);
});

test('photos that fail together count as one trial, photos that do not as many', () => {
  const together = Array.from({ length: 100 }, (_, i) => ({ events: i < 10 ? 5 : 0, trials: 5 }));
  const apart = Array.from({ length: 100 }, (_, i) => ({ events: i < 50 ? 1 : 0, trials: 5 }));
  const [wide, narrow] = [clusteredProportion(together, 500), clusteredProportion(apart, 500)];
  assert.equal(wide?.value, 0.1);
  assert.equal(narrow?.value, 0.1);
  // A hundred independent persons: Wilson of 10 in 100; five hundred independent photos: of 50 in 500.
  near(wide?.high ?? NaN, wilson(10, 100).high, 2);
  near(narrow?.high ?? NaN, wilson(50, 500).high, 4);
  near(clusteredProportion([{ events: 0, trials: 900 }], 100)?.high ?? NaN, boundOfNone(100));
  assert.equal(clusteredProportion([], 0), null);
});

test('intervals overlap or not', () => {
  const [low, high, middle] = [proportion(5, 1000), proportion(50, 1000), proportion(8, 1000)];
  assert.ok(low && high && middle);
  assert.ok(!overlap(low, high));
  assert.ok(overlap(low, middle));
});
