// What is kept on people: groups, notes, consent, versions, and two who change it at once.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Person } from '../domain.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { HUMAN, settleOne, sighting } from './test-data.test-suite.ts';

const BEA = { name: 'Bea', kind: 'human' } as const;

export function testPersons(use: UseStore): void {
  describe('what is kept on a person', () => {
    it('is saved at once, and says who changed what to whoever saves an older version', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        assert.deepEqual([ann.groups, ann.notes, ann.version, ann.portrait], [[], '', 1, null]);
        assert.deepEqual(ann.consent, { state: 'none', at: null, by: null, note: '' });
        const groups = ['Staff', 'staff', 'Émile’s <b>friends</b> 😀'];
        const first = await store.persons.change(
          ann.id,
          {
            groups,
            notes: 'two\nlines',
            attributes: { site: 'north' },
            consent: { state: 'given', note: 'on paper', at: 5 },
          },
          { actor: HUMAN, ifVersion: 1 },
        );
        assert.deepEqual(first.entries, []);
        assert.deepEqual(first.person.groups, ['staff', 'Émile’s <b>friends</b> 😀']);
        assert.equal(first.person.notes, 'two\nlines');
        assert.deepEqual(first.person.consent, { state: 'given', at: 5, by: HUMAN.name, note: 'on paper' });
        assert.equal(first.person.version, 2);
        assert.deepEqual(await store.persons.get(ann.id), first.person);

        // The same again is no change.
        const same = await store.persons.change(ann.id, { groups, notes: 'two\r\nlines' }, { actor: BEA });
        assert.equal(same.person.version, 2);
        await store.persons.change(ann.id, { notes: 'Bea was here' }, { actor: BEA, ifVersion: 2 });
        const stale = { actor: HUMAN, ifVersion: 2 };
        await assert.rejects(
          store.persons.change(ann.id, { notes: 'mine', name: 'Anna' }, stale),
          fails('conflict', /^Bea changed notes 0 seconds ago: look at it, then save again\.$/),
        );
        assert.equal((await store.persons.get(ann.id))?.name, 'Ann');
        const { person, entries } = await store.persons.change(
          ann.id,
          { notes: 'both', name: 'Anna', ignored: true },
          { actor: HUMAN, ifVersion: 3 },
        );
        assert.deepEqual([person.name, person.notes, person.ignored], ['Anna', 'both', true]);
        assert.deepEqual(
          entries.map(({ action }) => action),
          ['name', 'ignore'],
        );
      }));

    it('is refused as a whole when it is too long, garbled or taken', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        await store.persons.add('Ben');
        const actor = HUMAN;
        const save = (changes: Parameters<typeof store.persons.change>[1]) =>
          store.persons.change(ann.id, { attributes: { a: 'b' }, ...changes }, { actor });
        await assert.rejects(save({ notes: 'x'.repeat(10_001) }), fails('invalid', /10001 characters, 10000/));
        await assert.rejects(save({ notes: 'a\u0000b' }), fails('invalid'));
        await assert.rejects(save({ groups: [' '] }), fails('invalid'));
        await assert.rejects(save({ groups: Array.from({ length: 51 }, (_, i) => `g${i}`) }), fails('invalid', /50/));
        await assert.rejects(save({ name: 'BEN' }), fails('conflict'));
        assert.deepEqual(await store.persons.get(ann.id), ann);
        await save({ notes: '😀'.repeat(10_000) });
      }));

    it('grows a version with a merge, its undo and a name', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const { personId } = await settleOne(store, sighting('s1'), null);
        const before = async (): Promise<number> => (await store.persons.get(ann.id))?.version ?? 0;
        const v1 = await before();
        const { entry } = await store.identity.merge(personId ?? '', ann.id, { actor: HUMAN, visitGapMs: 1 });
        const v2 = await before();
        assert.ok(v2 > v1);
        await assert.rejects(
          store.persons.change(ann.id, { notes: 'x' }, { actor: BEA, ifVersion: v1 }),
          fails('conflict', /a merge/),
        );
        await store.identity.undo(entry.seq, { actor: HUMAN, visitGapMs: 1 });
        await store.identity.name(ann.id, 'Anna', HUMAN);
        assert.ok((await before()) > v2);
      }));

    it('takes consent back, and tells when the state changed, not the note', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const save = async (
          consent: NonNullable<Parameters<typeof store.persons.change>[1]['consent']>,
        ): Promise<Person> => (await store.persons.change(ann.id, { consent }, { actor: BEA })).person;
        const asked = await save({ state: 'asked' });
        assert.ok(asked.consent.at !== null && asked.consent.by === 'Bea');
        const noted = await save({ state: 'asked', note: 'by mail' });
        assert.equal(noted.consent.at, asked.consent.at);
        assert.equal((await save({ state: 'withdrawn' })).consent.note, 'by mail');
        assert.deepEqual((await save({ state: 'none' })).consent, ann.consent);
      }));
  });
}
