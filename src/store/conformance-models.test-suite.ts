// The model in force, templates of several models, and what a worker's outcome may be since there are more decisions.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asHuman, moving, stranger } from './identity-data.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import {
  classified,
  HUMAN,
  MODEL,
  NOBODY_NEAR,
  picture,
  settleOne,
  sighting,
  template,
  vector,
} from './test-data.test-suite.ts';

const NEW = 'second-model@1';

export function testModels(use: UseStore): void {
  describe('the model in force', () => {
    it('is adopted once, prepared, activated and gone back from', () =>
      use(async (store) => {
        const { models } = store;
        assert.deepEqual(await models.state(), { active: null, earlier: [], preparing: null });
        assert.equal((await models.adopt(MODEL)).active, MODEL);
        assert.equal((await models.adopt(NEW)).active, MODEL);
        await assert.rejects(models.prepare(MODEL), fails('conflict', /in force/));
        await assert.rejects(models.activate(NEW), fails('conflict', /prepare it first/));
        const begun = await models.prepare(NEW);
        assert.deepEqual([begun.preparing?.model, begun.preparing?.done], [NEW, 0]);
        await models.progress(NEW, { done: 5, total: 9, failed: 1 });
        await models.progress('third@1', { done: 9, total: 9, failed: 9 });
        const again = await models.prepare(NEW);
        assert.deepEqual(again.preparing, { ...begun.preparing, done: 5, total: 9, failed: 1 });
        await assert.rejects(models.prepare('third@1'), fails('conflict', /second-model@1 is being prepared/));
        const active = await models.activate(NEW);
        assert.deepEqual(active, { active: NEW, earlier: [MODEL], preparing: null });
        assert.deepEqual(await models.state(), active);
        await models.prepare('third@1');
        assert.equal((await models.cancel()).preparing, null);
        assert.equal((await models.cancel()).preparing, null);
        await models.progress('third@1', { done: 1, total: 1, failed: 0 });
        await models.prepare(MODEL);
        assert.deepEqual(await models.activate(MODEL), { active: MODEL, earlier: [NEW], preparing: null });
        const changes = await store.changes.since(0, 50);
        assert.deepEqual(
          changes.map(({ topic, entity, id }) => `${topic} ${entity} ${id}`),
          [MODEL, NEW, NEW, 'third@1', 'third@1', MODEL, MODEL].map((id) => `model model ${id}`),
        );
      }));

    it('refuses a shot that was read by another model', () =>
      use(async (store) => {
        await store.models.adopt(NEW);
        const ada = await store.persons.add('Ada');
        await store.detections.add(sighting('s1'), picture('s1'), 1);
        await store.detections.claim('w', 1, 1000, 0);
        const before = await store.changes.last();
        for (const personId of [ada.id, null]) {
          const settled = await store.detections.settle('w', 's1', classified(personId, before), 1);
          assert.deepEqual(settled, { result: 'model' });
        }
        assert.equal(await store.changes.last(), before);
        assert.equal((await store.detections.get('s1'))?.state, 'pending');
        const right = classified(ada.id, before, { template: { model: NEW, vector: vector(1) } });
        assert.equal((await store.detections.settle('w', 's1', right, 1)).result, 'done');
      }));
  });

  describe('templates of shots', () => {
    it('are kept for each model, found by what they lack and gone through in order', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        for (let i = 0; i < 5; i += 1) {
          await settleOne(store, sighting(`s${i}`, 1000 - i), i === 4 ? null : ada.id, { template: template(i) });
        }
        await store.detections.add(sighting('pending'), picture('p'), 1);
        await store.identity.confirm(['s1'], HUMAN);
        const second = { model: NEW, vector: vector(9) };
        await store.detections.putTemplates([
          { detectionId: 's0', template: second },
          { detectionId: 'gone', template: second },
          { detectionId: 's3', template: { model: NEW, vector: vector(7) } },
          { detectionId: 's3', template: second },
        ]);
        const missing = async (since: number, limit = 9): Promise<string[]> =>
          (await store.detections.withoutTemplate(NEW, since, limit)).map((row) => row.id);
        assert.deepEqual(await missing(0), ['s1', 's2', 's4']);
        assert.deepEqual(await missing(998), ['s1', 's2']);
        assert.deepEqual(await missing(0, 1), ['s1']);
        assert.deepEqual(await store.detections.withoutTemplate(MODEL, 0, 9), []);

        const all = await store.detections.withTemplates(MODEL, {}, 0, 9);
        assert.deepEqual(
          all.map((shot) => shot.id),
          ['s0', 's1', 's2', 's3', 's4'],
        );
        const { seq, ...rest } = all[1] ?? { seq: 0 };
        assert.deepEqual(rest, {
          id: 's1',
          cameraId: 'door',
          trackId: null,
          capturedAt: 999,
          personId: ada.id,
          personKind: 'known',
          decision: 'known',
          decidedBy: 'human',
          quality: 0.5,
          vector: vector(1),
          notPersonIds: [],
        });
        const ids = async (
          filter: Parameters<typeof store.detections.withTemplates>[1],
          after = 0,
          model = MODEL,
        ): Promise<string> =>
          (await store.detections.withTemplates(model, filter, after, 9)).map((shot) => shot.id).join(' ');
        assert.equal(await ids({}, seq), 's2 s3 s4');
        assert.equal(await ids({ decidedBy: 'system', personId: ada.id }), 's0 s2 s3');
        assert.equal(await ids({ decision: 'new' }), 's4');
        assert.equal(await ids({}, 0, NEW), 's0 s3');
        const [, s3] = await store.detections.withTemplates(NEW, {}, 0, 9);
        assert.deepEqual(s3?.vector, vector(9));
      }));

    it('answer for the latest shots of a track', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        for (let i = 0; i < 4; i += 1) {
          const seen = sighting(`s${i}`, 1000 + i, { trackId: 't' });
          await settleOne(store, seen, ada.id, { template: template(i), quality: (i + 1) / 10 });
        }
        await settleOne(store, sighting('other', 1500, { trackId: 't', cameraId: 'gate' }), ada.id);
        await store.identity.discard({ detectionIds: ['s2'] }, asHuman);
        const shots = await store.detections.shotsOfTrack('door', 't', MODEL, 2);
        assert.deepEqual(
          shots.map(({ id, quality, personId }) => [id, quality, personId]),
          [
            ['s1', 0.2, ada.id],
            ['s3', 0.4, ada.id],
          ],
        );
        assert.deepEqual(shots[1]?.vector, vector(3));
        assert.deepEqual(await store.detections.shotsOfTrack('door', 't', NEW, 2), []);
        assert.deepEqual(await store.detections.shotsOfTrack('door', 'u', MODEL, 2), []);
      }));
  });

  describe('settling without certainty', () => {
    it('names nobody where two are near, or where the face is too poor', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const bob = await store.persons.add('Bob');
        const near = (personId: string, distance: number) => ({ personId, referenceId: 'r', distance });
        const match = {
          decision: 'ambiguous',
          nearest: near(ada.id, 0.25),
          runnerUp: near(bob.id, 0.3),
          margin: 0.05,
          threshold: 0.5,
        } as const;
        const torn = await settleOne(store, sighting('s1'), null, { match, decision: 'ambiguous' });
        assert.deepEqual(
          [torn.state, torn.decision, torn.decidedBy, torn.personId, torn.visitId],
          ['classified', 'ambiguous', 'system', null, null],
        );
        assert.deepEqual(
          [torn.nearestName, torn.distance, torn.runnerUpName, torn.runnerUpDistance],
          ['Ada', 0.25, 'Bob', 0.3],
        );
        const poor = await settleOne(store, sighting('s2'), null, { match: NOBODY_NEAR, decision: 'unidentified' });
        assert.deepEqual([poor.decision, poor.personId, poor.quality, poor.model], ['unidentified', null, 0.5, MODEL]);
        assert.deepEqual(await store.persons.counts(), { known: 2, unknown: 0 });
        assert.equal((await store.detections.withTemplates(MODEL, {}, 0, 9)).length, 2);
        // Nobody is made, so it does not matter who was enrolled since the search.
        await store.detections.add(sighting('s3'), picture('s3'), 1);
        await store.detections.claim('w', 1, 1000, 1e9);
        const outcome = classified(null, 0, { decision: 'unidentified' });
        assert.equal((await store.detections.settle('w', 's3', outcome, 1)).result, 'done');
      }));

    it('takes earlier shots of the track along, but none that a human decided', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const id = await stranger(store, 's1', 1000);
        const other = await stranger(store, 's2', 1100);
        await settleOne(store, sighting('s3', 1200), null, { decision: 'unidentified' });
        await store.identity.confirm(['s2'], HUMAN);
        const before = await store.changes.last();
        await settleOne(store, sighting('s4', 1300), ada.id, { alsoIds: ['s1', 's2', 's3', 'gone'] });
        const rows = (await store.detections.list({}, { limit: 9 })).items;
        assert.deepEqual(
          rows.map((row) => [row.id, row.personId, row.decision, row.decidedBy]),
          [
            ['s4', ada.id, 'known', 'system'],
            ['s3', ada.id, 'known', 'system'],
            ['s2', other, 'new', 'human'],
            ['s1', ada.id, 'known', 'system'],
          ],
        );
        // The stranger has nothing left: her reference went along.
        assert.equal(await store.persons.get(id), null);
        const entries = await store.references.entriesOf(MODEL, { personIds: [ada.id, id] });
        assert.deepEqual(
          entries.map((entry) => [entry.personId, entry.kind]),
          [[ada.id, 'known']],
        );
        const visits = await store.visits.list({ personId: ada.id }, { limit: 9 });
        assert.deepEqual(
          visits.items.map((visit) => [visit.firstAt, visit.lastAt, visit.detections]),
          [[1000, 1300, 3]],
        );
        const said = (await store.changes.since(before, 20)).map(({ entity, action, id: of }) => [entity, action, of]);
        for (const expected of [
          ['detection', 'change', 's1'],
          ['detection', 'change', 's3'],
          ['detection', 'change', 's4'],
          ['person', 'remove', id],
        ]) {
          assert.ok(
            said.some((one) => String(one) === String(expected)),
            `${String(expected)} in ${JSON.stringify(said)}`,
          );
        }
        assert.ok(said.some(([entity]) => entity === 'reference'));
      }));

    it('is stale for somebody whom the face is not, who was merged or who has nothing left', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const id = await stranger(store, 's1', 1000);
        const two = await stranger(store, 's2', 9000);
        await store.identity.merge(two, ada.id, asHuman);
        await store.identity.assign([{ detectionIds: ['s1'], personId: ada.id }], moving);
        await store.detections.add(sighting('s3'), picture('s3'), 1);
        await store.identity.notHer(['s3'], ada.id, asHuman);
        await store.detections.claim('w', 1, 1000, 1e9);
        for (const whom of [ada.id, id, two]) {
          const outcome = classified(whom, await store.changes.last());
          assert.deepEqual(await store.detections.settle('w', 's3', outcome, 1), { result: 'stale' });
        }
      }));
  });
}
