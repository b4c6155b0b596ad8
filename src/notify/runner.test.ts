// The runner over a real store: decides in order, does once or not at all, and lets nobody wait for something that hangs.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Action, ActionDefinition, ActionKind, Run } from '../action-port.ts';
import type { Person } from '../domain.ts';
import { openLog } from '../log.ts';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { openTestStore, type TestStore } from '../../test/server-store.ts';
import type { Deed, Perform } from './deed.ts';
import { openRunner, type RunnerOptions } from './runner.ts';

const POLICY = {
  groups: ['Staff'],
  cameras: ['door'],
  hours: null,
  sure: 'likely',
  shots: 2,
  quality: 0.3,
  freshS: 10,
} as const;

const DOOR: ActionDefinition = {
  name: 'Front door',
  kind: 'http',
  enabled: true,
  settings: { url: 'http://door.local/open' },
  access: POLICY,
};
const LAMP: ActionDefinition = { ...DOOR, name: 'Lamp', access: null };
const EVA = { name: 'Eva', kind: 'human' } as const;
const LET_IN = () => ({ grant: true, evidence: [] });
/** Two minutes later. */
const later = (): number => Date.now() + 120_000;

interface House {
  readonly store: TestStore;
  readonly done: { readonly kind: ActionKind; readonly settings: object; readonly deed: Deed }[];
  /** What performers do instead of nothing. */
  act: Perform;
  open(more?: Partial<RunnerOptions>): Promise<Awaited<ReturnType<typeof openRunner>>>;
  shoot(id: string, person: Person, more?: object): Promise<void>;
  ask(action: Action, more?: Partial<Run>): Promise<string>;
  states(): Promise<string[]>;
}

async function furnish(t: TestContext): Promise<House> {
  const store = await openTestStore();
  const done: House['done'] = [];
  function performer(kind: ActionKind): Perform {
    return async (settings, deed, signal) => {
      done.push({ kind, settings, deed });
      await house.act(settings, deed, signal);
    };
  }
  const house: House = {
    store,
    done,
    act: async () => undefined,
    async open(more = {}) {
      const runner = await openRunner({
        store,
        perform: {
          http: performer('http'),
          mqtt: performer('mqtt'),
          gpio: performer('gpio'),
          command: performer('command'),
        },
        commands: new Map(),
        machine: 'here',
        context: async () => ({ threshold: 0.6, model: 'test@1', calendar: { timeZone: 'UTC', holidays: [] } }),
        log: openLog({ level: 'silent' }),
        clock: Date.now,
        ...more,
      });
      t.after(() => runner.close());
      return runner;
    },
    async shoot(id, person, more) {
      const seen = { id, cameraId: 'door', trackId: 't', capturedAt: Date.now(), box: null, points: null, zones: [] };
      await store.detections.add(seen, 'a'.repeat(64), Date.now());
      await store.classify(id, person, more);
    },
    async ask(action, more = {}) {
      const detection = more.detectionId ? await store.detections.get(more.detectionId) : null;
      const { personId = null, visitId = null, cameraId = null } = detection ?? {};
      const asked = { actionId: action.id, cause: 'policy', by: null, alertId: null, detectionId: null } as const;
      const run = await store.actions.ask({ ...asked, personId, visitId, cameraId, ...more }, Date.now());
      return run?.id ?? '';
    },
    states: async () => (await store.actions.runs({}, { limit: 50 })).items.map(({ state }) => state).toReversed(),
  };
  await store.cameras.put('door', 'Front');
  return house;
}

async function staff(store: TestStore, name: string): Promise<Person> {
  const person = await store.makePerson(name);
  return (await store.persons.change(person.id, { groups: ['staff'] }, { actor: EVA })).person;
}

test('a visit opens the door once, as soon as enough shots agree, and the run says how it ended', async (t) => {
  const house = await furnish(t);
  const { store, done } = house;
  const door = await store.actions.add(DOOR, 1);
  const ann = await staff(store, 'Ann');
  const runner = await house.open();
  for (const id of ['s1', 's2', 's3']) {
    await house.shoot(id, ann);
    await house.ask(door, { detectionId: id });
    await runner.idle();
  }
  assert.deepEqual(await house.states(), ['refused', 'done', 'refused']);
  assert.equal(done.length, 1);
  assert.deepEqual(
    [done[0]?.deed.person, done[0]?.deed.camera],
    [
      { id: ann.id, name: 'Ann' },
      { id: 'door', name: 'Front' },
    ],
  );
  const runs = (await store.actions.runs({}, { limit: 9 })).items;
  assert.deepEqual(
    runs.map(({ evidence }) => evidence.filter(({ met }) => !met).map(({ condition }) => condition)),
    [['once'], [], ['shots']],
  );
  const ben = await store.makePerson('Ben');
  await house.shoot('b1', ben);
  await house.ask(door, { detectionId: 'b1' });
  await runner.idle();
  assert.equal((await house.states()).at(-1), 'refused');
  assert.equal(done.length, 1);
});

test('what hangs holds up nobody else, and has failed when its time is over', async (t) => {
  const house = await furnish(t);
  const door = await house.store.actions.add({ ...DOOR, settings: { ...DOOR.settings, timeLimit: 1 } }, 1);
  const lamp = await house.store.actions.add(LAMP, 2);
  const [hangs, late] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  // It does not even listen to the signal.
  house.act = (_settings, { run }) => (run.actionId === door.id ? hangs.promise : Promise.resolve(late.resolve()));
  const runner = await house.open();
  const notes: Run[] = [];
  const noting = await house.open({ note: async (run) => void notes.push(run) });
  await house.ask(door, { cause: 'answer', by: 'Eva', alertId: 'a1' });
  await house.ask(lamp, { cause: 'rule', alertId: 'a2' });
  await late.promise;
  await Promise.all([runner.idle(), noting.idle()]);
  assert.deepEqual(await house.states(), ['failed', 'done']);
  const [run] = (await house.store.actions.runs({ actionId: door.id }, { limit: 1 })).items;
  assert.match(run?.error ?? '', /did not end within 1 s/);
});

test('several processes share the work, and each run is done by one of them', async (t) => {
  const house = await furnish(t);
  const actions = await Promise.all([1, 2, 3].map((i) => house.store.actions.add({ ...LAMP, name: `Lamp ${i}` }, i)));
  const notes: string[] = [];
  const note = async (run: Run): Promise<void> => void notes.push(run.id);
  const runners = [await house.open({ note }), await house.open({ note }), await house.open({ note })];
  const ids: string[] = [];
  for (let i = 0; i < 30; i += 1) {
    const action = actions[i % 3];
    if (action) ids.push(await house.ask(action, { cause: 'answer', alertId: `alert-${i}` }));
  }
  for (let round = 0; round < 2; round += 1) await Promise.all(runners.map((runner) => runner.idle()));
  assert.deepEqual(house.done.map(({ deed }) => deed.run.id).toSorted(), ids.toSorted());
  assert.deepEqual(notes.toSorted(), ids.toSorted());
  assert.deepEqual(new Set(await house.states()), new Set(['done']));
});

test('what a process that died had begun is never begun again, nor what waited too long', async (t) => {
  const house = await furnish(t);
  const { store } = house;
  const lamp = await store.actions.add(LAMP, 1);
  const [asked, granted, started] = [
    await house.ask(lamp, { cause: 'answer', alertId: 'a' }),
    await house.ask(lamp, { cause: 'answer', alertId: 'b' }),
    await house.ask(lamp, { cause: 'answer', alertId: 'c' }),
  ];
  for (const id of [granted, started]) await store.actions.decide(id, LET_IN, Date.now());
  await store.actions.start(started, 'gone', Date.now());
  const fresh = await store.actions.ask(
    {
      actionId: lamp.id,
      cause: 'answer',
      by: 'Eva',
      alertId: 'd',
      visitId: null,
      personId: null,
      detectionId: null,
      cameraId: null,
    },
    later(),
  );
  const runner = await house.open({ clock: later });
  await runner.idle();
  const states = await Promise.all(
    [asked, granted, started, fresh?.id ?? ''].map(async (id) => (await store.actions.run(id))?.state),
  );
  assert.deepEqual(states, ['failed', 'failed', 'unclear', 'done']);
  assert.equal(house.done.length, 1);
});

test('commands are those of the file on this machine, whatever the store says; pins are on their machine', async (t) => {
  const house = await furnish(t);
  const { store } = house;
  const bell = { ...LAMP, id: 'bell', kind: 'command', settings: { run: ['rm', '-rf', '/'] } } as const;
  const other = { ...bell, id: 'other-bell' };
  await store.actions.fix('here', [bell, other], 1);
  const pin = await store.actions.add({ ...LAMP, kind: 'gpio', settings: { line: 4, machine: 'elsewhere' } }, 1);
  const here = await store.actions.add({ ...LAMP, kind: 'gpio', settings: { line: 5, machine: 'here' } }, 2);
  for (const [i, id] of [pin.id, 'other-bell', 'bell', here.id].entries()) {
    const action = await store.actions.get(id);
    if (action) await house.ask(action, { cause: 'answer', alertId: `a${i}` });
  }
  const runner = await house.open({ commands: new Map([['bell', { run: ['ring', 'twice'] }]]) });
  await runner.idle();
  assert.deepEqual(await house.states(), ['asked', 'asked', 'done', 'done']);
  assert.deepEqual(
    house.done.map(({ settings }) => settings),
    [
      { run: ['ring', 'twice'], timeLimit: 10 },
      { line: 5, machine: 'here', chip: 'gpiochip0', pulseMs: 500, activeLow: false },
    ],
  );
});

test('a door that is open is written down as open, although the store fails for a moment', async (t) => {
  const house = await furnish(t);
  const { store } = house;
  const lamp = await store.actions.add(LAMP, 1);
  let failures = 1;
  const actions: TestStore['actions'] = {
    ...store.actions,
    end: (...args) => (failures-- > 0 ? Promise.reject(new Error('the disk is full')) : store.actions.end(...args)),
  };
  const runner = await house.open({ store: { ...store, actions } });
  await house.ask(lamp, { cause: 'hand', by: 'Eva' });
  await runner.idle();
  assert.deepEqual(await house.states(), ['done']);
  assert.equal(house.done.length, 1);
});

test('closing waits for what is being done, and ends it when that takes too long', async (t) => {
  const house = await furnish(t);
  const lamp = await house.store.actions.add(LAMP, 1);
  const begun = Promise.withResolvers<void>();
  house.act = (_settings, _deed, signal) => {
    begun.resolve();
    return new Promise((_done, failed) => {
      signal.addEventListener('abort', () => failed(signal.reason as Error));
    });
  };
  const runner = await house.open({ closeMs: 1 });
  await house.ask(lamp, { cause: 'hand', by: 'Eva' });
  await begun.promise;
  await runner.close();
  const [run] = (await house.store.actions.runs({}, { limit: 1 })).items;
  assert.deepEqual([run?.state, run?.error], ['failed', 'Kith was stopped before it had ended.']);
});
