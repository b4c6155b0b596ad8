// Who is whom: naming and merging.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { asHuman, asSystem, galleryOf, owner, regrouping, stranger } from './identity-data.test-suite.ts';
import { HUMAN, picture, settleOne, sighting } from './test-data.test-suite.ts';

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
}
