import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersonKind } from '../domain.ts';
import { decide } from './decide.ts';

const kinds: Readonly<Record<string, PersonKind>> = {
  anna: 'known',
  bea: 'known',
  stranger: 'unknown',
  other: 'unknown',
};
const kindOf = (id: string): PersonKind | undefined => kinds[id];
const FIXED = { mode: 'fixed', threshold: 0.6, strangerThreshold: 0.6 } as const;
const CALIBRATED = { mode: 'calibrated', threshold: 0.3, strangerThreshold: 0.33 } as const;
const at = (personId: string, distance: number) => ({ personId, referenceId: `${personId}1`, distance });

test('the nearest person under the threshold is meant, by her kind', () => {
  const match = decide([at('anna', 0.4), at('stranger', 0.7)], kindOf, FIXED);
  assert.equal(match.decision, 'known');
  assert.equal(match.nearest?.personId, 'anna');
  assert.equal(match.runnerUp?.personId, 'stranger');
  assert.ok(Math.abs((match.margin ?? 0) - 0.3) < 1e-12);
  assert.equal(decide([at('stranger', 0.59), at('anna', 0.595)], kindOf, FIXED).decision, 'unknown');
});

test('at the threshold or beyond it is somebody new, and the nearest is still told', () => {
  const match = decide([at('anna', 0.6)], kindOf, FIXED);
  assert.equal(match.decision, 'new');
  assert.equal(match.nearest?.personId, 'anna');
  assert.equal(match.margin, null);
});

test('in an empty gallery everybody is new', () => {
  assert.deepEqual(decide([], kindOf, FIXED), {
    decision: 'new',
    nearest: null,
    runnerUp: null,
    margin: null,
    threshold: 0.6,
  });
});

test('two known persons who are about equally near are a question for a human, but not for the textbook', () => {
  const twins = [at('anna', 0.2), at('bea', 0.21)];
  assert.equal(decide(twins, kindOf, CALIBRATED).decision, 'ambiguous');
  assert.equal(decide(twins, kindOf, FIXED).decision, 'known');
  assert.equal(decide([at('anna', 0.2), at('bea', 0.25)], kindOf, CALIBRATED).decision, 'known');
  // Under the threshold there is only one of them.
  assert.equal(decide([at('anna', 0.29), at('bea', 0.31)], kindOf, CALIBRATED).decision, 'known');
});

test('a stranger beside a known person is her: made before she was enrolled; of two strangers the nearer is meant', () => {
  const match = decide([at('stranger', 0.2), at('anna', 0.22)], kindOf, CALIBRATED);
  assert.deepEqual([match.decision, match.nearest?.personId, match.runnerUp?.personId], ['known', 'anna', 'stranger']);
  assert.equal(decide([at('stranger', 0.2), at('anna', 0.26)], kindOf, CALIBRATED).decision, 'unknown');
  assert.equal(decide([at('stranger', 0.2), at('other', 0.21)], kindOf, CALIBRATED).decision, 'unknown');
});

test('a stranger is seen again a little further away than anybody is named, also beside a known person who is not', () => {
  assert.equal(decide([at('stranger', 0.32)], kindOf, CALIBRATED).decision, 'unknown');
  assert.equal(decide([at('stranger', 0.34)], kindOf, CALIBRATED).decision, 'new');
  assert.equal(decide([at('anna', 0.31)], kindOf, CALIBRATED).decision, 'new');
  const match = decide([at('anna', 0.31), at('stranger', 0.32)], kindOf, CALIBRATED);
  assert.deepEqual(
    [match.decision, match.nearest?.personId, match.runnerUp?.personId],
    ['unknown', 'stranger', 'anna'],
  );
});
