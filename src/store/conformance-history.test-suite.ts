// The history of identities as it is listed, for whom, and what is left of it when somebody is removed for good.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { asHuman, moving, stranger } from './identity-data.test-suite.ts';
import { allOf, HUMAN, picture, settleOne, sighting, template } from './test-data.test-suite.ts';

export function testHistory(use: UseStore): void {
  describe('the history', () => {
    it('is listed newest first, by person and by detection', () =>
      use(async (store) => {
        const one = await stranger(store, 's1', 1000);
        const two = await stranger(store, 's2', 9000);
        for (let i = 0; i < 5; i += 1) await store.identity.setIgnored(one, i % 2 === 0, HUMAN);
        await store.identity.merge(two, one, asHuman);
        const page = await store.identity.list({}, { limit: 4 });
        const rest = await store.identity.list({}, { limit: 4, cursor: page.next ?? '' });
        assert.deepEqual(
          [...page.items, ...rest.items].map(({ action }) => action),
          ['merge', 'ignore', 'unignore', 'ignore', 'unignore', 'ignore'],
        );
        assert.equal(rest.next, null);
        assert.equal((await store.identity.list({ personId: two }, { limit: 9 })).items.length, 1);
        assert.equal((await store.identity.list({ personId: one }, { limit: 9 })).items.length, 6);
        assert.equal((await store.identity.list({ detectionId: 's2' }, { limit: 9 })).items.length, 1);
        assert.equal((await store.identity.list({ detectionId: 's1' }, { limit: 9 })).items.length, 0);
        await assert.rejects(store.identity.list({}, { limit: 9, cursor: 'x' }), fails('invalid'));
      }));

    it('tells who may see some cameras what these saw, and of whom she may see, page by page', () =>
      use(async (store) => {
        const door = await stranger(store, 's1', 1000);
        const { personId } = await settleOne(store, sighting('g1', 2000, { cameraId: 'gate' }), null);
        const gate = personId ?? '';
        const ada = await store.persons.add('Ada');
        const seqs: number[] = [];
        const note = ({ seq }: { seq: number }): void => void seqs.push(seq);
        note(await store.identity.confirm(['s1'], HUMAN));
        for (let i = 0; i < 9; i += 1) note(await store.identity.confirm(['g1'], HUMAN));
        note((await store.identity.setIgnored(gate, true, HUMAN)).entry);
        note((await store.identity.setIgnored(door, true, HUMAN)).entry);
        note((await store.identity.name(ada.id, 'Ada King', HUMAN)).entry);
        note(await store.identity.notHer(['g1'], ada.id, asHuman));
        const [atDoor, , , , , , , , , , ignoredGate, ignoredDoor, named, notAda] = seqs;
        const seen = (cameras: readonly string[], limit: number) =>
          allOf((page) => store.identity.list({ cameras }, page), limit).then((items) => items.map(({ seq }) => seq));
        for (const limit of [1, 2, 50]) assert.deepEqual(await seen(['door'], limit), [named, ignoredDoor, atDoor]);
        assert.equal((await seen(['gate'], 4)).length, 12);
        assert.deepEqual(await seen([], 4), [named], 'no camera is not all');
        assert.equal(await store.identity.get(notAda ?? 0, ['door']), null);
        assert.equal(await store.identity.get(ignoredGate ?? 0, ['door']), null);
        assert.equal((await store.identity.get(ignoredDoor ?? 0, ['door']))?.action, 'ignore');
        assert.equal((await store.identity.get(notAda ?? 0, ['door', 'gate']))?.action, 'not_her');
      }));

    it('forgets whoever is removed for good, with all who were merged into her', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const lady = await store.persons.add('Lady Lovelace');
        const bob = await store.persons.add('Bob');
        await store.references.add({ personId: lady.id, picture: picture('hers'), quality: 1 }, [template(1)]);
        await settleOne(store, sighting('s1'), bob.id);
        const summary = 'Ada was taken for Bob';
        const move = await store.identity.assign([{ detectionIds: ['s1'], personId: ada.id }], { ...moving, summary });
        const { entry: merge } = await store.identity.merge(lady.id, ada.id, { ...asHuman, confirmed: true });
        const { entry: name } = await store.identity.name(ada.id, 'Ada King', HUMAN);
        assert.deepEqual(await store.persons.remove(ada.id), [picture('hers')]);
        const texts = (await store.identity.list({}, { limit: 9 })).items.map((entry) => entry.summary);
        const gone = 'omebody who was removed';
        assert.deepEqual(texts, [
          `S${gone} was renamed s${gone}`,
          `S${gone} was merged into s${gone}`,
          `S${gone} was taken for Bob`,
        ]);
        for (const seq of [move?.seq ?? 0, merge.seq, name.seq]) {
          await assert.rejects(store.identity.undo(seq, asHuman), fails('conflict', /removed for good/));
        }
        assert.equal(await store.persons.get(lady.id), null);
        assert.equal((await store.persons.add('Ada King')).name, 'Ada King');
      }));
  });
}
