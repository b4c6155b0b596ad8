// The detection log as people read it: lists, visits, tracks, the change log.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { allOf, HUMAN, picture, settleOne, sighting } from './test-data.test-suite.ts';

export function testJournal(use: UseStore): void {
  describe('lists of detections', () => {
    it('run newest first through all pages, also where times are equal', () =>
      use(async (store) => {
        for (let i = 0; i < 23; i += 1)
          await store.detections.add(sighting(`s${i}`, Math.floor(i / 5)), picture('a'), i);
        const ids = (await allOf((page) => store.detections.list({}, page), 4)).map((row) => row.id);
        assert.deepEqual(
          ids,
          Array.from({ length: 23 }, (_, i) => `s${22 - i}`),
        );
        const exact = await store.detections.list({}, { limit: 23 });
        assert.deepEqual([exact.items.length, exact.next], [23, null]);
      }));

    it('are filtered', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const seen = await settleOne(store, sighting('a', 1000, { trackId: 't1' }), ann.id);
        await settleOne(store, sighting('b', 2000, { cameraId: 'gate', trackId: 't1' }), null);
        await store.detections.add(sighting('c', 3000), picture('c'), 1);
        const find = async (filter: Parameters<typeof store.detections.list>[0]): Promise<string> =>
          (await store.detections.list(filter, { limit: 10 })).items.map((row) => row.id).join('');
        assert.equal(await find({ state: 'pending' }), 'c');
        assert.equal(await find({ state: 'classified' }), 'ba');
        assert.equal(await find({ personId: ann.id }), 'a');
        assert.equal(await find({ cameraId: 'gate' }), 'b');
        assert.equal(await find({ trackId: 't1' }), 'ba');
        assert.equal(await find({ trackId: 't1', cameraId: 'door' }), 'a');
        assert.equal(await find({ kind: 'known' }), 'a');
        assert.equal(await find({ kind: 'unknown' }), 'b');
        assert.equal(await find({ visitId: seen.visitId ?? '' }), 'a');
        assert.equal(await find({ from: 1000, to: 3000 }), 'ba');
        assert.equal(await find({ from: 1001 }), 'cb');
        assert.equal(await find({ from: 1001, cameraId: 'door' }), 'c');
      }));

    it('refuse a malformed cursor and a limit out of range', () =>
      use(async (store) => {
        const bad = [
          '',
          'x',
          '!!',
          Buffer.from('[1]').toString('base64url'),
          Buffer.from('["1",2]').toString('base64url'),
        ];
        for (const cursor of bad) {
          await assert.rejects(store.detections.list({}, { limit: 5, cursor }), fails('invalid', /cursor/), cursor);
          await assert.rejects(store.persons.list({}, { limit: 5, cursor }), fails('invalid', /cursor/), cursor);
          await assert.rejects(store.visits.list({}, { limit: 5, cursor }), fails('invalid', /cursor/), cursor);
        }
        for (const limit of [0, 501, 1.5, Number.NaN]) {
          await assert.rejects(store.detections.list({}, { limit }), fails('invalid', /limit/));
        }
      }));
  });

  describe('visits', () => {
    it('hold the detections of one person at one camera which are near in time', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const bob = await store.persons.add('Bob');
        const first = await settleOne(store, sighting('a', 10_000), ann.id, { quality: 0.5 });
        const second = await settleOne(store, sighting('b', 11_000), ann.id, { quality: 0.75 });
        const third = await settleOne(store, sighting('c', 9000), ann.id, { quality: 0.25 });
        assert.equal(second.visitId, first.visitId);
        assert.equal(third.visitId, first.visitId);
        const others = [
          await settleOne(store, sighting('d', 12_001), ann.id),
          await settleOne(store, sighting('e', 10_000, { cameraId: 'gate' }), ann.id),
          await settleOne(store, sighting('f', 10_000), bob.id),
        ];
        assert.equal(new Set([first, ...others].map((row) => row.visitId)).size, 4);
        assert.deepEqual(await store.visits.get(first.visitId ?? ''), {
          id: first.visitId,
          personId: ann.id,
          personName: 'Ann',
          personKind: 'known',
          cameraId: 'door',
          cameraName: 'door',
          firstAt: 9000,
          lastAt: 11_000,
          detections: 3,
          bestDetectionId: 'b',
          best: {
            decision: 'known',
            decidedBy: 'system',
            nearestId: ann.id,
            nearestName: 'Ann',
            distance: 0.25,
            runnerUpId: null,
            runnerUpName: null,
            runnerUpDistance: null,
            quality: 0.75,
          },
        });
      }));

    it('become one when a late detection lies between them', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const early = await settleOne(store, sighting('a', 10_000), ann.id, { quality: 0.5 });
        const late = await settleOne(store, sighting('c', 11_500), ann.id, { quality: 0.75 });
        assert.notEqual(late.visitId, early.visitId);
        const between = await settleOne(store, sighting('b', 10_800), ann.id, { quality: 0.25 });
        assert.equal(between.visitId, early.visitId);
        const { items } = await store.visits.list({}, { limit: 10 });
        assert.deepEqual(
          items.map((visit) => [visit.firstAt, visit.lastAt, visit.detections, visit.bestDetectionId]),
          [[10_000, 11_500, 3, 'c']],
        );
        const rows = await store.detections.list({ visitId: early.visitId ?? '' }, { limit: 10 });
        assert.deepEqual(
          rows.items.map((row) => row.id),
          ['c', 'b', 'a'],
        );
      }));

    it('are listed newest first, by person, camera and time', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        for (let i = 0; i < 9; i += 1) {
          await settleOne(store, sighting(`s${i}`, i * 5000, { cameraId: i % 2 ? 'gate' : 'door' }), ann.id);
        }
        const all = await allOf((page) => store.visits.list({}, page), 2);
        assert.deepEqual(
          all.map((visit) => visit.bestDetectionId),
          ['s8', 's7', 's6', 's5', 's4', 's3', 's2', 's1', 's0'],
        );
        const find = async (filter: Parameters<typeof store.visits.list>[0]): Promise<string[]> =>
          (await store.visits.list(filter, { limit: 10 })).items.map((visit) => visit.bestDetectionId);
        assert.deepEqual(await find({ cameraId: 'gate', from: 15_000 }), ['s7', 's5', 's3']);
        assert.deepEqual(await find({ personId: ann.id, from: 5000, to: 15_000 }), ['s2', 's1']);
        assert.deepEqual(await find({ personId: 'nobody' }), []);
      }));
  });

  describe('the change log', () => {
    it('is read by topic from where one stands', () =>
      use(async (store) => {
        assert.equal(await store.changes.last(), 0);
        const ann = await store.persons.add('Ann');
        const middle = await store.changes.last();
        await settleOne(store, sighting('a'), ann.id);
        await store.identity.name(ann.id, 'Anna', HUMAN);
        const since = await store.changes.since(middle, 10);
        assert.deepEqual(
          since.map(({ topic, id }) => [topic, id]),
          [
            ['journal', 'a'],
            ['gallery', ann.id],
          ],
        );
        assert.equal(since.at(-1)?.seq, await store.changes.last());
        assert.deepEqual(
          (await store.changes.since(0, 10, 'journal')).map(({ id }) => id),
          ['a'],
        );
        assert.equal((await store.changes.since(0, 1)).length, 1);
      }));

    it('calls back after commits until told to stop', () =>
      use(async (store) => {
        let calls = 0;
        let called = Promise.withResolvers<void>();
        const stop = store.changes.onCommit(() => {
          calls += 1;
          called.resolve();
        });
        const broken = store.changes.onCommit(() => {
          throw new Error('a listener that fails');
        });
        await store.persons.add('Ann');
        await called.promise;
        stop();
        broken();
        const before = calls;
        called = Promise.withResolvers<void>();
        const other = store.changes.onCommit(() => called.resolve());
        await store.persons.add('Bob');
        await called.promise;
        other();
        assert.equal(calls, before);
      }));

    it('answers a ping until it is closed, which may be said twice', () =>
      use(async (store) => {
        await store.ping();
        const adding = store.persons.add('Ann');
        await Promise.all([store.close(), store.close()]);
        assert.equal((await adding).name, 'Ann');
        await assert.rejects(store.ping());
        await assert.rejects(store.persons.add('Bob'), /closed/);
      }));
  });
}
