// People, references, templates, cameras, keys.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KithError, type ErrorCode } from '../errors.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { allOf, HUMAN, MODEL, picture, settleOne, sighting, template, vector } from './test-data.test-suite.ts';

export function fails(code: ErrorCode, words = /./): (error: unknown) => boolean {
  return (error) => error instanceof KithError && error.code === code && words.test(error.message);
}

export function testPeople(use: UseStore): void {
  describe('persons', () => {
    it('keeps names unique without case', () =>
      use(async (store) => {
        const ann = await store.persons.add('  Ann Ősz ');
        assert.equal(ann.name, 'Ann Ősz');
        assert.equal(ann.kind, 'known');
        assert.deepEqual(await store.persons.get(ann.id), ann);
        await assert.rejects(store.persons.add('ANN ŐSZ'), fails('conflict', /Ann Ősz/));
        await assert.rejects(store.persons.add('ＡＮＮ ősz'), fails('conflict'));
        await store.persons.add('Ann Osz');
        assert.deepEqual(await store.persons.counts(), { known: 2, unknown: 0 });
      }));

    it('refuses names that nobody can read', () =>
      use(async (store) => {
        for (const name of ['', '   ', 'a\nb', 'a\u0000b', '\u001b[31mred', 'x'.repeat(201), '\ud800']) {
          await assert.rejects(store.persons.add(name), fails('invalid'), JSON.stringify(name));
        }
        assert.equal((await store.persons.add('😀'.repeat(200))).name, '😀'.repeat(200));
        assert.deepEqual(await store.persons.counts(), { known: 1, unknown: 0 });
      }));

    it('renames, and makes an unknown person known by a name', () =>
      use(async (store) => {
        const bob = await store.persons.add('Bob');
        const seen = await settleOne(store, sighting('s1'), null);
        assert.equal(seen.personName, 'Unknown 1');
        const id = seen.personId ?? '';
        await assert.rejects(store.identity.name(id, 'bob', HUMAN), fails('conflict'));
        const { person: carol } = await store.identity.name(id, 'Carol', HUMAN);
        assert.deepEqual([carol.kind, carol.name, carol.references], ['known', 'Carol', 1]);
        const renamed = await store.detections.get('s1');
        assert.deepEqual([renamed?.personKind, renamed?.personName], ['known', 'Carol']);
        const known = await store.detections.list({ kind: 'known' }, { limit: 10 });
        assert.deepEqual(
          known.items.map((row) => row.id),
          ['s1'],
        );
        assert.equal((await store.detections.list({ kind: 'unknown' }, { limit: 10 })).items.length, 0);
        assert.equal((await store.identity.name(bob.id, 'BOB', HUMAN)).person.name, 'BOB');
        await assert.rejects(store.identity.name('nobody', 'Dan', HUMAN), fails('not_found'));
      }));

    it('never uses the number of an unknown person twice', () =>
      use(async (store) => {
        const first = await settleOne(store, sighting('s1'), null);
        await store.persons.remove(first.personId ?? '');
        const second = await settleOne(store, sighting('s2'), null);
        assert.equal(second.personName, 'Unknown 2');
      }));

    it('lists by name, known ones first, page by page', () =>
      use(async (store) => {
        for (const name of ['zoe', 'Adam', 'bert', 'Émile', '100% Bob', 'under_score']) await store.persons.add(name);
        for (let i = 1; i <= 11; i += 1) await settleOne(store, sighting(`s${i}`, i), null);
        const names = (await allOf((page) => store.persons.list({}, page), 4)).map((person) => person.name);
        assert.deepEqual(names.slice(0, 6), ['100% Bob', 'Adam', 'bert', 'Émile', 'under_score', 'zoe']);
        assert.deepEqual(
          names.slice(6),
          Array.from({ length: 11 }, (_, i) => `Unknown ${i + 1}`),
        );
        const find = async (query: string, kind?: 'known' | 'unknown'): Promise<string[]> =>
          (await store.persons.list({ query, ...(kind && { kind }) }, { limit: 50 })).items.map(
            (person) => person.name,
          );
        assert.deepEqual(await find('E', 'known'), ['bert', 'Émile', 'under_score', 'zoe']);
        assert.deepEqual(await find('ÉM'), ['Émile']);
        assert.deepEqual(await find('%'), ['100% Bob']);
        assert.deepEqual(await find('_'), ['under_score']);
        assert.deepEqual(await find('unknown 11'), ['Unknown 11']);
        assert.equal((await find('', 'unknown')).length, 11);
      }));

    it('is removed with references, templates and visits; her detections stay', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const bob = await store.persons.add('Bob');
        const shared = picture('shared');
        await store.references.add({ personId: ann.id, picture: picture('only hers'), quality: 1 }, [template(1)]);
        await store.references.add({ personId: ann.id, picture: picture('only hers'), quality: 1 }, [template(2)]);
        await store.references.add({ personId: ann.id, picture: shared, quality: 1 }, [template(3)]);
        await store.references.add({ personId: bob.id, picture: shared, quality: 1 }, [template(4)]);
        const seen = await settleOne(store, sighting('s1'), ann.id, { keepReference: true });
        assert.equal((await store.persons.get(ann.id))?.references, 4);
        const free = await store.persons.remove(ann.id);
        // The shot still belongs to the detection, the shared photo to Bob.
        assert.deepEqual(free, [picture('only hers')]);
        assert.equal(await store.persons.get(ann.id), null);
        assert.deepEqual(await store.references.ofPerson(ann.id), []);
        assert.equal(await store.visits.get(seen.visitId ?? ''), null);
        const left = await store.detections.get('s1');
        assert.deepEqual(
          [left?.state, left?.personId, left?.personName, left?.personKind, left?.visitId],
          ['classified', null, null, null, null],
        );
        const { entries } = await store.references.entries(MODEL);
        assert.deepEqual(
          entries.map((entry) => entry.personId),
          [bob.id],
        );
        await assert.rejects(store.persons.remove(ann.id), fails('not_found'));
        assert.equal((await store.persons.add('Ann')).name, 'Ann');
      }));
  });

  describe('references', () => {
    it('are found by person and by model, with vectors bit for bit', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const added = await store.references.add({ personId: ann.id, picture: picture('a'), quality: 0.75 }, [
          template(1),
          { model: 'other@1', vector: Float32Array.of(1, 2.5, -3) },
        ]);
        assert.deepEqual(await store.references.get(added.id), added);
        assert.deepEqual(await store.references.ofPerson(ann.id), [added]);
        assert.deepEqual([added.source, added.quality, added.detectionId], ['enrolled', 0.75, null]);
        const { entries, version } = await store.references.entries(MODEL);
        assert.equal(version, await store.changes.last());
        assert.deepEqual(entries, [{ referenceId: added.id, personId: ann.id, kind: 'known', vector: vector(1) }]);
        assert.deepEqual((await store.references.entries('other@1')).entries[0]?.vector, Float32Array.of(1, 2.5, -3));
        assert.deepEqual((await store.references.entries('third@1')).entries, []);
        const missing = { personId: 'nobody', picture: picture('a'), quality: 1 };
        await assert.rejects(store.references.add(missing, []), fails('not_found'));
      }));

    it('answers some entries by reference and by person, leaving out what is gone', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const bob = await store.persons.add('Bob');
        const one = await store.references.add({ personId: ann.id, picture: picture('1'), quality: 1 }, [template(1)]);
        await store.references.add({ personId: bob.id, picture: picture('2'), quality: 1 }, [template(2)]);
        const referenceIds = ['gone', one.id, ...Array.from({ length: 1200 }, (_, i) => `gone-${i}`)];
        const of = await store.references.entriesOf(MODEL, { referenceIds });
        assert.deepEqual(
          of.map((entry) => entry.referenceId),
          [one.id],
        );
        const both = await store.references.entriesOf(MODEL, { referenceIds: [one.id], personIds: [ann.id, bob.id] });
        assert.equal(both.length, 2);
        assert.deepEqual(await store.references.entriesOf(MODEL, {}), []);
      }));

    it('says which pictures nothing points to any more', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const twice = { personId: ann.id, picture: picture('twice'), quality: 1 };
        const one = await store.references.add(twice, [template(1)]);
        const two = await store.references.add(twice, [template(2)]);
        assert.equal(await store.references.remove(one.id), null);
        assert.equal(await store.pictureInUse(picture('twice')), true);
        assert.equal(await store.references.remove(two.id), picture('twice'));
        assert.equal(await store.pictureInUse(picture('twice')), false);
        await assert.rejects(store.references.remove(two.id), fails('not_found'));
        await store.detections.add(sighting('s1'), picture('shot'), 1);
        assert.equal(await store.pictureInUse(picture('shot')), true);
      }));

    it('finds those without a template of a model and takes it later', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const one = await store.references.add({ personId: ann.id, picture: picture('1'), quality: 1 }, []);
        const two = await store.references.add({ personId: ann.id, picture: picture('2'), quality: 1 }, [template(2)]);
        assert.deepEqual(await store.references.withoutTemplate(MODEL, 10), [one]);
        assert.equal((await store.references.withoutTemplate('new@1', 10)).length, 2);
        assert.equal((await store.references.withoutTemplate('new@1', 1)).length, 1);
        const before = await store.changes.last();
        await store.references.putTemplate(one.id, template(1));
        await store.references.putTemplate(two.id, template(5));
        assert.deepEqual(await store.references.withoutTemplate(MODEL, 10), []);
        const changed = await store.references.entriesOf(MODEL, { referenceIds: [two.id] });
        assert.deepEqual(changed[0]?.vector, vector(5));
        const changes = await store.changes.since(before, 10, 'gallery');
        assert.deepEqual(
          changes.map(({ entity, action, id }) => [entity, action, id]),
          [
            ['reference', 'change', one.id],
            ['reference', 'change', two.id],
          ],
        );
        await assert.rejects(store.references.putTemplate('gone', template(1)), fails('not_found'));
      }));
  });

  describe('cameras and keys', () => {
    it('makes, renames and removes cameras', () =>
      use(async (store) => {
        const made = await store.cameras.put('door', 'Door');
        const renamed = await store.cameras.put('door', 'Front door');
        assert.deepEqual(renamed, { ...made, name: 'Front door' });
        await store.cameras.put('attic', 'Attic');
        assert.deepEqual(
          (await store.cameras.list()).map((camera) => camera.id),
          ['attic', 'door'],
        );
        await settleOne(store, sighting('s1', 5000), null);
        assert.equal((await store.cameras.get('door'))?.lastSeenAt, 5000);
        await store.cameras.remove('attic');
        assert.equal(await store.cameras.get('attic'), null);
      }));

    it('finds keys by their hash only', () =>
      use(async (store) => {
        await store.cameras.put('door', 'Front door');
        const key = await store.keys.add({ name: 'panel', scopes: ['read', 'camera'], cameraId: 'door', hash: 'h1' });
        assert.deepEqual(await store.keys.byHash('h1'), key);
        assert.deepEqual([...key.scopes, key.cameraId], ['read', 'camera', 'door']);
        assert.equal(await store.keys.byHash('panel'), null);
        const again = { name: 'twin', scopes: ['admin'], cameraId: null, hash: 'h1' } as const;
        await assert.rejects(store.keys.add(again), fails('conflict'));
        assert.deepEqual(await store.keys.list(), [key]);
        assert.ok(!JSON.stringify(await store.keys.list()).includes('h1'));
        await store.keys.used(key.id, 1_000_000);
        await store.keys.used(key.id, 1_059_999);
        assert.equal((await store.keys.byHash('h1'))?.lastUsedAt, 1_000_000);
        await store.keys.used(key.id, 1_060_000);
        assert.equal((await store.keys.byHash('h1'))?.lastUsedAt, 1_060_000);
        await store.keys.remove(key.id);
        assert.equal(await store.keys.byHash('h1'), null);
      }));

    it('forgets the keys of an earlier camera when another one of its id is made', () =>
      use(async (store) => {
        for (const id of ['door', 'gate']) {
          await store.cameras.put(id, id);
          await store.keys.add({ name: id, scopes: ['camera'], cameraId: id, hash: `of ${id}` });
        }
        await store.keys.add({ name: 'wall', scopes: ['log'], cameraId: null, hash: 'of all' });
        await store.cameras.put('door', 'Renamed door');
        assert.equal((await store.keys.byHash('of door'))?.name, 'door');
        await store.cameras.remove('door');
        await store.cameras.put('door', 'Another door');
        await store.cameras.put('gate', 'Renamed gate');
        assert.deepEqual(
          (await store.keys.list()).map(({ name }) => name),
          ['gate', 'wall'],
        );
        assert.equal(await store.keys.byHash('of door'), null);
      }));
  });
}
