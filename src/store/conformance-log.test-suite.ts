// The log's filters, its line of time, its days, and what is left of a detection that was erased.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Store } from '../store-port.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { allOf, GAP_MS, HUMAN, MODEL, NOBODY_NEAR, picture, settleOne, sighting } from './test-data.test-suite.ts';

const HOUR = 3_600_000;
const PAGE = { limit: 50 };

export function testLog(use: UseStore): void {
  describe('filters of the log', () => {
    it('narrow detections and visits alike', () =>
      use(async (store) => {
        const { ann } = await fill(store);
        const detections = async (filter: Parameters<typeof store.detections.list>[0]) =>
          (await store.detections.list(filter, PAGE)).items.map(({ id }) => id).join();
        const visits = async (filter: Parameters<typeof store.visits.list>[0]) =>
          (await store.visits.list(filter, PAGE)).items.map(({ bestDetectionId }) => bestDetectionId).join();
        assert.equal(await detections({ cameraIds: ['gate', 'yard'] }), 'stranger,torn-2,torn-1,gate');
        assert.equal(await visits({ cameraIds: ['gate', 'yard'] }), 'stranger,gate');
        for (const find of [detections, visits]) {
          assert.equal(await find({ cameraIds: [] }), '');
          assert.equal(await find({ cameraId: 'gate', cameraIds: ['yard'] }), '');
          assert.equal(
            await find({ cameraIds: Array.from({ length: 20 }, (_, i) => (i === 7 ? 'gate' : `c${i}`)) }),
            'gate',
          );
          assert.equal(await find({ decidedBy: 'human' }), 'gate');
          assert.equal(await find({ decision: 'new' }), 'stranger');
          assert.equal(await find({ kind: 'known', qualityAtLeast: 0.6 }), 'good');
          assert.equal(await find({ personId: ann.id, cameraIds: ['gate'] }), 'gate');
        }
        assert.equal(await detections({ decision: 'ambiguous', qualityAtLeast: 0.3 }), 'torn-2');
        const [best] = (await store.visits.list({ decision: 'new' }, PAGE)).items;
        assert.deepEqual([best?.best.decision, best?.best.decidedBy, best?.best.quality], ['new', 'system', 0.5]);
        assert.equal(best?.cameraName, 'yard');
      }));

    it('find a visit that lasts for hours at any time within, and no other', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        // A visit of three hours, one of an instant, and one long before.
        for (let i = 0; i < 4; i += 1)
          await settleOne(store, sighting(`l${i}`, i * HOUR, { trackId: null }), ann.id, { visitGapMs: HOUR });
        await settleOne(store, sighting('gate', 10 * HOUR, { cameraId: 'gate' }), ann.id);
        await settleOne(store, sighting('yard', 1.2 * HOUR, { cameraId: 'yard' }), ann.id);
        const between = async (from: number, to: number, cameraIds?: readonly string[]) =>
          (await allOf((page) => store.visits.list({ from, to, ...(cameraIds && { cameraIds }) }, page), 1))
            .map(({ cameraId }) => cameraId)
            .join();
        assert.equal(await between(1.5 * HOUR, 1.6 * HOUR), 'door');
        assert.equal(await between(HOUR, 1.3 * HOUR), 'door,yard');
        assert.equal(await between(HOUR, 1.3 * HOUR, ['yard', 'gate']), 'yard');
        assert.equal(await between(4 * HOUR, 9 * HOUR), '');
        assert.equal(await between(0, 11 * HOUR), 'gate,door,yard');
      }));
  });

  describe('the line of time', () => {
    it('holds visits and undecided tracks in their order, each once, whatever the pages', () =>
      use(async (store) => {
        await fill(store);
        const whole = await store.timeline.list({}, PAGE);
        const shown = whole.items.map((entry) => [
          entry.bestDetectionId,
          entry.lastAt,
          entry.detections,
          entry.personId === null,
        ]);
        assert.deepEqual(shown, [
          ['poor', 80_000, 1, true],
          ['stranger', 70_000, 1, false],
          ['torn-2', 60_000, 2, true],
          ['gate', 40_000, 1, false],
          ['good', 20_000, 1, false],
          ['plain', 10_000, 1, false],
        ]);
        assert.equal(whole.next, null);
        for (const limit of [1, 2, 3, 5]) {
          const paged = await allOf((page) => store.timeline.list({}, page), limit);
          assert.deepEqual(
            paged.map(({ id }) => id),
            whole.items.map(({ id }) => id),
          );
        }
        const find = async (filter: Parameters<typeof store.timeline.list>[0]) =>
          (await store.timeline.list(filter, PAGE)).items.map(({ bestDetectionId }) => bestDetectionId).join();
        assert.equal(await find({ kind: 'undecided' }), 'poor,torn-2');
        assert.equal(await find({ decision: 'ambiguous' }), 'torn-2');
        assert.equal(await find({ kind: 'unknown' }), 'stranger');
        assert.equal(await find({ decidedBy: 'human' }), 'gate');
        assert.equal(await find({ cameraIds: ['yard'] }), 'stranger,torn-2');
        // Only the shots of the track that were taken by then.
        assert.equal(await find({ to: 55_000, kind: 'undecided' }), 'torn-1');
        await assert.rejects(store.timeline.list({}, { limit: 5, cursor: 'x' }), fails('invalid', /cursor/));
      }));

    it('counts days', () =>
      use(async (store) => {
        const { ann } = await fill(store);
        const spans = [
          { day: 'a', from: 0, to: 50_000 },
          { day: 'b', from: 50_000, to: 100_000 },
        ];
        assert.deepEqual(await store.timeline.days(spans, {}), [
          { day: 'a', known: 3, unknown: 0, undecided: 0 },
          { day: 'b', known: 0, unknown: 1, undecided: 2 },
        ]);
        assert.deepEqual(await store.timeline.days(spans.slice(0, 1), { personId: ann.id, cameraIds: ['gate'] }), [
          { day: 'a', known: 1, unknown: 0, undecided: 0 },
        ]);
      }));
  });

  describe('erasing detections', () => {
    it('leaves nothing of them, and what else there was', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const kept = await settleOne(store, sighting('kept', 10_000), ann.id, { quality: 0.4 });
        const gone = await settleOne(store, sighting('gone', 10_500), ann.id, { keepReference: true, quality: 0.9 });
        const both = await store.identity.confirm(['kept', 'gone'], HUMAN);
        const alone = await store.identity.discard({ detectionIds: ['gone'] }, { actor: HUMAN, visitGapMs: GAP_MS });
        const since = await store.changes.last();
        assert.deepEqual(await store.detections.erase(['gone'], GAP_MS), [picture('gone')]);
        assert.equal(await store.detections.get('gone'), null);
        assert.deepEqual(await store.detections.withTemplates(MODEL, { ids: ['gone'] }, 0, 5), []);
        assert.deepEqual(await store.references.ofPerson(ann.id), []);
        assert.equal(await store.pictureInUse(picture('gone')), false);
        assert.equal((await store.detections.counts()).classified, 1);
        const visit = await store.visits.get(kept.visitId ?? '');
        assert.deepEqual([visit?.detections, visit?.bestDetectionId], [1, 'kept']);
        assert.equal(gone.visitId, kept.visitId);
        assert.deepEqual((await store.identity.list({ detectionId: 'gone' }, PAGE)).items, []);
        await assert.rejects(
          store.identity.undo(alone.seq, { actor: HUMAN, visitGapMs: GAP_MS }),
          fails('conflict', /removed for good/),
        );
        // The entry was about another one too: that part can be taken back.
        await store.identity.undo(both.seq, { actor: HUMAN, visitGapMs: GAP_MS });
        assert.equal((await store.detections.get('kept'))?.decidedBy, 'system');
        assert.equal(await store.detections.get('gone'), null);
        const told = (await store.changes.since(since, 50)).map(({ entity, action }) => `${entity} ${action}`);
        assert.ok(told.includes('detection remove') && told.includes('reference remove'), told.join());
      }));

    it('keeps a picture that somebody else needs, takes a visit with its last shot, and does all or nothing', () =>
      use(async (store) => {
        const stranger = await settleOne(store, sighting('a', 10_000), null);
        await store.detections.add(sighting('twin', 20_000), picture('a'), 1);
        await assert.rejects(store.detections.erase(['a', 'nobody'], GAP_MS), fails('not_found', /nobody/));
        assert.ok(await store.detections.get('a'));
        assert.deepEqual(await store.detections.erase(['a'], GAP_MS), []);
        assert.equal(await store.visits.get(stranger.visitId ?? ''), null);
        // She has nothing left.
        assert.deepEqual((await store.persons.list({}, PAGE)).items, []);
        assert.deepEqual((await store.references.entries(MODEL)).entries, []);
      }));
  });
}

/** Ann three times (once confirmed), a stranger, a track between two persons, a shot too poor. */
async function fill(store: Store) {
  const ann = await store.persons.add('Ann');
  await settleOne(store, sighting('plain', 10_000), ann.id);
  await settleOne(store, sighting('good', 20_000), ann.id, { quality: 0.9 });
  await settleOne(store, sighting('gate', 40_000, { cameraId: 'gate' }), ann.id);
  await store.identity.confirm(['gate'], HUMAN);
  const near = { personId: ann.id, referenceId: 'r', distance: 0.5 };
  const torn = { ...NOBODY_NEAR, decision: 'ambiguous' as const, nearest: near, runnerUp: near, margin: 0 };
  const yard = { cameraId: 'yard', trackId: 't' };
  await settleOne(store, sighting('torn-1', 50_000, yard), null, { match: torn, decision: 'ambiguous', quality: 0.2 });
  await settleOne(store, sighting('torn-2', 60_000, yard), null, { match: torn, decision: 'ambiguous', quality: 0.3 });
  await settleOne(store, sighting('stranger', 70_000, { cameraId: 'yard' }), null);
  await settleOne(store, sighting('poor', 80_000), null, { decision: 'unidentified', quality: 0.1 });
  return { ann };
}
