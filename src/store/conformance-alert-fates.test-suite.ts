// Alerts that no sighting makes, what a human says about alerts, and what is left of them after erasing.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HOUR, lineOf, scene, SECOND, type UseBackend, addChannel, NOON, told } from './alert-data.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';
import { allOf, GAP_MS, HUMAN, MODEL, picture, settleOne, sighting, SYSTEM } from './test-data.test-suite.ts';

export function testAlertFates(use: UseBackend): void {
  describe('looking for what is missing', () => {
    it('knows when somebody was seen last', () =>
      use(async (store, backend) => {
        const { see } = scene(store, backend);
        const ann = await store.persons.add('Ann');
        const ben = await store.persons.add('Ben');
        await store.persons.change(ben.id, { groups: ['Staff'] }, { actor: HUMAN });
        await see('a', 0, ann.id);
        await see('b', HOUR, ben.id, { cameraId: 'gate' });
        const poster = await see('c', 2 * HOUR, null);
        await store.identity.setIgnored(poster.personId ?? '', true, HUMAN);
        const anybody = { personIds: [], groups: [], cameraIds: null };
        const last = async (whom: object, before?: number): Promise<number | null> => {
          const at = await store.alerts.lastSeen({ ...anybody, ...whom }, before);
          return at && at - NOON;
        };
        assert.equal(await last({}), HOUR);
        assert.equal(await last({ cameraIds: ['door'] }), 0);
        assert.equal(await last({ cameraIds: [] }), null);
        assert.equal(await last({ personIds: [ann.id] }), 0);
        assert.equal(await last({ personIds: [ann.id], groups: ['STAFF'] }), HOUR);
        assert.equal(await last({ personIds: [ann.id], groups: ['staff'], cameraIds: ['door'] }), 0);
        assert.equal(await last({ groups: ['Nobodies'] }), null);
        assert.equal(await last({ personIds: [poster.personId ?? ''] }), 2 * HOUR);
        assert.equal(await last({}, NOON + HOUR), 0);
        assert.equal(await last({ groups: ['staff'] }, NOON + HOUR), null);
        // Somebody, whoever it was.
        await see('d', 3 * HOUR, null, {});
        await settleOne(store, sighting('e', NOON + 4 * HOUR), null, { decision: 'ambiguous' });
        assert.equal(await last({}), 4 * HOUR);
      }));

    it('is the work of one process at a time, and remembers what it was', () =>
      use(async (store) => {
        const look = async (owner: string, at: number, more: { aliveSince?: number; down?: string[] } = {}) => {
          const down = new Map((more.down ?? []).map((id) => [id, at] as const));
          const state = await store.alerts.watch({ owner, now: at, aliveSince: more.aliveSince ?? 0, down });
          return state && [Object.fromEntries(state.down), state.gaps];
        };
        assert.deepEqual(await look('one', 1000, { down: ['door'] }), [{ door: 1000 }, []]);
        assert.equal(await look('two', 30_000, { down: ['door', 'gate'] }), null);
        assert.deepEqual(await look('one', 30_500, { down: ['door', 'gate'] }), [{ door: 1000, gate: 30_500 }, []]);
        // It is gone: the other one goes on, which was there all the time.
        assert.deepEqual(await look('two', 90_000, { down: ['door'] }), [{ door: 1000 }, []]);
        await store.alerts.unwatch('one');
        assert.equal(await look('one', 91_000), null);
        await store.alerts.unwatch('two');
        assert.deepEqual(await look('one', 92_000), [{}, []]);
        // Nobody was there.
        assert.deepEqual(await look('three', 200_000, { aliveSince: 190_000, down: ['door'] }), [
          { door: 200_000 },
          [[92_000, 190_000]],
        ]);
        assert.deepEqual((await look('three', 210_000, { aliveSince: 190_000 }))?.[1], [[92_000, 190_000]]);
      }));

    it('is tried on the log: what rules would have seen, in order', () =>
      use(async (store, backend) => {
        const { see } = scene(store, backend);
        const ann = await store.persons.add('Ann');
        await store.persons.change(ann.id, { groups: ['Staff'] }, { actor: HUMAN });
        const first = await see('b', 1000, ann.id, { trackId: 't', zones: ['till'] });
        await see('a', 0, ann.id, { cameraId: 'gate' });
        const stranger = await see('c', 2000, null);
        await settleOne(store, sighting('d', NOON + 3000), null, { decision: 'ambiguous' });
        await store.detections.add(sighting('pending', NOON), picture('p'), NOON);
        const whole = { cameraIds: null, only: null, from: 0, to: NOON + HOUR };
        const find = async (filter: object): Promise<string> =>
          (await allOf((page) => store.alerts.replay({ ...whole, ...filter }, page), 2))
            .map((seen) => seen.detectionId)
            .join('');
        assert.equal(await find({}), 'abcd');
        assert.equal(await find({ only: 'known' }), 'ab');
        assert.equal(await find({ only: 'unknown' }), 'c');
        assert.equal(await find({ only: 'ambiguous' }), 'd');
        assert.equal(await find({ cameraIds: ['door'] }), 'bcd');
        assert.equal(await find({ cameraIds: [] }), '');
        assert.equal(await find({ from: NOON + 1000, to: NOON + 3000 }), 'bc');
        const { items } = await store.alerts.replay(whole, { limit: 3 });
        assert.deepEqual(items[1], {
          detectionId: 'b',
          cameraId: 'door',
          trackId: 't',
          capturedAt: NOON + 1000,
          zones: ['till'],
          decision: 'known',
          quality: 0.5,
          distance: 0.25,
          person: { id: ann.id, kind: 'known', ignored: false, groups: ['Staff'] },
          visit: { id: first.visitId, detections: 1 },
        });
        assert.deepEqual(items[2]?.person, { id: stranger.personId, kind: 'unknown', ignored: false, groups: [] });
      }));
  });

  describe('what became of an alert', () => {
    it('is what a human says about its sightings, and that it was taken back', () =>
      use(async (store, backend) => {
        const { rule, see } = scene(store, backend);
        await rule();
        const { personId, personName } = await see('a', Date.now() - NOON, null);
        await see('b', Date.now() - NOON, null);
        const outcomes = async (): Promise<unknown[]> =>
          (await store.alerts.list({}, { limit: 5 })).items
            .toReversed()
            .map((alert) => [alert.version, ...alert.outcomes.map(({ by, text }) => `${by}: ${text}`)]);
        const { entry } = await store.identity.name(personId ?? '', 'Ada', HUMAN);
        const named = `${HUMAN.name}: ${personName ?? ''} was named Ada`;
        assert.deepEqual(await outcomes(), [[2, named], [1]]);
        await store.identity.undo(entry.seq, { actor: { name: 'Bob', kind: 'human' }, visitGapMs: GAP_MS });
        assert.deepEqual(await outcomes(), [[3, named, `Bob: Taken back: ${personName ?? ''} was named Ada`], [1]]);
        await store.identity.setIgnored(personId ?? '', true, HUMAN);
        const ignored = `${HUMAN.name}: ${personName ?? ''} is ignored from now on`;
        assert.deepEqual((await outcomes())[0]?.toString().includes(ignored), true);
        const of = { model: MODEL, visitGapMs: GAP_MS, action: 'move' } as const;
        await store.identity.notHer(['b'], personId ?? '', { actor: HUMAN, visitGapMs: GAP_MS });
        assert.deepEqual((await outcomes())[1], [2, `${HUMAN.name}: 1 sighting is not ${personName ?? ''}`]);
        // The system's own: who it is now, and no word of anybody.
        await store.identity.assign([{ detectionIds: ['b'], personId: null }], { ...of, actor: SYSTEM });
        assert.deepEqual((await outcomes())[1], [3, `${HUMAN.name}: 1 sighting is not ${personName ?? ''}`]);

        const alert = (await store.alerts.list({}, { limit: 1 })).items[0];
        const noted = await store.alerts.note(alert?.id ?? '', { at: NOON, by: 'Eva', text: 'The gate was opened' });
        assert.deepEqual([noted.version, noted.outcomes.at(-1)?.text], [4, 'The gate was opened']);
        await assert.rejects(store.alerts.note('none', { at: 1, by: 'Eva', text: 'x' }), fails('not_found'));
      }));

    it('is shown where shots of a track go to somebody else, and not said of old alerts', () =>
      use(async (store, backend) => {
        const { rule, see } = scene(store, backend);
        await rule();
        const ann = await store.persons.add('Ann');
        const first = await see('a', 0, null, { trackId: 't' });
        await settleOne(store, sighting('b', NOON + 100, { trackId: 't' }), ann.id, { alsoIds: ['a'] });
        const version = async (): Promise<number | undefined> =>
          (await store.alerts.list({}, { limit: 1 })).items[0]?.version;
        assert.equal((await store.detections.get('a'))?.personId, ann.id);
        assert.notEqual(first.personId, ann.id);
        assert.equal(await version(), 2);
        // NOON is years ago.
        await store.identity.confirm(['a'], HUMAN);
        assert.equal(await version(), 2);
      }));
  });

  describe('erasing', () => {
    it('takes alerts along that are left without a sighting, and says so to those who have the others', () =>
      use(async (store, backend) => {
        await addChannel(backend, 'chat');
        const { rule, see } = scene(store, backend);
        await rule({ gatherS: 60, channels: ['chat'] });
        await see('a', 0, null, { cameraId: 'gate' });
        await see('b', SECOND, null);
        await store.detections.erase(['a'], GAP_MS);
        const [alert] = (await store.alerts.list({}, { limit: 5 })).items;
        assert.deepEqual([alert?.version, alert?.cameraId, await told(store)], [3, 'door', ['b']]);
        await store.detections.erase(['b'], GAP_MS);
        assert.deepEqual([await told(store), await lineOf(backend)], [[], []]);
        const removed = (await store.changes.since(0, 500, 'alert')).at(-1);
        assert.deepEqual([removed?.action, removed?.id], ['remove', alert?.id]);
      }));

    it('leaves nothing of a person in rules, snoozes and words', () =>
      use(async (store, backend) => {
        const { rule, see } = scene(store, backend);
        const ann = await store.persons.add('Ann');
        const ben = await store.persons.add('Ben');
        const hers = await rule({ persons: [ann.id], cooldownS: 60 });
        const both = await rule({ persons: [ben.id, ann.id], gatherS: 60 });
        await see('a', 0, ann.id);
        await see('b', SECOND, ben.id);
        const missed = { rule: hers, event: 'absent', subject: ann.id, once: 'absent:1' } as const;
        await store.alerts.raise(missed, { at: NOON, cameraId: null, personId: ann.id, since: 1 });
        const [together] = (await store.alerts.list({ ruleId: both.id }, { limit: 1 })).items;
        const text = 'Ann is not told of for an hour, Annika is';
        await store.alerts.note(together?.id ?? '', { at: NOON, by: 'Eva', text });
        const of = { ruleId: null, cameraId: null, until: Date.now() + HOUR, by: 'Eva' };
        await store.rules.snooze({ ...of, personId: ann.id });
        await store.persons.erase(ann.id, async () => undefined);

        const { items } = await store.alerts.list({}, { limit: 9 });
        assert.deepEqual(await told(store), ['b', 'b']);
        assert.equal(
          items.flatMap((alert) => alert.outcomes)[0]?.text,
          'somebody who was removed is not told of for an hour, Annika is',
        );
        assert.deepEqual(await store.rules.snoozes(0), []);
        const rules = [await store.rules.get(hers.id), await store.rules.get(both.id)];
        // Without her it would be about everybody.
        assert.deepEqual(
          rules.map((one) => [one?.persons, one?.enabled]),
          [
            [[], false],
            [[ben.id], true],
          ],
        );
        const left = await backend.read((db) => db.selectFrom('rule_marks').select('mark').execute());
        assert.ok(!left.some(({ mark }) => mark.includes(ann.id)));
        assert.ok(left.some(({ mark }) => mark.includes(ben.id)));
      }));
  });
}
