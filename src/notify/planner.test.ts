// What the planner knows, and that it follows changes.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Action } from '../action-port.ts';
import type { Plan, Rule, Seen } from '../alert-port.ts';
import type { Person } from '../domain.ts';
import { openLog } from '../log.ts';
import type { Change, Store } from '../store-port.ts';
import { openPlanner, type Planner } from './planner.ts';
import { NOON, personOf, ruleOf, seenOf, STRANGER, UTC } from './rules.test-kit.ts';

const ADA = personOf('ada', { groups: ['Staff'] });

const DOOR: Action = {
  id: 'gate',
  name: 'Gate',
  kind: 'http',
  enabled: true,
  settings: {},
  access: {
    groups: ['staff'],
    cameras: ['door'],
    hours: { week: Array.from({ length: 7 }, () => [[720, 1080]]), holidays: 'usual' },
    sure: 'certain',
    shots: 2,
    quality: 0.4,
    freshS: 10,
  },
  createdAt: 0,
  version: 1,
  fixedBy: null,
};

/** What a store would answer. */
function house() {
  const state = {
    rules: [] as Rule[],
    actions: [] as Action[],
    calendar: UTC,
    merged: new Map<string, string>(),
    changes: [] as Change[],
    reads: 0,
    isAway: false,
  };
  const store = {
    rules: {
      list: async () => {
        if (state.isAway) throw new Error('the store is away');
        state.reads += 1;
        return state.rules;
      },
      calendar: async () => state.calendar,
    },
    actions: { list: async () => state.actions },
    persons: { get: async (id: string) => ({ id, mergedInto: state.merged.get(id) ?? null }) as Person },
    changes: {
      last: async () => state.changes.length,
      since: async (seq: number) => state.changes.slice(seq),
      onCommit: () => () => undefined,
    },
  } as unknown as Pick<Store, 'rules' | 'actions' | 'persons' | 'changes'>;
  const changed = (topic: Change['topic'], entity: Change['entity'], id: string): void => {
    state.changes.push({ seq: state.changes.length + 1, topic, entity, action: 'change', id, at: NOON });
  };
  return { state, store, changed };
}

async function use(
  work: (planner: Planner, of: ReturnType<typeof house>) => Promise<void>,
  prepare: (of: ReturnType<typeof house>) => void = () => undefined,
): Promise<void> {
  const of = house();
  prepare(of);
  const planner = await openPlanner({ store: of.store, log: openLog({ level: 'silent' }), pollMs: 1e6 });
  try {
    await work(planner, of);
  } finally {
    await planner.close();
  }
}

const told = ({ alerts }: Plan): string[] => alerts.map(({ rule, event }) => `${rule.id} ${event}`);

describe('the planner', () => {
  it('asks every rule that is switched on', () =>
    use(
      async (planner) => {
        assert.deepEqual(told(planner.plan(seenOf(STRANGER), NOON)), ['a unknown', 'c unknown']);
        assert.deepEqual(told(planner.plan(seenOf(ADA), NOON)), ['c known']);
      },
      ({ state }) => {
        state.rules = [
          ruleOf({ id: 'a' }),
          ruleOf({ id: 'b', enabled: false }),
          ruleOf({ id: 'c', on: ['known', 'unknown'] }),
        ];
      },
    ));

  it('hears of other rules, doors, holidays, and of people who became one', () =>
    use(async (planner, { state, changed }) => {
      state.rules = [ruleOf({ on: ['known'], persons: ['lovelace'] })];
      await planner.sync();
      assert.deepEqual(told(planner.plan(seenOf(ADA), NOON)), []);
      changed('alert', 'rule', 'rule');
      await planner.sync();
      assert.deepEqual(told(planner.plan(seenOf(ADA), NOON)), []);
      state.merged.set('lovelace', 'ada');
      changed('gallery', 'person', 'lovelace');
      await planner.sync();
      assert.deepEqual(told(planner.plan(seenOf(ADA), NOON)), ['rule known']);
      const { reads } = state;
      // What thousands of visits write concerns no rule.
      changed('alert', 'alert', 'x');
      changed('alert', 'delivery', 'x');
      changed('gallery', 'person', 'somebody');
      changed('journal', 'detection', 'x');
      await planner.sync();
      assert.equal(state.reads, reads);
    }));

  it('hears of a change although the rules could not be read when it came', () =>
    use(async (planner, { state, changed }) => {
      state.rules = [ruleOf()];
      changed('alert', 'rule', 'rule');
      state.isAway = true;
      await assert.rejects(planner.sync(), /away/);
      assert.deepEqual(told(planner.plan(seenOf(STRANGER), NOON)), []);
      state.isAway = false;
      await planner.sync();
      assert.deepEqual(told(planner.plan(seenOf(STRANGER), NOON)), ['rule unknown']);
    }));

  it('asks for a door with every shot of who may come in, and once of who may not', () =>
    use(
      async (planner) => {
        const asks = (seen: Seen, now = NOON): boolean => planner.plan(seen, now).doors.includes('gate');
        const later = (person: Seen['person']): Seen => seenOf(person, { visit: { id: 'v', detections: 2 } });
        assert.deepEqual([asks(seenOf(ADA)), asks(later(ADA))], [true, true]);
        const others = [STRANGER, personOf('bob'), personOf('eve', { groups: ['Staff'], ignored: true })];
        for (const other of others)
          assert.deepEqual([asks(seenOf(other)), asks(later(other))], [true, false], other.id);
        // Outside of its hours.
        assert.deepEqual([asks(seenOf(ADA), NOON - 1), asks(later(ADA), NOON - 1)], [true, false]);
        assert.equal(asks(seenOf(ADA, { cameraId: 'yard' })), false);
        assert.equal(asks(seenOf(null)), false);
        assert.deepEqual(planner.plan(seenOf(ADA), NOON).doors, ['gate']);
      },
      ({ state }) => {
        state.actions = [DOOR, { ...DOOR, id: 'off', enabled: false }, { ...DOOR, id: 'light', access: null }];
      },
    ));

  it('lets recognition go on where a rule cannot be applied', () =>
    use(
      async (planner) => assert.deepEqual(planner.plan(seenOf(STRANGER), NOON), { alerts: [], doors: [] }),
      ({ state }) => {
        state.calendar = { timeZone: 'Nowhere/Land', holidays: [] };
        state.rules = [ruleOf({ hours: { week: [], holidays: 'usual' } })];
      },
    ));
});
