// Who is whom: moving detections, confirming, "not her", ignoring, discarding.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { asHuman, galleryOf, moving, owner, regrouping, stranger } from './identity-data.test-suite.ts';
import { HUMAN, MODEL, picture, settleOne, sighting, template, vector } from './test-data.test-suite.ts';

export function testAssigning(use: UseStore): void {
  describe('assigning', () => {
    it('moves detections with their references, and hides who has nothing left', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const id = await stranger(store, 's1', 1000);
        const entry = await store.identity.assign([{ detectionIds: ['s1'], personId: ada.id }], moving);
        assert.deepEqual([entry?.detections, entry?.personIds], [1, [ada.id, id]]);
        assert.equal(entry?.summary, '1 sighting was given to Ada');
        assert.deepEqual(await owner(store, 's1'), [ada.id, 'known', 'human']);
        assert.deepEqual([await galleryOf(store, id), await galleryOf(store, ada.id)], [0, 1]);
        assert.equal(await store.persons.get(id), null);
        assert.deepEqual(await store.persons.counts(), { known: 1, unknown: 0 });
        await assert.rejects(
          store.identity.assign([{ detectionIds: ['s1'], personId: id }], moving),
          fails('not_found'),
        );
        assert.equal(await store.identity.assign([{ detectionIds: ['s1'], personId: ada.id }], moving), null);
      }));

    it('makes a stranger of her own, with the shots that are asked for as references', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        for (const [i, id] of ['s1', 's2', 's3'].entries()) {
          await settleOne(store, sighting(id, 1000 + i), ada.id, { template: template(i) });
        }
        const match = {
          decision: 'new',
          nearest: { personId: ada.id, referenceId: 'r', distance: 0.5 },
          runnerUp: null,
          margin: null,
          threshold: 0.4,
        } as const;
        const detectionIds = ['s1', 's2'];
        const entry = await store.identity.assign(
          [{ detectionIds, personId: null, match, referenceIds: ['s2', 's3', 's2'] }],
          { ...moving, action: 'split', summary: 'Two shots of Ada are somebody else' },
        );
        assert.equal(entry?.summary, 'Two shots of Ada are somebody else');
        const row = await store.detections.get('s1');
        const id = row?.personId ?? '';
        assert.deepEqual(
          [row?.personName, row?.personKind, row?.decision, row?.decidedBy, row?.nearestName, row?.distance],
          ['Unknown 1', 'unknown', 'unknown', 'human', 'Ada', 0.5],
        );
        const references = await store.references.ofPerson(id);
        assert.deepEqual(
          references.map(({ source, detectionId, picture: of }) => [source, detectionId, of]),
          [['sighting', 's2', picture('s2')]],
        );
        const entries = await store.references.entriesOf(MODEL, { personIds: [id] });
        assert.deepEqual(entries[0]?.vector, vector(1));
        assert.equal((await store.persons.get(id))?.lastSeenAt, 1001);
        // Without a template of the model a shot is no reference.
        const other = { ...moving, model: 'other@1' };
        const again = [{ detectionIds: ['s1'], personId: id, referenceIds: ['s1'] }];
        assert.equal(await store.identity.assign(again, other), null);
      }));

    it('leaves to humans what they decided and forbade', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const bob = await store.persons.add('Bob');
        for (const id of ['s1', 's2', 's3']) await settleOne(store, sighting(id), bob.id);
        await store.identity.confirm(['s1'], HUMAN);
        await store.identity.notHer(['s2'], ada.id, asHuman);
        const all = [{ detectionIds: ['s1', 's2', 's3', 'gone'], personId: ada.id }];
        const entry = await store.identity.assign(all, regrouping);
        assert.equal(entry?.detections, 1);
        assert.deepEqual(await owner(store, 's1'), [bob.id, 'known', 'human']);
        assert.deepEqual(await owner(store, 's2'), [bob.id, 'known', 'system']);
        assert.deepEqual(await owner(store, 's3'), [ada.id, 'known', 'system']);
        // A human may, and takes the earlier word back.
        await store.identity.assign([{ detectionIds: ['s2'], personId: ada.id }], moving);
        assert.deepEqual(await owner(store, 's2'), [ada.id, 'known', 'human']);
        const shots = await store.detections.withTemplates(MODEL, { personId: ada.id }, 0, 10);
        assert.deepEqual(
          shots.map((shot) => [shot.id, shot.notPersonIds]),
          [
            ['s2', []],
            ['s3', []],
          ],
        );
        await assert.rejects(
          store.identity.assign([{ detectionIds: ['gone'], personId: ada.id }], moving),
          fails('not_found'),
        );
        await store.detections.add(sighting('s4'), picture('s4'), 1);
        await assert.rejects(
          store.identity.assign([{ detectionIds: ['s4'], personId: ada.id }], moving),
          fails('conflict', /pending/),
        );
        assert.equal((await store.identity.list({}, { limit: 50 })).items.length, 4);
      }));

    it('takes away from everybody', () =>
      use(async (store) => {
        const id = await stranger(store, 's1');
        await store.identity.assign([{ detectionIds: ['s1'], personId: 'nobody', decision: 'ambiguous' }], regrouping);
        assert.deepEqual(await owner(store, 's1'), [null, 'ambiguous', 'system']);
        assert.equal((await store.detections.get('s1'))?.visitId, null);
        assert.equal(await galleryOf(store, id), 0);
        assert.equal(await store.persons.get(id), null);
        assert.equal(await store.pictureInUse(picture('s1')), true);
        const found = await store.detections.list({ decision: 'ambiguous' }, { limit: 5 });
        assert.deepEqual(
          found.items.map((row) => row.id),
          ['s1'],
        );
      }));
  });

  describe('single words of a human', () => {
    it('confirm, once and for all', () =>
      use(async (store) => {
        const id = await stranger(store, 's1');
        const entry = await store.identity.confirm(['s1'], HUMAN);
        assert.deepEqual([entry.detections, entry.personIds], [0, [id]]);
        assert.deepEqual(await owner(store, 's1'), [id, 'new', 'human']);
        await assert.rejects(store.identity.confirm(['s1', 'gone'], HUMAN), fails('not_found'));
        await assert.rejects(store.identity.confirm([], HUMAN), fails('invalid'));
        await store.identity.assign([{ detectionIds: ['s1'], personId: 'nobody' }], moving);
        await assert.rejects(store.identity.confirm(['s1'], HUMAN), fails('conflict', /nobody/));
      }));

    it('say that it is not her: it is nobody, and never hers again', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        await settleOne(store, sighting('s1', 1000, { trackId: 't' }), ada.id, { keepReference: true });
        await settleOne(store, sighting('s2', 1100), ada.id);
        const entry = await store.identity.notHer(['s1'], ada.id, asHuman);
        assert.deepEqual([entry.summary, entry.detections], ['1 sighting is not Ada', 1]);
        assert.deepEqual(await owner(store, 's1'), [null, 'unidentified', 'system']);
        assert.deepEqual([await galleryOf(store, ada.id), (await store.persons.get(ada.id))?.references], [0, 0]);
        assert.equal((await store.visits.list({}, { limit: 5 })).items[0]?.detections, 1);
        const [shot] = await store.detections.shotsOfTrack('door', 't', MODEL, 5);
        assert.deepEqual(shot?.notPersonIds, [ada.id]);
        // Not by a re-run, and not by a later shot of the track.
        assert.equal(await store.identity.assign([{ detectionIds: ['s1'], personId: ada.id }], regrouping), null);
        await settleOne(store, sighting('s3', 1200, { trackId: 't' }), ada.id, { alsoIds: ['s1', 's2'] });
        assert.deepEqual(await owner(store, 's1'), [null, 'unidentified', 'system']);
        const of = await store.identity.list({ detectionId: 's1' }, { limit: 5 });
        assert.deepEqual(
          of.items.map(({ action }) => action),
          ['not_her'],
        );
      }));

    it('ignore somebody for ever, or not', () =>
      use(async (store) => {
        const id = await stranger(store, 's1');
        await stranger(store, 's2', 9000);
        const { person, entry } = await store.identity.setIgnored(id, true, HUMAN);
        assert.deepEqual([person.ignored, entry.action], [true, 'ignore']);
        const count = async (ignored?: boolean): Promise<number> =>
          (await store.persons.list(ignored === undefined ? {} : { ignored }, { limit: 5 })).items.length;
        assert.deepEqual([await count(), await count(true), await count(false)], [2, 1, 1]);
        assert.equal(await galleryOf(store, id), 1);
        assert.equal((await store.identity.setIgnored(id, false, HUMAN)).entry.action, 'unignore');
      }));

    it('discard detections, and strangers as a whole', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        await settleOne(store, sighting('s1'), ada.id, { keepReference: true });
        const id = await stranger(store, 's2', 9000);
        await store.identity.discard({ detectionIds: ['s1'] }, asHuman);
        const row = await store.detections.get('s1');
        assert.deepEqual(
          [row?.state, row?.reason?.code, row?.personId, row?.decision, row?.visitId],
          ['rejected', 'discarded', null, null, null],
        );
        assert.deepEqual([await galleryOf(store, ada.id), (await store.persons.get(ada.id))?.lastSeenAt], [0, null]);
        await assert.rejects(store.identity.discard({ personId: ada.id }, asHuman), fails('conflict', /known/));
        const entry = await store.identity.discard({ personId: id }, asHuman);
        assert.deepEqual([entry.summary, entry.detections], ['Unknown 1 was discarded', 1]);
        assert.equal(await store.persons.get(id), null);
        assert.equal(await galleryOf(store, id), 0);
        assert.deepEqual(await store.detections.counts(), { pending: 0, classified: 0, rejected: 2, failed: 0 });
        assert.equal((await store.visits.list({}, { limit: 5 })).items.length, 0);
      }));
  });
}
