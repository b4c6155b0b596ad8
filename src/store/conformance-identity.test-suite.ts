// Who is whom: naming, merging, moving, confirming, "not her", ignoring, discarding.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Store } from '../store-port.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import {
  GAP_MS,
  HUMAN,
  MODEL,
  picture,
  settleOne,
  sighting,
  SYSTEM,
  template,
  vector,
} from './test-data.test-suite.ts';

export const asHuman = { actor: HUMAN, visitGapMs: GAP_MS };
export const asSystem = { actor: SYSTEM, visitGapMs: GAP_MS };
export const moving = { ...asHuman, action: 'move', model: MODEL } as const;
export const regrouping = { ...asSystem, action: 'regroup', model: MODEL } as const;

/** A new unknown person with one detection. */
export async function stranger(store: Store, id: string, at = 1000): Promise<string> {
  return (await settleOne(store, sighting(id, at), null)).personId ?? '';
}

async function owner(store: Store, id: string): Promise<unknown[]> {
  const row = await store.detections.get(id);
  return [row?.personId, row?.decision, row?.decidedBy];
}

async function galleryOf(store: Store, personId: string): Promise<number> {
  const whole = (await store.references.entries(MODEL)).entries.filter((entry) => entry.personId === personId);
  const own = await store.references.entriesOf(MODEL, { personIds: [personId] });
  assert.equal(whole.length, own.length);
  return own.length;
}

export function testIdentity(use: UseStore): void {
  describe('naming', () => {
    it("makes a stranger known, her detections a human's decision, and an entry", () =>
      use(async (store) => {
        const id = await stranger(store, 's1');
        await settleOne(store, sighting('s2', 1100), id);
        const before = await store.changes.last();
        const { person, entry } = await store.identity.name(id, 'Ada', HUMAN);
        assert.deepEqual([person.kind, person.name], ['known', 'Ada']);
        assert.deepEqual(await owner(store, 's1'), [id, 'known', 'human']);
        assert.deepEqual(await owner(store, 's2'), [id, 'known', 'human']);
        assert.equal(entry.summary, 'Unknown 1 was named Ada');
        assert.deepEqual(
          [entry.actor, entry.action, entry.personIds, entry.detections, entry.undoneAt],
          [HUMAN.name, 'name', [id], 0, null],
        );
        assert.deepEqual(await store.identity.get(entry.seq), entry);
        assert.equal(await store.identity.get(entry.seq + 1), null);
        const changes = await store.changes.since(before, 10);
        assert.deepEqual(
          changes.map(({ topic, entity, id: of }) => [topic, entity, of]),
          [['gallery', 'person', id]],
        );
        const renamed = await store.identity.name(id, 'Ada L.', HUMAN);
        assert.equal(renamed.entry.summary, 'Ada was renamed Ada L.');
      }));
  });

  describe('merging', () => {
    it('gives all of one person to another, and the old id leads on', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const id = await stranger(store, 's1', 1000);
        await settleOne(store, sighting('s2', 1500), ada.id);
        const { person, entry } = await store.identity.merge(id, ada.id, asHuman);
        assert.deepEqual([person.id, person.references, person.lastSeenAt], [ada.id, 1, 1500]);
        assert.deepEqual(await owner(store, 's1'), [ada.id, 'known', 'human']);
        assert.equal((await store.detections.get('s1'))?.personKind, 'known');
        assert.equal((await store.persons.get(id))?.mergedInto, ada.id);
        assert.deepEqual(await store.persons.counts(), { known: 1, unknown: 0 });
        assert.deepEqual(
          (await store.persons.list({}, { limit: 9 })).items.map((one) => one.id),
          [ada.id],
        );
        assert.deepEqual([await galleryOf(store, id), await galleryOf(store, ada.id)], [0, 1]);
        const { items: visits } = await store.visits.list({}, { limit: 9 });
        assert.deepEqual(
          visits.map((visit) => [visit.personId, visit.detections]),
          [[ada.id, 2]],
        );
        assert.deepEqual([entry.summary, entry.detections], ['Unknown 1 was merged into Ada', 1]);
        assert.deepEqual(entry.personIds, [ada.id, id]);
        // Nobody can do anything with her any more but undo it.
        await assert.rejects(store.identity.name(id, 'Eva', HUMAN), fails('conflict', /merged/));
        await assert.rejects(store.identity.merge(id, ada.id, asHuman), fails('conflict', /merged/));
        await assert.rejects(
          store.references.add({ personId: id, picture: picture('x'), quality: 1 }, []),
          fails('conflict'),
        );
        await store.detections.add(sighting('s3', 2000), picture('s3'), 1);
        await assert.rejects(settleOne(store, sighting('s3', 2000), id), /stale/);
      }));

    it('keeps the known one of a known and an unknown person', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const id = await stranger(store, 's1');
        const { person } = await store.identity.merge(ada.id, id, asHuman);
        assert.deepEqual([person.id, person.name, person.kind], [ada.id, 'Ada', 'known']);
        assert.equal((await store.persons.get(id))?.mergedInto, ada.id);
      }));

    it('asks before two known persons become one, and frees the name', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const lady = await store.persons.add('Lady Lovelace');
        await assert.rejects(store.identity.merge(lady.id, ada.id, asHuman), fails('conflict', /confirmed/));
        assert.equal((await store.persons.get(lady.id))?.mergedInto, null);
        await store.identity.merge(lady.id, ada.id, { ...asHuman, confirmed: true });
        assert.equal((await store.persons.add('Lady Lovelace')).name, 'Lady Lovelace');
        await assert.rejects(store.identity.merge(ada.id, ada.id, asHuman), fails('conflict', /herself/));
        await assert.rejects(store.identity.merge(ada.id, 'gone', asHuman), fails('not_found'));
      }));

    it('leaves behind what is not her, also what was not the merged one', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const id = await stranger(store, 's1');
        await settleOne(store, sighting('s2', 1100), id, { keepReference: true });
        await settleOne(store, sighting('s3', 1200), ada.id, { keepReference: true });
        await settleOne(store, sighting('s4', 1300), ada.id);
        await store.identity.notHer(['s2'], ada.id, asHuman);
        await store.identity.notHer(['s3', 's4'], id, asHuman);
        await store.identity.confirm(['s4'], HUMAN);
        await store.identity.merge(id, ada.id, asHuman);
        assert.deepEqual(await owner(store, 's1'), [ada.id, 'known', 'human']);
        assert.deepEqual(await owner(store, 's2'), [null, 'unidentified', 'system']);
        assert.deepEqual(await owner(store, 's3'), [null, 'unidentified', 'system']);
        // A human's own word for the person outweighs the one against the other.
        assert.deepEqual(await owner(store, 's4'), [ada.id, 'known', 'human']);
        assert.equal(await galleryOf(store, ada.id), 1);
        // They bind from now on.
        assert.equal(await store.identity.assign([{ detectionIds: ['s2', 's3'], personId: ada.id }], regrouping), null);
        assert.deepEqual(await owner(store, 's3'), [null, 'unidentified', 'system']);
      }));

    it('is refused to the system where a human decided', () =>
      use(async (store) => {
        const one = await stranger(store, 's1', 1000);
        const two = await stranger(store, 's2', 9000);
        await store.identity.confirm(['s1'], HUMAN);
        await assert.rejects(store.identity.merge(one, two, asSystem), fails('conflict', /human/));
        await store.identity.merge(two, one, asSystem);
        assert.deepEqual(await owner(store, 's2'), [one, 'unknown', 'system']);
      }));

    it('groups a long life anew', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const id = await stranger(store, 's0', 0);
        for (let i = 1; i < 40; i += 1) await settleOne(store, sighting(`s${i}`, i * 700), id);
        const { entry } = await store.identity.merge(id, ada.id, asHuman);
        assert.equal(entry.detections, 40);
        assert.equal((await store.visits.list({ personId: ada.id }, { limit: 9 })).items[0]?.detections, 40);
      }));
  });

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
