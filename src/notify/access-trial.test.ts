// A policy tried on the log: whom it would have let in at which shot, and why not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { openTestStore } from '../../test/server-store.ts';
import type { AccessPolicy } from '../action-port.ts';
import { createAccessTrial } from './access-trial.ts';

const EVA = { name: 'Eva', kind: 'human' } as const;
const NOON = Date.parse('2026-03-02T12:00:00Z');
const HOUR_MS = 3_600_000;
const CONTEXT = { threshold: 0.6, model: 'test@1', calendar: { timeZone: 'UTC', holidays: [] } };

test('a policy says of each visit whether and at which shot it would have opened', async () => {
  const store = await openTestStore();
  const [ann, ben] = [await store.makePerson('Ann'), await store.makePerson('Ben')];
  await store.persons.change(ann.id, { groups: ['Staff'] }, { actor: EVA });
  const shoot = async (
    id: string,
    person: typeof ann | null,
    at: number,
    more: { camera?: string; track?: string; distance?: number } = {},
  ) => {
    const seen = {
      id,
      cameraId: more.camera ?? 'door',
      trackId: more.track ?? null,
      capturedAt: at,
      box: null,
      points: null,
      zones: [],
    };
    await store.detections.add(seen, 'a'.repeat(64), at);
    const nearest = person && { personId: person.id, referenceId: 'r', distance: more.distance ?? 0.2 };
    const decision = person?.kind ?? 'new';
    await store.classify(id, person, { match: { decision, nearest, runnerUp: null, margin: null, threshold: 0.6 } });
  };
  // Ann, let in with her second shot; again at night; once only likely; once with a shot of Ben in her track. Ben; a stranger.
  await shoot('a1', ann, NOON);
  await shoot('a2', ann, NOON + 1000);
  await shoot('a3', ann, NOON + 2000);
  for (const [i, id] of ['n1', 'n2'].entries()) await shoot(id, ann, NOON + 11 * HOUR_MS + i * 1000);
  for (const id of ['l1', 'l2']) await shoot(id, ann, NOON + HOUR_MS, { distance: 0.55 });
  await shoot('t1', ann, NOON + 2 * HOUR_MS, { track: 't' });
  await shoot('t2', ben, NOON + 2 * HOUR_MS + 10, { track: 't' });
  await shoot('t3', ann, NOON + 2 * HOUR_MS + 20, { track: 't' });
  await shoot('b1', ben, NOON + 3 * HOUR_MS);
  await shoot('s1', null, NOON + 4 * HOUR_MS);
  await shoot('elsewhere', ann, NOON, { camera: 'yard' });
  await shoot('long-ago', ann, NOON - 3 * 24 * HOUR_MS);

  const daily = [[420, 1200]] as const;
  const policy: AccessPolicy = {
    groups: ['staff'],
    cameras: ['door'],
    hours: { week: [daily, daily, daily, daily, daily, daily, daily], holidays: 'usual' },
    sure: 'certain',
    shots: 2,
    quality: 0.4,
    freshS: 10,
  };
  const tryOut = createAccessTrial({ store, context: async () => CONTEXT, clock: () => NOON + 12 * HOUR_MS });
  const tried = await tryOut(policy, 1);
  assert.deepEqual(
    tried.samples.map(({ detectionId, person, grant, evidence }) => [
      detectionId,
      person?.name.replace(/ \d+$/, ''),
      grant,
      evidence.flatMap(({ condition, met }) => (met ? [] : [condition])).join(' '),
    ]),
    [
      ['n2', 'Ann', false, 'hours'],
      ['s1', 'Unknown', false, 'person group certainty shots'],
      ['b1', 'Ben', false, 'group shots'],
      ['t2', 'Ben', false, 'group shots'],
      ['t1', 'Ann', false, 'shots'],
      ['l1', 'Ann', false, 'certainty shots'],
      ['a2', 'Ann', true, ''],
    ],
  );
  assert.deepEqual([tried.visits, tried.letIn], [7, 1]);
  assert.deepEqual(tried.refused, { hours: 1, person: 1, group: 3, certainty: 2, shots: 5 });
  assert.equal((await tryOut({ ...policy, hours: null, sure: 'likely' }, 1)).letIn, 3);
  assert.equal((await tryOut(policy, 4)).visits, 8);
  assert.deepEqual((await tryOut({ ...policy, cameras: ['cellar'] }, 4)).visits, 0);
});
