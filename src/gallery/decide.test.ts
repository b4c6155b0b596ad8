import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersonKind } from '../domain.ts';
import { decide } from './decide.ts';

const kinds: Readonly<Record<string, PersonKind>> = { anna: 'known', stranger: 'unknown' };
const kindOf = (id: string): PersonKind | undefined => kinds[id];
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
  const match = decide([at('anna', FIXED)], kindOf, FIXED);
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
