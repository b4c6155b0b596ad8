// A rule tried on the log of a real store says what it would have told.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RuleDefinition, TriedOut } from './alert-port.ts';
import { openLog } from './log.ts';
import { openPlanner } from './notify/planner.ts';
import { ruleOf } from './notify/rules.test-kit.ts';
import { tryRule } from './notify/try-out.ts';
import { openStore } from './store/open.ts';
import { settleOne, sighting } from './store/test-data.test-suite.ts';
import type { Store } from './store-port.ts';

const log = openLog({ level: 'silent' });
const HOUR = 3_600_000;
/** 2024-05-15, a Wednesday. */
const NOON = Date.UTC(2024, 4, 15, 12);

async function use(work: (store: Store) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kith-try-'));
  const store = await openStore({ dataDir, log });
  try {
    await store.rules.setCalendar({ timeZone: 'Europe/Berlin', holidays: [] });
    await work(store);
  } finally {
    await store.close();
    await rm(dataDir, { recursive: true });
  }
}

async function tried(store: Store, rule: Partial<RuleDefinition>, more: object = {}): Promise<TriedOut> {
  return tryRule(store, ruleOf(rule), { days: 2, now: NOON, cameraIds: null, ...more });
}

describe('a rule that is tried', () => {
  it('tells what the rule itself has told of the same log', () =>
    use(async (store) => {
      const {
        id: _,
        createdAt: _made,
        version: _version,
        ...definition
      } = ruleOf({
        on: ['known', 'unknown', 'ambiguous'],
        cooldownS: 60,
        gatherS: 30,
      });
      await store.rules.add(definition, NOON);
      const alerts = await openPlanner({ store, log });
      const ada = await store.persons.add('Ada');
      const strangers: string[] = [];
      for (let i = 0; i < 60; i += 1) {
        const at = NOON - 47 * HOUR + Math.floor(i / 3) * 17_000 + (i % 3) * 300;
        const whom = i % 3 === 0 ? ada.id : i % 5 === 0 ? null : (strangers[i % 4] ?? null);
        const seen = await settleOne(store, sighting(`s${i}`, at, { trackId: `t${i}` }), whom, {
          alerts,
          ...(i % 7 === 0 && whom === null && { decision: 'ambiguous' }),
        });
        if (whom === null && seen.personId !== null) strangers.push(seen.personId);
      }
      await alerts.close();
      const told = (await store.alerts.list({}, { limit: 100 })).items.toReversed();
      const result = await tried(store, definition);
      assert.ok(told.length > 5 && told.some(({ sightings }) => sightings.length > 2));
      assert.equal(result.messages, told.length);
      assert.equal(
        result.sightings,
        told.reduce((sum, alert) => sum + alert.sightings.length, 0),
      );
      assert.deepEqual(
        result.samples.toReversed().map(({ detectionId }) => detectionId),
        told.slice(-20).map((alert) => alert.sightings[0]?.detectionId),
      );
      // Nothing was sent, kept or marked.
      assert.equal((await store.alerts.list({}, { limit: 100 })).items.length, told.length);
    }));

  it('counts by local days, within what may be seen and within its time', () =>
    use(async (store) => {
      await store.cameras.put('gate', 'Gate');
      const last = Date.UTC(2024, 4, 14, 22, 30);
      await settleOne(store, sighting('a', NOON - 49 * HOUR), null);
      await settleOne(store, sighting('b', last - HOUR), null);
      await settleOne(store, sighting('c', last, { cameraId: 'gate' }), null);
      const ada = await store.persons.add('Ada');
      await settleOne(store, sighting('d', last), ada.id);
      const result = await tried(store, {});
      assert.deepEqual(result.perDay, [
        { day: '2024-05-13', messages: 0 },
        { day: '2024-05-14', messages: 1 },
        { day: '2024-05-15', messages: 1 },
      ]);
      assert.deepEqual(
        result.samples.map(({ title, at, cameraId }) => [title, at, cameraId]),
        [
          ['Unknown 3 at Gate', last, 'gate'],
          ['Unknown 2 at door', last - HOUR, 'door'],
        ],
      );
      assert.equal(result.until, NOON);
      assert.equal((await tried(store, {}, { days: 3 })).messages, 3);
      assert.equal((await tried(store, {}, { cameraIds: ['gate'] })).messages, 1);
      assert.equal((await tried(store, { cameras: ['door'] }, { cameraIds: ['gate'] })).messages, 0);
      assert.equal((await tried(store, { on: ['known'], groups: ['Staff'] })).messages, 0);
    }));

  it('misses whom it would have missed', () =>
    use(async (store) => {
      const ada = await store.persons.add('Ada');
      for (const hours of [-60, -40, -39, -10]) {
        await settleOne(store, sighting(`s${hours}`, NOON + hours * HOUR), ada.id);
      }
      const rule = { on: ['absent'], persons: [ada.id], afterS: 15 * 3600 } as const;
      // Missed from -60 on she was told of at -45; again 15 hours after -39.
      const { samples, messages } = await tried(store, rule);
      assert.equal(messages, 2);
      assert.deepEqual(
        samples.map(({ at, title, personId }) => [(at - NOON) / HOUR, title, personId]),
        [
          [-24, 'Ada was not seen', ada.id],
          [-45, 'Ada was not seen', ada.id],
        ],
      );
      assert.equal((await tried(store, { ...rule, afterS: 11 * 3600 })).messages, 1);
    }));
});
