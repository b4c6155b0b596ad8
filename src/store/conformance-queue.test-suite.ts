// The detection log as a queue: adding, claiming, leases, settling once.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Box, FivePoints } from '../domain.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { classified, MODEL, picture, settleOne, sighting, template, vector } from './test-data.test-suite.ts';

const BOX: Box = [1.5, -2, 30, 40.25];
const POINTS: FivePoints = [
  [1, 2],
  [3.5, 4],
  [5, 6],
  [7, 8],
  [9, 10],
];

export function testQueue(use: UseStore): void {
  describe('adding detections', () => {
    it('keeps what the camera said; the same id again changes nothing', () =>
      use(async (store) => {
        const seen = sighting('s1', 1_700_000_000_123, {
          trackId: 't',
          box: BOX,
          points: POINTS,
          zones: ['till', 'door'],
        });
        const first = await store.detections.add(seen, picture('a'), 1_700_000_000_456);
        assert.equal(first.created, true);
        assert.deepEqual({ ...first.detection, ...seen, picture: picture('a'), state: 'pending' }, first.detection);
        const again = await store.detections.add(sighting('s1', 5, { cameraId: 'other' }), picture('b'), 9);
        assert.deepEqual(again, { created: false, detection: first.detection });
        assert.deepEqual(await store.detections.get('s1'), first.detection);
        assert.deepEqual(await store.detections.counts(), { pending: 1, classified: 0, rejected: 0, failed: 0 });
      }));

    it('takes many at once, the same id among them once', () =>
      use(async (store) => {
        const added = await Promise.all(
          Array.from({ length: 60 }, (_, i) => store.detections.add(sighting(`s${i % 40}`, i), picture('a'), i)),
        );
        assert.equal(added.filter((one) => one.created).length, 40);
        assert.equal((await store.detections.counts()).pending, 40);
        assert.equal((await store.detections.counts(30)).pending, 10);
      }));

    it('does not let a bad one spoil its neighbours', () =>
      use(async (store) => {
        const bad = { ...sighting('bad'), capturedAt: Number.NaN };
        const results = await Promise.allSettled([
          store.detections.add(sighting('s1'), picture('a'), 1),
          store.detections.add(bad, picture('a'), 1),
          store.persons.add(''),
          store.detections.add(sighting('s2'), picture('a'), 1),
        ]);
        assert.deepEqual(
          results.map((result) => result.status),
          ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
        );
        assert.equal((await store.detections.counts()).pending, 2);
        await assert.rejects(store.detections.add(sighting('a\0b'), picture('a'), 1), fails('invalid'));
      }));
  });

  describe('claiming', () => {
    it('gives the oldest arrivals to one worker at a time', () =>
      use(async (store) => {
        for (const id of ['c', 'a', 'b']) await store.detections.add(sighting(id, 1), picture(id), 1);
        const first = await store.detections.claim('w1', 2, 1000, 0);
        assert.deepEqual(
          first.map((row) => [row.id, row.attempts, row.state]),
          [
            ['c', 1, 'pending'],
            ['a', 1, 'pending'],
          ],
        );
        assert.deepEqual(
          (await store.detections.claim('w2', 2, 1000, 0)).map((row) => row.id),
          ['b'],
        );
        assert.deepEqual(await store.detections.claim('w2', 2, 1000, 999), []);
      }));

    it('lets another worker take over when the lease has run out, and the first one loses', () =>
      use(async (store) => {
        await store.detections.add(sighting('s1'), picture('a'), 1);
        await store.detections.claim('w1', 1, 1000, 0);
        const taken = await store.detections.claim('w2', 1, 1000, 1000);
        assert.equal(taken[0]?.attempts, 2);
        const version = await store.changes.last();
        assert.deepEqual(await store.detections.settle('w1', 's1', classified(null, version), 1001), {
          result: 'lost',
        });
        assert.equal((await store.detections.get('s1'))?.state, 'pending');
        assert.equal(await store.changes.last(), version);
        const settled = await store.detections.settle('w2', 's1', classified(null, version), 1002);
        assert.equal(settled.result, 'done');
        // Nothing is classified twice.
        assert.deepEqual(await store.detections.settle('w2', 's1', classified(null, 99), 1003), { result: 'lost' });
        assert.deepEqual(await store.detections.settle('w2', 'gone', classified(null, 99), 1003), { result: 'lost' });
        assert.deepEqual(await store.persons.counts(), { known: 0, unknown: 1 });
      }));

    it('extends a lease and gives rows back, for their owner only', () =>
      use(async (store) => {
        await store.detections.add(sighting('s1'), picture('a'), 1);
        await store.detections.claim('w1', 1, 1000, 0);
        await store.detections.extend('w1', ['s1'], 1000, 900);
        await store.detections.extend('w2', ['s1'], 0, 0);
        assert.deepEqual(await store.detections.claim('w2', 1, 1000, 1500), []);
        await store.detections.release('w2', ['s1']);
        assert.deepEqual(await store.detections.claim('w2', 1, 1000, 1500), []);
        await store.detections.release('w1', ['s1']);
        const [taken] = await store.detections.claim('w2', 1, 1000, 1500);
        assert.equal(taken?.attempts, 1);
      }));
  });

  describe('settling', () => {
    it('writes person, distances, model and visit of a known person', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const bob = await store.persons.add('Bob');
        await store.cameras.put('door', 'Door');
        const seen = await settleOne(store, sighting('s1', 5000), ann.id, {
          match: {
            decision: 'known',
            nearest: { personId: ann.id, referenceId: 'r1', distance: 0.25 },
            runnerUp: { personId: bob.id, referenceId: 'r2', distance: 0.75 },
            margin: 0.5,
            threshold: 0.6,
          },
          quality: 0.875,
        });
        assert.deepEqual(await store.detections.get('s1'), seen);
        assert.deepEqual(
          [seen.state, seen.personName, seen.decision, seen.distance, seen.runnerUpName, seen.runnerUpDistance],
          ['classified', 'Ann', 'known', 0.25, 'Bob', 0.75],
        );
        assert.deepEqual([seen.quality, seen.model, seen.classifiedAt], [0.875, MODEL, 5001]);
        assert.equal((await store.persons.get(ann.id))?.lastSeenAt, 5000);
        assert.equal((await store.persons.get(ann.id))?.references, 0);
        // A shot that comes late does not set her back.
        await settleOne(store, sighting('s0', 4000), ann.id);
        assert.equal((await store.persons.get(ann.id))?.lastSeenAt, 5000);
        // A runner-up who is removed is not pointed to any more.
        await store.persons.remove(bob.id);
        const later = await store.detections.get('s1');
        assert.deepEqual([later?.runnerUpId, later?.runnerUpName, later?.runnerUpDistance], [null, null, 0.75]);
      }));

    it('makes an unknown person with the shot as her reference', () =>
      use(async (store) => {
        const seen = await settleOne(store, sighting('s1', 5000), null, { template: template(7), quality: 0.5 });
        assert.deepEqual([seen.decision, seen.personKind, seen.personName], ['new', 'unknown', 'Unknown 1']);
        const personId = seen.personId ?? '';
        const [reference] = await store.references.ofPerson(personId);
        assert.deepEqual(
          [reference?.picture, reference?.source, reference?.detectionId, reference?.quality],
          [picture('s1'), 'sighting', 's1', 0.5],
        );
        const { entries } = await store.references.entries(MODEL);
        assert.deepEqual(entries, [{ referenceId: reference?.id, personId, kind: 'unknown', vector: vector(7) }]);
        const changes = await store.changes.since(0, 10);
        assert.deepEqual(
          changes.map(({ topic, entity, action }) => `${topic} ${entity} ${action}`),
          ['gallery person add', 'gallery reference add', 'journal detection change'],
        );
      }));

    it('is stale when the gallery has changed since a search that found nobody', () =>
      use(async (store) => {
        await store.detections.add(sighting('s1'), picture('a'), 1);
        await store.detections.claim('w', 1, 1000, 0);
        const version = await store.changes.last();
        await store.persons.add('Ann');
        assert.deepEqual(await store.detections.settle('w', 's1', classified(null, version), 1), { result: 'stale' });
        assert.deepEqual(await store.persons.counts(), { known: 1, unknown: 0 });
        assert.equal((await store.detections.get('s1'))?.state, 'pending');
        // After another look the same worker may go on.
        const again = await store.detections.settle('w', 's1', classified(null, await store.changes.last()), 1);
        assert.equal(again.result, 'done');
      }));

    it('makes one of two simultaneous strangers wait for a second search', () =>
      use(async (store) => {
        await store.detections.add(sighting('s1'), picture('a'), 1);
        await store.detections.add(sighting('s2'), picture('b'), 1);
        await store.detections.claim('w', 2, 1000, 0);
        const results = await Promise.all(
          ['s1', 's2'].map((id) => store.detections.settle('w', id, classified(null, 0), 1)),
        );
        assert.deepEqual(results.map((settled) => settled.result).toSorted(), ['done', 'stale']);
        assert.equal((await store.persons.counts()).unknown, 1);
      }));

    it('is stale when the person was removed meanwhile', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        await store.detections.add(sighting('s1'), picture('a'), 1);
        await store.detections.claim('w', 1, 1000, 0);
        await store.persons.remove(ann.id);
        const outcome = classified(ann.id, await store.changes.last());
        assert.deepEqual(await store.detections.settle('w', 's1', outcome, 1), { result: 'stale' });
      }));

    it('keeps rejected and failed rows with their reason', () =>
      use(async (store) => {
        await store.detections.add(sighting('s1'), picture('a'), 1);
        await store.detections.add(sighting('s2'), picture('b'), 1);
        await store.detections.claim('w', 2, 1000, 0);
        const rejected = { state: 'rejected', code: 'no_face', message: 'No face.', quality: 0.125 } as const;
        await store.detections.settle('w', 's1', rejected, 5);
        await store.detections.settle('w', 's2', { state: 'failed', code: 'gave_up', message: 'Five tries.' }, 6);
        const one = await store.detections.get('s1');
        assert.deepEqual([one?.state, one?.quality, one?.classifiedAt], ['rejected', 0.125, 5]);
        assert.deepEqual(one?.reason, { code: 'no_face', message: 'No face.' });
        assert.deepEqual(await store.detections.counts(), { pending: 0, classified: 0, rejected: 1, failed: 1 });
        const changes = await store.changes.since(0, 10);
        assert.deepEqual(
          changes.map(({ topic, id }) => [topic, id]),
          [
            ['journal', 's1'],
            ['journal', 's2'],
          ],
        );
        assert.deepEqual(await store.detections.claim('w', 2, 1000, 1e6), []);
      }));
  });
}
