// What is kept on people: groups, notes, consent, versions; lists by them; when and where they were seen; their end.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Person } from '../domain.ts';
import type { PersonFilter } from '../people-port.ts';
import type { Store } from '../store-port.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { allOf, classified, HUMAN, picture, settleOne, sighting, SYSTEM, template } from './test-data.test-suite.ts';

const BEA = { name: 'Bea', kind: 'human' } as const;

async function namesOf(store: Store, filter: PersonFilter, limit = 50): Promise<string[]> {
  return (await allOf((page) => store.persons.list(filter, page), limit)).map((person) => person.name);
}

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

  describe('lists of people', () => {
    it('are filtered by everything, and counted', () =>
      use(async (store) => {
        for (const name of ['Ann', 'Ben', 'Cleo']) await store.persons.add(name);
        const all = (await store.persons.list({}, { limit: 9 })).items;
        const [ann, ben] = all;
        assert.ok(ann && ben);
        await store.persons.change(
          ann.id,
          {
            groups: ['Staff', 'North'],
            attributes: { site: 'it\'s: "north"', badge: '1' },
            consent: { state: 'given' },
          },
          { actor: HUMAN },
        );
        await store.persons.change(ben.id, { groups: ['STAFF'], attributes: { site: 'south' } }, { actor: HUMAN });
        await store.persons.change(ben.id, { ignored: true }, { actor: HUMAN });
        const filters: [PersonFilter, string[]][] = [
          [{ group: ' sTaff' }, ['Ann', 'Ben']],
          [{ group: 'north', query: 'N' }, ['Ann']],
          [{ group: 'nobody' }, []],
          [{ attribute: { key: 'site' } }, ['Ann', 'Ben']],
          [{ attribute: { key: 'site', value: 'it\'s: "north"' } }, ['Ann']],
          [{ attribute: { key: "si'te", value: 'x' } }, []],
          [{ consent: 'given' }, ['Ann']],
          [{ consent: 'none' }, ['Ben', 'Cleo']],
          [{ ignored: true, group: 'staff' }, ['Ben']],
        ];
        for (const [filter, names] of filters) {
          assert.deepEqual(await namesOf(store, filter), names, JSON.stringify(filter));
          assert.equal(await store.persons.count(filter), names.length);
        }
        assert.deepEqual(await store.groups.list(), [
          { name: 'North', persons: 1 },
          { name: 'Staff', persons: 2 },
        ]);
        assert.deepEqual(
          (await store.persons.attributes()).map(({ key, values }) => [key, values.length]),
          [
            ['badge', 1],
            ['site', 2],
          ],
        );
      }));

    it('go by who was seen last, page by page, those never seen at the end', () =>
      use(async (store) => {
        for (const name of ['Ann', 'Ben', 'Cleo', 'Dora', 'Emil']) await store.persons.add(name);
        const all = (await store.persons.list({}, { limit: 9 })).items;
        const order = ['Cleo', 'Ann', 'Emil'];
        for (const [i, name] of order.entries()) {
          const { id } = all.find((person) => person.name === name) ?? { id: '' };
          await settleOne(store, sighting(`s${i}`, 9000 - i * 1000), id);
        }
        const names = await namesOf(store, { sort: 'seen' }, 2);
        assert.deepEqual(names.slice(0, 3), order);
        assert.deepEqual(names.slice(3).toSorted(), ['Ben', 'Dora']);
        await assert.rejects(store.persons.list({ sort: 'seen' }, { limit: 2, cursor: 'x' }), fails('invalid'));
      }));

    it('show to whoever may see some cameras only what was seen there', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        await settleOne(store, sighting('a1', 1000), ann.id);
        await settleOne(store, sighting('a2', 5000, { cameraId: 'yard' }), ann.id, {
          keepReference: true,
          quality: 0.9,
        });
        const { personId: stranger } = await settleOne(store, sighting('s1', 2000, { cameraId: 'yard' }), null);
        const cameras = ['door'];
        assert.deepEqual(await namesOf(store, { cameras }), ['Ann']);
        assert.equal(await store.persons.count({ cameras }), 1);
        const shown = await store.persons.get(ann.id, cameras);
        assert.equal(shown?.lastSeenAt, 1000);
        assert.deepEqual(shown.portrait, { kind: 'detection', id: 'a1' });
        assert.equal((await store.persons.get(ann.id))?.portrait?.kind, 'reference');
        assert.equal(await store.persons.get(stranger ?? '', cameras), null);
        assert.ok(await store.persons.get(stranger ?? '', ['yard']));
        assert.deepEqual(await namesOf(store, { cameras: [], kind: 'unknown' }), []);
        assert.deepEqual(
          (await store.persons.list({ cameras, sort: 'seen' }, { limit: 5 })).items[0]?.lastSeenAt,
          1000,
        );
      }));
  });

  describe('groups', () => {
    it('are joined, renamed into each other and removed, and people stay', () =>
      use(async (store) => {
        const [ann, ben] = [await store.persons.add('Ann'), await store.persons.add('Ben')];
        await store.groups.change([ann.id, ben.id], { add: ['Staff', 'Night'], remove: [] }, BEA);
        await store.groups.change([ben.id], { add: [], remove: ['NIGHT'] }, BEA);
        assert.deepEqual((await store.persons.get(ben.id))?.groups, ['Staff']);
        await assert.rejects(store.groups.change(['gone'], { add: ['x'], remove: [] }, BEA), fails('not_found'));
        assert.deepEqual(await store.groups.rename('staff', 'STAFF', BEA), { name: 'STAFF', persons: 2 });
        assert.deepEqual(await store.groups.rename('night', 'staff', BEA), { name: 'STAFF', persons: 2 });
        await assert.rejects(store.groups.rename('night', 'x', BEA), fails('not_found', /nobody/));
        await assert.rejects(
          store.persons.change(ann.id, { groups: [] }, { actor: HUMAN, ifVersion: ann.version }),
          fails('conflict', /Bea changed groups/),
        );
        await store.groups.remove('Staff', BEA);
        assert.deepEqual(await store.groups.list(), []);
        assert.deepEqual(await namesOf(store, {}), ['Ann', 'Ben']);
      }));
  });

  describe('activity', () => {
    it('counts visits by the clocks of a time zone, over the change to summer time', () =>
      use(async (store) => {
        const ann = await store.persons.add('Ann');
        const at = Date.parse;
        // Saturday 22:30 UTC is 23:30 in Berlin; Sunday 00:30 UTC is 01:30, and 01:30 UTC is 03:30: the hour of two is not there.
        const times = ['2026-03-28T22:30:00Z', '2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z', '2026-03-29T22:15:00Z'];
        for (const [i, time] of times.entries()) {
          await settleOne(store, sighting(`s${i}`, at(time), i === 3 ? { cameraId: 'yard' } : {}), ann.id);
        }
        await settleOne(store, sighting('again', at(times[3] ?? '') + 500, { cameraId: 'yard' }), ann.id);
        const range = { from: at('2026-03-28T00:00:00Z'), to: at('2026-03-30T00:00:00Z') };
        const found = await store.activity.ofPerson(ann.id, { ...range, zone: 'Europe/Berlin' });
        assert.deepEqual([found.visits, found.detections], [4, 5]);
        const hours = found.week.flatMap((day, weekday) =>
          day.flatMap((n, hour) => (n > 0 ? [[weekday, hour, n]] : [])),
        );
        assert.deepEqual(hours, [
          [0, 0, 1],
          [5, 23, 1],
          [6, 1, 1],
          [6, 3, 1],
        ]);
        assert.deepEqual(
          found.days.map(({ day, visits }) => [day, visits]),
          [
            ['2026-03-28', 1],
            ['2026-03-29', 2],
            ['2026-03-30', 1],
          ],
        );
        assert.deepEqual(
          found.cameras.map(({ cameraId, visits }) => [cameraId, visits]),
          [
            ['door', 3],
            ['yard', 1],
          ],
        );
        assert.deepEqual([found.firstSeenAt, found.lastSeenAt], [at(times[0] ?? ''), at(times[3] ?? '') + 500]);
        // India's quarters, and one camera only.
        const door = await store.activity.ofPerson(ann.id, { ...range, zone: 'Asia/Kolkata', cameras: ['door'] });
        assert.deepEqual([door.visits, door.lastSeenAt], [3, at(times[2] ?? '')]);
        assert.equal(door.week[6]?.[4], 1);
        const none = await store.activity.ofPerson(ann.id, { ...range, zone: 'UTC', cameras: [] });
        assert.deepEqual([none.visits, none.firstSeenAt], [0, null]);
        const bad = store.activity.ofPerson(ann.id, { ...range, zone: 'Nowhere/Town' });
        await assert.rejects(bad, fails('invalid', /Nowhere/));
        const long = { from: 0, to: range.to, zone: 'UTC' };
        await assert.rejects(store.activity.ofPerson(ann.id, long), fails('invalid'));
      }));
  });
}

/** A door that the person of this detection has opened, with words about her. */
async function openFor(store: Store, detectionId: string): Promise<void> {
  const door = await store.actions.add({ name: 'Door', kind: 'http', enabled: true, settings: {}, access: null }, 1);
  const { visitId, personId } = (await store.detections.get(detectionId)) ?? { visitId: null, personId: null };
  const asked = { actionId: door.id, by: null, visitId, personId, detectionId, cameraId: 'door', alertId: null };
  const run = await store.actions.ask({ ...asked, cause: 'policy' }, 1);
  const decided = await store.actions.decide(run?.id ?? '', () => ({ grant: true, evidence: [] }), 1);
  assert.equal(decided?.state, 'granted');
  await store.actions.start(decided.id, 'p', 2);
  await store.actions.end(decided.id, 'failed', 'secret-error', 3);
}

/** `dump`: all that the database holds, as text. */
export function testErasure(use: UseStore, dump: (store: Store) => Promise<string>): void {
  describe('erasing', () => {
    it('leaves nothing of her, her sightings and those who became her', () =>
      use(async (store) => {
        const ann = await store.persons.add('Zaphodia');
        const ben = await store.persons.add('Ben');
        const reference = await store.references.add({ personId: ann.id, picture: picture('photo'), quality: 0.9 }, [
          template(1),
        ]);
        await Promise.all(
          Array.from({ length: 600 }, (_, i) =>
            store.detections.add(sighting(`hers-${i}`, i * 10_000), picture(`h${i}`), i),
          ),
        );
        const claimed = await store.detections.claim('w', 600, 60_000, 1e9);
        const outcome = classified(ann.id, 0);
        await Promise.all(claimed.map((row) => store.detections.settle('w', row.id, outcome, 1)));
        const near = { personId: ann.id, referenceId: reference.id, distance: 0.7 };
        await settleOne(store, sighting('others', 77), ben.id, {
          match: {
            decision: 'known',
            nearest: { ...near, personId: ben.id },
            runnerUp: near,
            margin: 0.1,
            threshold: 0.6,
          },
        });
        const { personId: stranger } = await settleOne(store, sighting('was-a-stranger', 99), null);
        await store.identity.merge(stranger ?? '', ann.id, { actor: HUMAN, visitGapMs: 1 });
        await store.identity.notHer(['others'], ann.id, { actor: HUMAN, visitGapMs: 1 });
        await store.identity.assign([{ detectionIds: ['hers-3'], personId: ben.id }], {
          actor: SYSTEM,
          action: 'move',
          model: template(1).model,
          visitGapMs: 1,
        });
        await store.identity.assign([{ detectionIds: ['hers-3'], personId: ann.id }], {
          actor: HUMAN,
          action: 'move',
          model: template(1).model,
          visitGapMs: 1,
        });
        await store.persons.change(
          ann.id,
          {
            name: 'Trilliana-X (2) [\\d]+',
            notes: 'secret-note',
            groups: ['secret-group'],
            attributes: { a: 'secret-attribute' },
          },
          { actor: HUMAN },
        );
        const { id: importId } = await store.imports.open('a-zip');
        const finding = {
          code: 'closer_to_somebody_else',
          message: 'The face looks like Trilliana-X (2) [\\d]+, who is enrolled.',
        } as const;
        await store.imports.putPhoto(importId, {
          file: 'ben.jpg',
          name: 'Ben',
          personId: ben.id,
          referenceId: null,
          verdict: 'warned',
          findings: [finding],
        });
        await store.imports.putPhoto(importId, {
          file: 'Zaphodia/1.jpg',
          name: 'Zaphodia',
          personId: null,
          referenceId: null,
          verdict: 'refused',
          findings: [],
        });
        await openFor(store, 'hers-3');
        const traces = [
          'zaphodia',
          'trilliana',
          'secret-',
          ann.id,
          stranger ?? 'none',
          reference.id,
          'hers-',
          'was-a-stranger',
          picture('photo'),
          picture('h7'),
        ];
        const before = (await dump(store)).toLowerCase();
        for (const trace of traces) assert.ok(before.includes(trace), `${trace} is there before`);

        const pictures = new Set<string>();
        const { detections } = await store.persons.erase(ann.id, async (some) =>
          some.forEach((one) => pictures.add(one)),
        );
        assert.equal(detections, 601);
        // 600 of her own, the stranger's, the photo.
        assert.equal(pictures.size, 602);
        assert.equal(await store.persons.get(ann.id), null);
        // Something happens after it, and a day passes.
        await settleOne(store, sighting('later', 1_000_000), ben.id);
        await store.persons.forgetRemoved(Date.now() + 1);
        const after = (await dump(store)).toLowerCase();
        for (const trace of traces) assert.ok(!after.includes(trace), `${trace} is still there`);

        const others = await store.detections.get('others');
        assert.equal(others?.personId, ben.id);
        assert.equal((await store.detections.counts()).classified, 2);
        const photos = (await store.imports.photos(importId, {}, { limit: 5 })).items;
        assert.deepEqual(
          photos.map(({ file, findings }) => [file, findings[0]?.message]),
          [['ben.jpg', 'The face looks like somebody who was removed, who is enrolled.']],
        );
        await assert.rejects(
          store.persons.erase(ann.id, async () => undefined),
          fails('not_found'),
        );
      }));
  });
}
