// Rules, and alerts in the transaction of a classification: once, cooldown, gathering, snoozes, quiet hours, doors.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlertPlanner } from '../alert-port.ts';
import type { Store } from '../store-port.ts';
import { RULE } from '../rule.test-kit.ts';
import {
  HOUR,
  lineOf,
  runsOf,
  scene,
  SECOND,
  type UseBackend,
  addAction,
  addChannel,
  NOON,
  planner,
  planOf,
  told,
} from './alert-data.test-suite.ts';
import { fails } from './conformance-people.test-suite.ts';
import { allOf, classified, picture, settleOne, sighting } from './test-data.test-suite.ts';

export function testAlerts(use: UseBackend): void {
  describe('rules', () => {
    it('are kept with everything, and changed by one at a time', () =>
      use(async (store) => {
        const hours = { week: [[], [], [], [], [], [], [[60, 0]]], holidays: 'sunday' } as const;
        const rule = await store.rules.add({ ...RULE, hours, channels: ['c'], afterS: 60 }, 5);
        assert.deepEqual(await store.rules.list(), [rule]);
        assert.deepEqual({ ...RULE, hours, channels: ['c'], afterS: 60, id: rule.id, createdAt: 5, version: 1 }, rule);
        const changed = await store.rules.change(rule.id, { ...RULE, name: 'Other', enabled: false }, 1);
        assert.deepEqual([changed.version, changed.enabled, changed.hours], [2, false, null]);
        assert.deepEqual(await store.rules.get(rule.id), changed);
        await assert.rejects(store.rules.change(rule.id, RULE, 1), fails('conflict', /meanwhile/));
        await assert.rejects(store.rules.add({ ...RULE, name: ' ' }, 5), fails('invalid', /name of the rule/));
        await store.rules.remove(rule.id);
        await assert.rejects(store.rules.remove(rule.id), fails('not_found'));
        assert.equal(await store.rules.get(rule.id), null);
        const topics = (await store.changes.since(0, 9)).map(
          ({ topic, entity, action }) => `${topic} ${entity} ${action}`,
        );
        assert.deepEqual(topics, ['alert rule add', 'alert rule change', 'alert rule remove']);
      }));

    it('go by a calendar, and are quiet while snoozed', () =>
      use(async (store, backend) => {
        assert.equal((await store.rules.calendar()).timeZone, Intl.DateTimeFormat().resolvedOptions().timeZone);
        const calendar = { timeZone: 'Europe/Berlin', holidays: [{ day: '2024-12-25', name: 'Christmas' }] };
        await store.rules.setCalendar(calendar);
        assert.deepEqual(await store.rules.calendar(), calendar);

        const { rule, see } = scene(store, backend);
        const { id: ruleId } = await rule();
        const ann = await store.persons.add('Ann');
        const ben = await store.persons.add('Ben');
        const until = NOON + HOUR;
        const of = { ruleId: null, personId: null, cameraId: null, until, by: 'Eva' };
        await store.rules.snooze({ ...of, personId: ann.id, cameraId: 'gate' });
        await see('a', 0, ann.id, { cameraId: 'gate' });
        await see('b', 0, ann.id);
        await see('c', 0, ben.id, { cameraId: 'gate' });
        assert.deepEqual(await told(store), ['b', 'c']);
        const all = await store.rules.snooze({ ...of, ruleId });
        await see('d', 10 * SECOND, ben.id);
        assert.deepEqual((await told(store)).length, 2);
        assert.equal((await store.rules.snoozes(NOON)).length, 2);
        await store.rules.wake(all.id);
        await assert.rejects(store.rules.wake(all.id), fails('not_found'));
        await see('e', 10 * SECOND, ben.id);
        // She is still there when the snooze is over.
        await see('f', HOUR + SECOND, ann.id, { cameraId: 'gate' });
        assert.deepEqual(await told(store), ['b', 'c', 'e', 'f']);
        await assert.rejects(store.rules.snooze({ ...of, ruleId: 'none' }), fails('not_found'));
      }));
  });

  describe('alerts', () => {
    it('are made once of each visit, with the classification or not at all', () =>
      use(async (store, backend) => {
        const { rule, see } = scene(store, backend);
        const { id: ruleId } = await rule();
        const first = await see('a', 0, null);
        await see('b', 500, first.personId);
        await see('c', 10 * SECOND, first.personId);
        assert.deepEqual(await told(store), ['a', 'c']);
        const [latest, alert] = (await store.alerts.list({}, { limit: 5 })).items;
        assert.deepEqual(alert, {
          id: alert?.id,
          seq: alert?.seq,
          ruleId,
          ruleName: 'Strangers',
          event: 'unknown',
          at: NOON + 1,
          cameraId: 'door',
          personId: null,
          since: null,
          sightings: [
            { detectionId: 'a', visitId: first.visitId, personId: first.personId, at: NOON, cameraId: 'door' },
          ],
          outcomes: [],
          version: 1,
        });
        assert.deepEqual(await store.alerts.get(latest?.id ?? ''), latest);

        // The same shot by a worker that has lost it: nothing of it is told.
        await store.detections.add(sighting('d', NOON + 60 * SECOND), picture('d'), NOON);
        const lost = await store.detections.settle('w', 'd', classified(null, 1e9, { alerts: planner() }), NOON);
        assert.equal(lost.result, 'lost');
        const broken: AlertPlanner = {
          isIdle: () => false,
          plan: () => {
            throw new Error('a planner that fails');
          },
        };
        await store.detections.claim('w', 1, 60_000, 1e9);
        const outcome = classified(null, await store.changes.last(), { alerts: broken });
        await assert.rejects(store.detections.settle('w', 'd', outcome, NOON), /a planner that fails/);
        assert.equal((await store.detections.get('d'))?.state, 'pending');
        assert.equal((await store.persons.counts()).unknown, 1);
        assert.equal((await told(store)).length, 2);
      }));

    it('keep quiet about the same person at the same camera for the cooldown', () =>
      use(async (store, backend) => {
        const { rule, see } = scene(store, backend);
        await rule({ cooldownS: 60 });
        const { personId: one } = await see('a', 0, null);
        await see('b', 10 * SECOND, one);
        await see('gate', 11 * SECOND, one, { cameraId: 'gate' });
        const { personId: two } = await see('other', 12 * SECOND, null);
        assert.notEqual(one, two);
        await see('c', 59 * SECOND, one);
        // Late, and as near as the others.
        await see('late', -30 * SECOND, one);
        await see('d', 60 * SECOND, one);
        await see('e', 119 * SECOND, one);
        assert.deepEqual(await told(store), ['a', 'gate', 'other', 'd']);
      }));

    it('gather what happens in a short time, each rule its own', () =>
      use(async (store, backend) => {
        await addChannel(backend, 'chat');
        const { rule, see } = scene(store, backend);
        const gathering = await rule({ gatherS: 30, channels: ['chat'] });
        await rule({ name: 'At once' });
        await see('a', 0, null);
        await see('b', 10 * SECOND, null, { cameraId: 'gate' });
        await see('c', 31 * SECOND, null);
        const { items } = await store.alerts.list({ ruleId: gathering.id }, { limit: 5 });
        assert.deepEqual(
          items.map(({ version, cameraId, sightings }) => [version, cameraId, sightings.map((one) => one.detectionId)]),
          [
            [1, 'door', ['c']],
            [2, 'door', ['a', 'b']],
          ],
        );
        assert.deepEqual(
          (await lineOf(backend)).map((row) => row.next_at - NOON - 1),
          [30 * SECOND, 61 * SECOND],
        );
        assert.equal((await told(store)).length, 5);
      }));

    it('are not made of shots that come late, nor by rules that are gone', () =>
      use(async (store, backend) => {
        const { rule, see } = scene(store, backend);
        const { id } = await rule();
        const alerts = planner(...(await store.rules.list()));
        const settle = async (shot: string, now: number): Promise<void> => {
          await store.detections.add(sighting(shot, NOON), picture(shot), now);
          await store.detections.claim('w', 9, 60_000, 1e15);
          const outcome = classified(null, await store.changes.last(), { alerts });
          assert.equal((await store.detections.settle('w', shot, outcome, now)).result, 'done');
        };
        await settle('old', NOON + 15 * 60 * SECOND + 1);
        await settle('fresh', NOON + 15 * 60 * SECOND);
        await store.rules.change(id, { ...RULE, enabled: false });
        await see('off', 0, null);
        await store.rules.remove(id);
        await see('gone', 0, null);
        assert.deepEqual(await told(store), ['fresh']);
      }));

    it('go to the channels that are in use, when their quiet hours are over', () =>
      use(async (store, backend) => {
        await store.rules.setCalendar({ timeZone: 'Europe/Berlin', holidays: [] });
        const week = Array.from({ length: 7 }, () => [[22 * 60, 6 * 60]]);
        await addChannel(backend, 'loud');
        await addChannel(backend, 'quiet', { quiet: JSON.stringify({ week, holidays: 'usual' }) });
        await addChannel(backend, 'off', { enabled: 0 });
        await addChannel(backend, 'of another rule');
        const { rule } = scene(store, backend);
        const alerts = planner(await rule({ channels: ['off', 'loud', 'quiet', 'gone'] }));
        // The night in which Berlin's clocks are set forward: 6 o'clock is 4 in UTC.
        const night = Date.UTC(2024, 2, 30, 23, 30);
        await settleOne(store, sighting('a', night), null, { alerts });
        assert.deepEqual(await lineOf(backend), [
          { channel_id: 'loud', next_at: night + 1 },
          { channel_id: 'quiet', next_at: Date.UTC(2024, 2, 31, 4) },
        ]);
      }));

    it('ask for actions with each alert, and for doors until the visit has opened them', () =>
      use(async (store, backend) => {
        await addAction(backend, 'light', null);
        await addAction(backend, 'gate', '{}');
        const { rule } = scene(store, backend);
        const alert = planOf(await rule({ actions: ['light', 'gone'] }));
        const alerts: AlertPlanner = {
          isIdle: () => false,
          plan: (seen) => ({ alerts: alert(seen), doors: ['gate'] }),
        };
        const ann = await store.persons.add('Ann');
        const { visitId } = await settleOne(store, sighting('a', NOON), ann.id, { alerts });
        await settleOne(store, sighting('b', NOON + 100), ann.id, { alerts });
        await backend.write(async (db) => {
          await db
            .updateTable('action_runs')
            .set({ state: 'granted', opens: visitId })
            .where('action_id', '=', 'gate')
            .where('detection_id', '=', 'b')
            .execute();
        });
        await settleOne(store, sighting('c', NOON + 200), ann.id, { alerts });
        await settleOne(store, sighting('d', NOON + 20_000), ann.id, { alerts });
        const runs = (await runsOf(backend)).map((run) => Object.values(run).join(' '));
        assert.deepEqual(runs, [
          'light rule asked a',
          'gate policy asked a',
          'gate policy granted b',
          'light rule asked d',
          'gate policy asked d',
        ]);
      }));

    it('are raised of what no shot tells, once, of whom and since when', () =>
      use(async (store, backend) => {
        await addChannel(backend, 'chat');
        const rule = await store.rules.add({ ...RULE, on: ['absent'], gatherS: 60, channels: ['chat'] }, NOON);
        const planned = { rule, event: 'absent', subject: rule.id, once: 'absent:5' } as const;
        const about = { at: NOON, cameraId: null, personId: 'ann', since: 5 };
        const alert = await store.alerts.raise(planned, about);
        assert.deepEqual(alert && [alert.event, alert.at, alert.personId, alert.since, alert.sightings], [
          'absent',
          NOON,
          'ann',
          5,
          [],
        ]);
        const year = 300 * 24 * HOUR;
        assert.equal(await store.alerts.raise(planned, { ...about, at: NOON + year }), null);
        assert.ok(await store.alerts.raise({ ...planned, once: 'absent:6' }, { ...about, at: NOON + year }));
        assert.equal(await store.alerts.raise(planned, { ...about, at: NOON + year + 1 }), null);
        // Nothing joins it, so it waits for nothing.
        assert.deepEqual(
          (await lineOf(backend)).map((row) => row.next_at),
          [NOON, NOON + year],
        );
        await store.rules.remove(rule.id);
        assert.equal(await store.alerts.raise({ ...planned, once: 'absent:7' }, about), null);
      }));

    it('are listed newest first by rule, camera, person and time', () =>
      use(async (store, backend) => {
        const { rule, see } = scene(store, backend);
        const one = await rule();
        const two = await rule({ name: 'Two', gatherS: 3600 });
        const ann = await store.persons.add('Ann');
        for (let i = 0; i < 6; i += 1) {
          await see(`s${i}`, i * 10 * SECOND, i % 3 === 0 ? ann.id : null, { cameraId: i === 4 ? 'gate' : 'door' });
        }
        const find = async (filter: Parameters<Store['alerts']['list']>[0]): Promise<string[]> =>
          (await allOf((page) => store.alerts.list(filter, page), 2)).map(({ sightings }) =>
            sightings.map(({ detectionId }) => detectionId.slice(1)).join(''),
          );
        assert.deepEqual(await find({ ruleId: one.id }), ['5', '4', '3', '2', '1', '0']);
        assert.deepEqual(await find({ ruleId: two.id }), ['012345']);
        assert.deepEqual(await find({ cameraIds: ['gate'] }), ['4', '012345']);
        assert.deepEqual(await find({ cameraIds: [] }), []);
        assert.deepEqual(await find({ personId: ann.id, ruleId: one.id }), ['3', '0']);
        const [from, to] = [NOON + 20 * SECOND, NOON + 30 * SECOND];
        assert.deepEqual(await find({ from, to, ruleId: one.id }), ['2']);
      }));
  });
}
