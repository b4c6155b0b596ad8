// Looking for what is missing, on a real store: once, not before its time, over restarts.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { RuleDefinition } from './alert-port.ts';
import { openLog } from './log.ts';
import { ruleOf } from './notify/rules.test-kit.ts';
import { openWatch, type Watch } from './notify/watch.ts';
import { openStore } from './store/open.ts';
import { settleOne, sighting } from './store/test-data.test-suite.ts';
import type { Store } from './store-port.ts';

const log = openLog({ level: 'silent' });
const home = await mkdtemp(join(tmpdir(), 'kith-watch-'));
after(() => rm(home, { recursive: true, force: true }));
let folders = 0;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 2024-05-15, a Wednesday. */
const NOON = Date.UTC(2024, 4, 15, 12);

const STEP = 6 * MINUTE;
const hoursOf = (at: number): number => Math.round((at - NOON) / STEP) / 10;

interface House {
  readonly store: Store;
  readonly rule: (more: Partial<RuleDefinition>) => Promise<void>;
  /** Time passes, and it is looked every six minutes; answers what is told: rule, camera, person, hours after noon, since then. */
  readonly pass: (untilHours: number) => Promise<readonly unknown[]>;
  /** Kith is off for so long. */
  readonly off: (hours: number) => Promise<void>;
}

async function use(work: (house: House) => Promise<void>): Promise<void> {
  const store = await openStore({ dataDir: join(home, `${(folders += 1)}`), log });
  let now = NOON;
  const open = (): Watch => openWatch({ store, log, clock: () => now, everyMs: STEP });
  let watch = open();
  let told = 0;
  try {
    await store.rules.setCalendar({ timeZone: 'UTC', holidays: [] });
    await work({
      store,
      async rule(more) {
        const { id: _, createdAt: _created, version: _version, ...definition } = ruleOf(more);
        await store.rules.add(definition, now);
      },
      async pass(untilHours) {
        for (; now < NOON + untilHours * HOUR; now += STEP) await watch.look();
        const { items } = await store.alerts.list({}, { limit: 100 });
        const fresh = items.slice(0, items.length - told).toReversed();
        told = items.length;
        return fresh.map(({ ruleName, cameraId, personId, at, since }) => [
          ruleName,
          cameraId,
          personId,
          hoursOf(at),
          since && hoursOf(since),
        ]);
      },
      async off(hours) {
        await watch.close();
        now += hours * HOUR;
        watch = open();
      },
    });
  } finally {
    await watch.close();
    await store.close();
  }
}

describe('looking for what is missing', () => {
  it('tells once of somebody who was not seen for too long, and again of the next time', () =>
    use(async ({ store, rule, pass }) => {
      const ada = await store.persons.add('Ada');
      await rule({ name: 'Ada', on: ['absent'], persons: [ada.id], afterS: 3600 });
      await rule({ name: 'Anybody', on: ['absent'], cameras: ['door'], afterS: 7200 });
      await settleOne(store, sighting('a', NOON), ada.id);
      assert.deepEqual(await pass(1), []);
      assert.deepEqual(await pass(1.5), [['Ada', null, ada.id, 1, 0]]);
      // Somebody else is somebody.
      await settleOne(store, sighting('b', NOON + 1.5 * HOUR), null);
      assert.deepEqual(await pass(2.5), []);
      await settleOne(store, sighting('c', NOON + 2.5 * HOUR), ada.id, { galleryVersion: 1e9 });
      assert.deepEqual(await pass(4.6), [
        ['Ada', null, ada.id, 3.5, 2.5],
        ['Anybody', 'door', null, 4.5, 2.5],
      ]);
    }));

  it('goes by the hours of the rule', () =>
    use(async ({ store, rule, pass }) => {
      const week = Array.from({ length: 7 }, () => [[720, 780] as const]);
      await rule({ name: 'Lunch', on: ['absent'], afterS: 1800, hours: { week, holidays: 'usual' } });
      await settleOne(store, sighting('a', NOON + 0.2 * HOUR), null);
      assert.deepEqual(await pass(2), [['Lunch', null, null, 0.7, 0.2]]);
      assert.deepEqual(await pass(25), [['Lunch', null, null, 24.5, 0.2]]);
    }));

  it('neither repeats nor forgets over a restart, and does not miss whom it could not see', () =>
    use(async ({ store, rule, pass, off }) => {
      await rule({ name: 'Anybody', on: ['absent'], afterS: 7200 });
      await settleOne(store, sighting('a', NOON), null);
      assert.deepEqual(await pass(1), []);
      await off(3);
      // An hour before, an hour now.
      assert.deepEqual(await pass(4.9), []);
      assert.equal((await pass(5.2)).length, 1);
      await off(0.1);
      assert.deepEqual(await pass(6), []);
      await off(24);
      assert.deepEqual(await pass(33), []);
    }));

  it('tells of a camera that does not run, whatever it says meanwhile', () =>
    use(async ({ store, rule, pass, off }) => {
      await store.cameras.put('door', 'Door');
      await store.cameras.put('gate', 'Gate');
      await store.cameras.put('never', 'Never run');
      await rule({ name: 'Offline', on: ['offline'], cameras: ['door', 'never'], afterS: 720 });
      await rule({ name: 'All', on: ['offline'], afterS: 1800 });
      const say = (id: string, state: 'running' | 'retrying' | 'connecting', hours: number): Promise<boolean> =>
        store.cameras.say(id, { state, reason: null, restarts: 0 }, NOON + hours * HOUR);
      await say('door', 'running', 0);
      await say('gate', 'running', 0);
      assert.deepEqual(await pass(0.5), []);
      await say('door', 'retrying', 0.5);
      assert.deepEqual(await pass(0.6), []);
      await say('door', 'connecting', 0.6);
      assert.deepEqual(await pass(0.8), [['Offline', 'door', null, 0.7, 0.5]]);
      await off(0);
      await say('door', 'retrying', 0.8);
      // Nobody looked for six minutes.
      assert.deepEqual(await pass(1.2), [['All', 'door', null, 1.1, 0.5]]);
      await say('door', 'running', 1.2);
      assert.deepEqual(await pass(1.3), []);
      await say('door', 'retrying', 1.3);
      await say('gate', 'retrying', 1.3);
      const told = (await pass(2)).map((one) => (one as unknown[]).slice(0, 2).join(' '));
      assert.deepEqual(told, ['Offline door', 'All door', 'All gate']);
    }));
});
