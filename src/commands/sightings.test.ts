// The terminal's lines for faces that could not be told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Detection } from '../domain.ts';
import { createTally, sightingLine } from './sightings.ts';

const SEEN: Detection = {
  id: 'd1',
  cameraId: 'door',
  trackId: null,
  capturedAt: 0,
  box: null,
  points: null,
  zones: [],
  seq: 1,
  picture: '',
  receivedAt: 0,
  state: 'classified',
  attempts: 1,
  classifiedAt: 0,
  personId: null,
  personName: null,
  personKind: null,
  decision: 'unidentified',
  decidedBy: 'system',
  nearestId: 'a',
  nearestName: 'Ada',
  distance: 0.511,
  runnerUpId: 'b',
  runnerUpName: 'Bea',
  runnerUpDistance: 0.523,
  quality: 0.11,
  model: 'm',
  visitId: null,
  reason: null,
};

const line = (more: Partial<Detection>): string => stripVTControlCharacters(sightingLine({ ...SEEN, ...more }, 0.6));

test('"A or B?" names both; what was too poor says why', () => {
  assert.match(line({ decision: 'ambiguous' }), /door +Ada or Bea\? about equally near \(0\.51 and 0\.52\)$/);
  assert.match(line({}), /seen, but not identified: too poor to be found again, quality 0\.11 \(nearest Ada 0\.51\)$/);
  const reason = { code: 'pose', message: 'The face is turned away.' };
  assert.match(line({ reason, distance: null }), /not identified: The face is turned away\.$/);
  const nobody = { nearestName: null, distance: null, quality: null, runnerUpDistance: null };
  assert.match(line(nobody), /not identified: too poor to be found again$/);
});

test('nobody is counted who was not identified, but that somebody was seen is', () => {
  const tally = createTally();
  tally.add(SEEN);
  tally.add({ ...SEEN, decision: 'ambiguous' });
  tally.add({ ...SEEN, state: 'rejected', decision: null });
  tally.add({ ...SEEN, personId: 'a', personName: 'Ada', personKind: 'known', decision: 'known' });
  assert.deepEqual(tally.lines(), [
    '1 person was seen: 1 known, 0 strangers (1 shot told nothing, 2 could not be identified).',
    '  Ada: 1 shot',
  ]);
});
