// Lists of people by what is kept on them, groups, and when and where they were seen.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PersonFilter } from '../people-port.ts';
import type { Store } from '../store-port.ts';
import { RULE } from '../rule.test-kit.ts';
import { DOOR, POLICY } from './action-data.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';
import type { UseStore } from './conformance.test-suite.ts';
import { allOf, HUMAN, settleOne, sighting } from './test-data.test-suite.ts';

const BEA = { name: 'Bea', kind: 'human' } as const;

async function namesOf(store: Store, filter: PersonFilter, limit = 50): Promise<string[]> {
  return (await allOf((page) => store.persons.list(filter, page), limit)).map((person) => person.name);
}

export function testPersonLists(use: UseStore): void {
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
        // What names it follows.
        const rule = await store.rules.add({ ...RULE, groups: ['Guests', 'staff', 'Team'] }, 1);
        const door = await store.actions.add(DOOR, 1);
        const settings = { broker: 'mqtt://broker', groups: ['Staff'] };
        const channel = await store.channels.add(
          { name: 'Home', kind: 'mqtt', enabled: true, settings, quiet: null },
          1,
        );
        await store.groups.rename('Staff', 'team', BEA);
        const after = await store.rules.get(rule.id);
        assert.deepEqual([after?.groups, after?.version, after?.name], [['Guests', 'team'], 2, RULE.name]);
        assert.deepEqual((await store.actions.get(door.id))?.access, { ...DOOR.access, groups: ['team'] });
        assert.deepEqual((await store.channels.get(channel.id))?.settings, { ...settings, groups: ['team'] });
        const told = (await store.changes.since(0, 100, 'alert')).filter(({ action }) => action === 'change');
        assert.deepEqual(told.map(({ entity }) => entity).toSorted(), ['action', 'channel', 'rule']);
        await store.actions.fix(
          'pi',
          [{ ...DOOR, id: 'gate', name: 'Gate', access: { ...POLICY, groups: ['Team'] } }],
          1,
        );
        await assert.rejects(store.groups.rename('team', 'Crew', BEA), fails('conflict', /"Gate".*kith\.json/));
        assert.deepEqual((await store.rules.get(rule.id))?.groups, ['Guests', 'team'], 'nothing of it was done');
        await assert.rejects(
          store.persons.change(ann.id, { groups: [] }, { actor: HUMAN, ifVersion: ann.version }),
          fails('conflict', /Bea changed groups/),
        );
        await store.groups.remove('team', BEA);
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
