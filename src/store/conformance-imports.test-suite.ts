// Bulk enrolments, what the operator keeps about people, and what the gate said about a photo.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ImportedPhoto } from '../store-port.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { allOf, picture, template } from './test-data.test-suite.ts';

function photo(file: string, more: Partial<ImportedPhoto> = {}): ImportedPhoto {
  return { file, name: 'Ada', verdict: 'accepted', findings: [], personId: null, referenceId: null, ...more };
}

export function testImports(use: UseStore): void {
  describe('imports', () => {
    it('are taken up again, with what became of each photo', () =>
      use(async (store) => {
        const { imports } = store;
        const first = await imports.open('folder staff');
        assert.deepEqual(first.counts, { accepted: 0, warned: 0, refused: 0 });
        assert.equal((await imports.open('folder staff')).id, first.id);
        const findings = [{ code: 'blurred', message: 'The photo is blurred: take a sharper one.' }] as const;
        await imports.putPhoto(first.id, photo('Ada/1.jpg'));
        await imports.putPhoto(first.id, photo('Ada/2.jpg', { verdict: 'refused', findings }));
        await imports.putPhoto(first.id, photo('Ada/2.jpg', { verdict: 'warned', findings }));
        await imports.putPhoto(first.id, photo('Ünï/3 .jpg', { verdict: 'refused', findings, name: 'Ünï' }));
        const again = await imports.open('folder staff');
        assert.deepEqual(again.counts, { accepted: 1, warned: 1, refused: 1 });
        assert.deepEqual(await imports.get(first.id), again);
        assert.ok(again.updatedAt >= first.updatedAt);
        const all = await allOf((page) => imports.photos(first.id, {}, page), 2);
        assert.deepEqual(
          all.map((one) => one.file),
          ['Ada/1.jpg', 'Ada/2.jpg', 'Ünï/3 .jpg'],
        );
        assert.deepEqual(all[1], photo('Ada/2.jpg', { verdict: 'warned', findings }));
        const refused = await imports.photos(first.id, { verdict: 'refused' }, { limit: 5 });
        assert.deepEqual(
          refused.items.map((one) => one.file),
          ['Ünï/3 .jpg'],
        );
      }));

    it('are listed newest first and removed with their photos', () =>
      use(async (store) => {
        const { imports } = store;
        const made: string[] = [];
        for (let i = 0; i < 5; i += 1) made.push((await imports.open(`zip ${i}`)).id);
        const listed = await allOf((page) => imports.list(page), 2);
        assert.deepEqual(listed.map((one) => one.id).toSorted(), made.toSorted());
        const [id = ''] = made;
        await imports.putPhoto(id, photo('a.jpg'));
        await imports.remove(id);
        assert.equal(await imports.get(id), null);
        assert.deepEqual((await imports.photos(id, {}, { limit: 5 })).items, []);
        await assert.rejects(imports.putPhoto(id, photo('a.jpg')), fails('not_found'));
        await assert.rejects(imports.open('a\0b'), fails('invalid'));
        const other = made[1] ?? '';
        await assert.rejects(imports.putPhoto(other, photo('a\0b')), fails('invalid'));
      }));

    it('forget a person who is removed', () =>
      use(async (store) => {
        const { imports } = store;
        const ada = await store.persons.add('Ada');
        const { id } = await imports.open('folder');
        await imports.putPhoto(id, photo('1.jpg', { personId: ada.id }));
        await imports.putPhoto(id, photo('2.jpg', { verdict: 'refused' }));
        await imports.putPhoto(id, photo('3.jpg', { name: 'Bob' }));
        await store.persons.remove(ada.id);
        const left = await imports.photos(id, {}, { limit: 5 });
        assert.deepEqual(
          left.items.map((one) => one.file),
          ['3.jpg'],
        );
      }));
  });

  describe('what is kept about people', () => {
    it('are attributes, replaced as a whole', () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        assert.deepEqual([ada.attributes, ada.ignored, ada.mergedInto], [{}, false, null]);
        const before = await store.changes.last();
        const changed = await store.persons.setAttributes(ada.id, { site: 'north', 'age group': '30–40', badge: '' });
        assert.deepEqual(changed.attributes, { site: 'north', 'age group': '30–40', badge: '' });
        assert.deepEqual(await store.persons.get(ada.id), changed);
        assert.equal((await store.changes.since(before, 5))[0]?.id, ada.id);
        assert.deepEqual((await store.persons.setAttributes(ada.id, { site: 'south' })).attributes, { site: 'south' });
        await assert.rejects(store.persons.setAttributes('gone', {}), fails('not_found'));
        const bad = [{ '': 'x' }, { a: 'b\nc' }, { 'a\u0000': 'b' }, { a: 'x'.repeat(201) }];
        for (const attributes of [...bad, Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v']))]) {
          await assert.rejects(store.persons.setAttributes(ada.id, attributes), fails('invalid'));
        }
        assert.deepEqual((await store.persons.get(ada.id))?.attributes, { site: 'south' });
      }));

    it("are the gate's warnings about a photo", () =>
      use(async (store) => {
        const ada = await store.persons.add('Ada');
        const photo = { personId: ada.id, picture: picture('a'), quality: 0.5, warnings: ['dark', 'blurred'] } as const;
        const added = await store.references.add(photo, [template(1)]);
        assert.deepEqual(added.warnings, ['dark', 'blurred']);
        assert.deepEqual(await store.references.get(added.id), added);
        assert.deepEqual(await store.references.ofPerson(ada.id), [added]);
      }));
  });
}
