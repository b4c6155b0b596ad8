// Which camera programs run, as the store changes: with the real store and supervisors that only note what they are asked.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openTestStore } from '../test/server-store.ts';
import { KeptSettingsSchema } from './camera-settings.ts';
import { openCamerasHere, type OwnCamera } from './cameras-here.ts';
import { openLog } from './log.ts';
import type { CameraChild, CameraEnd, SuperviseOptions } from './supervisor.ts';
import { validate } from './validate.ts';

const PROGRAM = '11111111-1111-4111-8111-111111111111';
const settings = (source: string) => validate(KeptSettingsSchema, { source }, 'settings');

interface Noted {
  readonly options: SuperviseOptions;
  readonly end: (end: CameraEnd) => void;
  closed: boolean;
}

async function open(t: TestContext, fixed: readonly OwnCamera[] = []) {
  const store = await openTestStore();
  const started: Noted[] = [];
  const ended: string[] = [];
  function supervise(options: SuperviseOptions): CameraChild {
    const { promise, resolve } = Promise.withResolvers<CameraEnd>();
    const noted: Noted = { options, end: resolve, closed: false };
    started.push(noted);
    return {
      ended: promise,
      async close() {
        noted.closed = true;
        resolve({ status: 0, last: null });
        await promise;
      },
    };
  }
  const begin = (more: readonly OwnCamera[] = fixed) =>
    openCamerasHere({
      store,
      log: openLog({ level: 'silent' }),
      by: 'this Kith',
      fixed: more,
      own: (camera) => ({ ...camera, key: 'k' }),
      kept: (id) => ({ id, key: 'k' }),
      onEnded: (id) => ended.push(id),
      supervise,
    });
  const here = await begin();
  t.after(() => here.close());
  /** Ids of those that run, in the order of their start. */
  const running = () => started.filter(({ closed }) => !closed).map(({ options }) => options.id);
  return { store, here, started, ended, running, begin, until: (ids: string[]) => eventually(running, ids) };
}

async function eventually<T>(look: () => T | Promise<T>, wanted: T): Promise<void> {
  for (const until = Date.now() + 20_000; ;) {
    const value = await look();
    if (JSON.stringify(value) === JSON.stringify(wanted)) return;
    if (Date.now() > until) assert.deepEqual(value, wanted);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a camera that is set up over the API runs, follows by itself, and ends when it is removed', async (t) => {
  const { store, until, started, running, here } = await open(t);
  await store.cameras.put('elsewhere', 'Elsewhere', { settings: settings('rtsp://host/1'), runsHere: false });
  await store.cameras.put('own', 'With settings of its own');
  await store.cameras.put('door', 'Door', { settings: settings('rtsp://user:word@host/1') });
  await until(['door']);
  assert.deepEqual(
    started[0]?.options.settings,
    { id: 'door', key: 'k' },
    'it gets its settings from its control stream',
  );
  await store.cameras.put('door', 'Door', { settings: settings('rtsp://host/2') });
  await store.cameras.put('elsewhere', 'Elsewhere', { runsHere: true });
  await until(['door', 'elsewhere']);
  await store.cameras.put('door', 'Door', { settings: null });
  await until(['elsewhere']);
  await store.cameras.put('door', 'Door', { settings: settings('rtsp://host/2') });
  await until(['elsewhere', 'door']);
  await store.cameras.remove('elsewhere');
  await until(['door']);
  await store.cameras.put('door', 'Door', { runsHere: false });
  await until([]);
  await store.cameras.put('door', 'Door', { runsHere: true });
  await until(['door']);
  await here.close();
  assert.deepEqual(running(), []);
});

test('what was set up before runs from the start, and a program that has ended is tried again with other settings only', async (t) => {
  const { store, begin, until, started, here } = await open(t);
  await here.close();
  await store.cameras.put('door', 'Door', { settings: settings('rtsp://host/1') });
  const again = await begin([]);
  t.after(() => again.close());
  await until(['door']);
  started[0]?.end({ status: 3, last: null });
  await store.cameras.put('door', 'Portal');
  await store.cameras.put('yard', 'Yard', { settings: settings('rtsp://host/1') });
  await until(['door', 'yard']);
  assert.equal(started.length, 2);
  await store.cameras.put('door', 'Door', { settings: settings('rtsp://host/2') });
  await until(['yard', 'door']);
});

test('cameras of kith.json run with their own settings, which are shown without credentials, whatever the store keeps', async (t) => {
  const fixed = [
    { id: 'door', source: 'rtsp://user:p@ss@host/1?token=abc', rate: 3 },
    { id: 'film', name: 'Film', source: 'film.mp4' },
  ];
  const { store, until, started, ended, begin, here } = await open(t, fixed);
  await until(['door', 'film']);
  assert.deepEqual(started[0]?.options.settings, { ...fixed[0], key: 'k' });
  const door = await store.cameras.get('door');
  assert.deepEqual(door?.fixed?.by, 'this Kith');
  assert.match(JSON.stringify(door?.fixed), /host\/1.*"rate":3/);
  assert.doesNotMatch(JSON.stringify(door), /p@ss|abc/);
  assert.equal((await store.cameras.get('film'))?.name, 'Film');
  started[1]?.end({ status: 0, last: null });
  await eventually(() => ended, ['film']);
  await here.close();
  assert.deepEqual(ended, ['film'], 'what was closed has not ended by itself');
  // Taken out of kith.json: what the API keeps counts again.
  const again = await begin([]);
  t.after(() => again.close());
  assert.equal((await store.cameras.get('door'))?.fixed, null);
  await store.cameras.put('door', 'Door', { settings: settings('rtsp://host/1') });
  await until(['door']);
});

test('what a supervisor says stands in the store, once the program that died has left its place', async (t) => {
  const { store, until, started } = await open(t, [{ id: 'door', source: 'film.mp4' }]);
  await until(['door']);
  const say = started[0]?.options.onWord;
  const state = async () => (await store.cameras.get('door'))?.said?.state ?? null;
  say?.({ state: 'starting', reason: null, restarts: 0 });
  await eventually(state, 'starting');
  await store.cameras.claim('door', PROGRAM, Date.now());
  say?.({ state: 'restarting', reason: 'No frame came for 20 s: started again.', restarts: 1 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(await state(), 'starting');
  await store.cameras.leave('door', PROGRAM);
  await eventually(state, 'restarting');
  const said = (await store.cameras.get('door'))?.said;
  assert.deepEqual([said?.reason, said?.restarts], ['No frame came for 20 s: started again.', 1]);
});
