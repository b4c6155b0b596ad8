// Settings, system, log and backups over the API: who may, what is refused, and that nothing secret comes out.

import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readConfig, type Raw } from '../config.ts';
import { KithError } from '../errors.ts';
import { openLog } from '../log.ts';
import { createLogRing } from '../log-ring.ts';
import { createSettings } from '../settings-file.ts';
import type { BackupsPort } from '../upkeep-port.ts';
import { furnish, openInject, shot, META, type House, type Inject } from './house.test-suite.ts';
import type { WorkerFacts } from './system-ports.ts';

interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly source: string;
  readonly lockedBy: string | null;
  readonly isSet: boolean;
  readonly inFile: unknown;
  readonly waits: boolean;
}

interface Settings {
  readonly file: {
    readonly path: string;
    readonly exists: boolean;
    readonly revision: string;
    readonly writable: boolean;
  };
  readonly settings: readonly Setting[];
  readonly unknownKeys: readonly string[];
  readonly cameras: number;
}

const FILE = `{
    "port": 9000,
    "visitGap": 30,
    "adminKey": "a-very-secret-admin-key",
    "cameras": [{ "id": "door", "source": "rtsp://user:hunter2@10.0.0.1/a" }]
}
`;

async function openSite(t: TestContext, text: string | null = FILE, env: NodeJS.ProcessEnv = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'kith-settings-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'kith.json');
  if (text !== null) await writeFile(path, text);
  const live: Partial<Raw>[] = [];
  const config = readConfig({ env, ...(text !== null && { file: path }) });
  const settings = createSettings({
    config: text === null ? { ...config, file: null } : config,
    env,
    file: path,
    onChange: (values) => live.push(values),
  });
  const house = await furnish({ settings });
  const { inject, close } = await openInject(house);
  t.after(close);
  const get = async () => (await inject({ url: '/api/v1/settings' })).json as unknown as Settings;
  const put = async (values: object, ifRevision?: string) =>
    inject({
      method: 'PUT',
      url: '/api/v1/settings',
      json: { values, ifRevision: ifRevision ?? (await get()).file.revision },
    });
  return { folder, path, live, house, inject, get, put };
}

function of(settings: Settings, key: string): Setting {
  const found = settings.settings.find((one) => one.key === key);
  assert.ok(found, key);
  return found;
}

const message = (answer: Awaited<ReturnType<Inject>>) => answer.json.error?.message ?? '';

test('settings are told with where they come from; secrets are not', async (t) => {
  const { inject, get, house } = await openSite(t, FILE, {
    KITH_PORT: '9100',
    DATABASE_URL: 'postgres://me:pw@db/kith',
  });
  const { text } = await inject({ url: '/api/v1/settings' });
  assert.doesNotMatch(text, /very-secret|hunter2|pw@db|me:/);
  const settings = await get();
  const port = of(settings, 'port');
  assert.deepEqual([port.value, port.source, port.lockedBy, port.waits], [9100, 'environment', 'KITH_PORT', false]);
  const gap = of(settings, 'visitGap');
  assert.deepEqual([gap.value, gap.source, gap.inFile], [30, 'file', 30]);
  assert.deepEqual([of(settings, 'host').value, of(settings, 'host').source], ['127.0.0.1', 'default']);
  for (const key of ['adminKey', 'databaseUrl']) {
    assert.deepEqual([of(settings, key).isSet, of(settings, key).value, of(settings, key).inFile], [true, null, null]);
  }
  assert.equal(of(settings, 'adminKeyFile').isSet, false);
  assert.equal(settings.cameras, 1);
  for (const key of [house.keys.read, house.keys.people, house.keys.log]) {
    assert.equal((await inject({ url: '/api/v1/settings', key })).status, 403);
    const json = { values: {}, ifRevision: settings.file.revision };
    assert.equal((await inject({ method: 'PUT', url: '/api/v1/settings', key, json })).status, 403);
  }
});

test('a change is written whole, keeps what was there, and says what waits for a restart', async (t) => {
  const { path, folder, live, get, put } = await openSite(t);
  await chmod(path, 0o640);
  const answer = await put({ profile: 'small', visitGap: 45, backupDaily: true });
  assert.equal(answer.status, 200);
  const settings = answer.json as unknown as Settings;
  assert.deepEqual(settings, await get());
  assert.deepEqual([of(settings, 'visitGap').value, of(settings, 'visitGap').waits], [45, false]);
  const profile = of(settings, 'profile');
  assert.deepEqual([profile.value, profile.inFile, profile.waits], ['balanced', 'small', true]);
  assert.deepEqual(live, [{ visitGap: 45, backupDaily: true }]);
  const text = await readFile(path, 'utf8');
  assert.match(text, /^\{\n {4}"port": 9000,\n {4}"visitGap": 45,/);
  assert.match(text, /hunter2/);
  assert.equal((await stat(path)).mode & 0o777, 0o640);
  assert.deepEqual(await readdir(folder), ['kith.json']);
  // The next start takes all of it.
  assert.deepEqual(
    [readConfig({ file: path, env: {} }).profile, readConfig({ file: path, env: {} }).visitGap],
    ['small', 45],
  );
  // Back to the default.
  const back = (await put({ profile: null, visitGap: null })).json as unknown as Settings;
  assert.deepEqual(
    [of(back, 'profile').waits, of(back, 'visitGap').value, of(back, 'visitGap').source],
    [false, 60, 'default'],
  );
  assert.doesNotMatch(await readFile(path, 'utf8'), /profile|visitGap/);
});

test('what cannot be set here is refused, and nothing is written', async (t) => {
  const { path, put, live } = await openSite(t, FILE, { KITH_HOST: '0.0.0.0' });
  for (const [values, said] of [
    [{ port: 70_000 }, /port/],
    [{ port: '9000' }, /port/],
    [{ profile: 'huge' }, /"profile" must be one of "small", "balanced", "accurate"/],
    [{ visitgap: 5 }, /did you mean "visitGap"/],
    [{ host: '127.0.0.1' }, /environment variable KITH_HOST/],
    [{ adminKey: 'another-secret-key' }, /KITH_ADMIN_KEY/],
    [{ cameras: [] }, /"cameras" cannot be set here/],
    [{ models: [] }, /"models" cannot be set here/],
    [{ backupHour: 24 }, /backupHour/],
    [{ visitGap: 20, port: -1 }, /port/],
  ] as const) {
    const answer = await put(values);
    assert.equal(answer.status, 400, JSON.stringify(values));
    assert.match(message(answer), said);
    assert.doesNotMatch(message(answer), /very-secret|another-secret|hunter2/);
  }
  const late = await put({ visitGap: 20 }, 'of-yesterday');
  assert.equal(late.status, 409);
  assert.match(message(late), /changed meanwhile/);
  assert.equal(await readFile(path, 'utf8'), FILE);
  assert.deepEqual(live, []);
});

test('of two who save at once one hears of the other', async (t) => {
  const { get, put } = await openSite(t);
  const { file } = await get();
  const answers = await Promise.all([put({ visitGap: 20 }, file.revision), put({ visitGap: 40 }, file.revision)]);
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 409],
  );
});

test('where there is no file one is made, for its owner only', async (t) => {
  const { path, get, put } = await openSite(t, null);
  assert.equal((await get()).file.exists, false);
  assert.equal((await put({ falseNamesIn: 5000 })).status, 200);
  assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), { falseNamesIn: 5000 });
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('a file that was spoilt by hand is not overwritten, keys of another Kith are kept', async (t) => {
  const { path, get, put } = await openSite(t);
  await writeFile(path, '{ "port": ');
  const spoilt = await put({ visitGap: 20 });
  assert.deepEqual([spoilt.status, /cannot be read as JSON/.test(message(spoilt))], [400, true]);
  assert.equal(await readFile(path, 'utf8'), '{ "port": ');
  await writeFile(path, '{"port":9000,"ofTomorrow":{"a":[1]}}');
  assert.deepEqual((await get()).unknownKeys, ['ofTomorrow']);
  assert.equal((await put({ visitGap: 20 })).status, 200);
  assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), { port: 9000, ofTomorrow: { a: [1] }, visitGap: 20 });
});

test('the log is told within bounds, filtered, and without secrets', async (t) => {
  let now = 1_000_000;
  const ring = createLogRing({ lines: 50, clock: () => now });
  const log = openLog({ level: 'silent', also: ring });
  const house = await furnish({ logged: { read: ring.read, run: 'run-1' } });
  const { inject, close } = await openInject(house);
  t.after(close);
  const lines = async (query = '') => {
    const { json, status } = await inject({ url: `/api/v1/system/logs${query}` });
    assert.equal(status, 200, query);
    return json as unknown as {
      items: { message: string; level: string; seq: number }[];
      parts: string[];
      run: string;
    };
  };
  log.child({ part: 'camera' }).warn({ password: 'hunter2', key: 'abc123' }, 'rtsp://me:hunter2@10.0.0.1/a is away');
  log.child({ part: 'server' }).error({ err: new Error('of http://u:hunter2@host/') }, 'Internal error');
  log.info('Something');
  log.debug('Too quiet');
  ring.write('no JSON at all\n');
  const { text } = await inject({ url: '/api/v1/system/logs' });
  assert.doesNotMatch(text, /hunter2|abc123|me:/);
  const all = await lines();
  assert.deepEqual(
    all.items.map((line) => line.message),
    ['rtsp://10.0.0.1/a is away', 'Internal error', 'Something', 'no JSON at all'],
  );
  assert.deepEqual([all.parts, all.run], [['camera', 'server'], 'run-1']);
  assert.deepEqual(
    (await lines('?level=warn')).items.map(({ level }) => level),
    ['warn', 'error'],
  );
  assert.deepEqual((await lines('?part=camera')).items.length, 1);
  assert.deepEqual((await lines('?query=INTERNAL')).items.length, 1);
  assert.deepEqual(
    (await lines('?after=3')).items.map(({ seq }) => seq),
    [4],
  );
  assert.deepEqual(
    (await lines('?limit=2')).items.map(({ seq }) => seq),
    [3, 4],
  );
  for (let i = 0; i < 500; i++) log.info(`line ${i}`);
  assert.equal((await lines('?limit=1000')).items.length, 50);
  log.info({ much: 'x'.repeat(100_000) }, 'long');
  assert.ok((await inject({ url: '/api/v1/system/logs?limit=1' })).text.length < 1000);
  // An hour later it is gone.
  now = Date.now() + 3_700_000;
  assert.deepEqual((await lines()).items, []);
  for (const wrong of ['?level=loud', '?limit=0', '?limit=5000', '?x=1']) {
    assert.equal((await inject({ url: `/api/v1/system/logs${wrong}` })).status, 400, wrong);
  }
  assert.equal((await inject({ url: '/api/v1/system/logs', key: house.keys.people })).status, 403);
});

const WORKER: WorkerFacts = {
  name: 'w-here',
  threads: 2,
  inFlight: 0,
  classified: 5,
  rejected: 1,
  failed: 1,
  retried: 0,
};
const FREE = { folder: '/data', freeBytes: 1e9, totalBytes: 9e9, databaseBytes: 5000, pictures: null };

const levels = (answer: SystemAnswer) => Object.fromEntries(answer.checks.map(({ code, level }) => [code, level]));

interface SystemAnswer {
  readonly queue: { pending: number; failed: number; perMinute: number; minutes: number[] };
  readonly workers: readonly { name: string; here: boolean }[];
  readonly checks: readonly { code: string; level: string }[];
  readonly storage: { level: string; kind: string };
  readonly versions: { model: string };
}

test('the system says what is well and what is not; what failed is tried again', async (t) => {
  let now = Date.now();
  const house = await furnish({
    clock: () => now,
    system: {
      machine: () => ({
        startedAt: 0,
        node: 'v24',
        platform: 'test',
        hostname: 'here',
        pid: 1,
        cores: 2,
        cpu: null,
        memoryBytes: 1,
        machineMemoryBytes: 2,
        machineFreeBytes: 1,
      }),
      storage: () => Promise.resolve(FREE),
      worker: () => WORKER,
    },
  });
  const { inject, close } = await openInject(house);
  t.after(close);
  const look = async () => {
    now += 2000;
    return (await inject({ url: '/api/v1/system' })).json as unknown as SystemAnswer;
  };
  const quiet = await look();
  assert.deepEqual([quiet.queue.pending, quiet.storage.kind, quiet.storage.level], [0, 'sqlite', 'low']);
  assert.equal(levels(quiet)['disk_low'], 'warning');
  assert.equal(levels(quiet)['queue_ok'], 'ok');

  for (const id of ['one', 'two', 'three']) {
    await inject({ method: 'POST', url: '/api/v1/detections', form: shot({ ...META, id }) });
  }
  await failOne(house, 'one', now);
  const busy = await look();
  assert.deepEqual([busy.queue.pending, busy.queue.failed], [2, 1]);
  assert.deepEqual(
    busy.workers.map(({ name, here }) => [name, here]),
    [
      ['w-here', true],
      ['elsewhere', false],
    ],
  );
  assert.equal(levels(busy)['failed_some'], 'warning');
  now += 200_000;
  assert.equal(levels(await look())['queue_behind'], 'warning');

  const woken = house.woken.times;
  const retry = (json?: object, key = house.keys.people) =>
    inject({ method: 'POST', url: '/api/v1/detections/retry', key, ...(json && { json }) });
  assert.deepEqual((await retry({ detections: ['two'] })).json['retried'], 0);
  assert.deepEqual((await retry()).json['retried'], 1);
  assert.equal(house.woken.times, woken + 1);
  assert.deepEqual((await look()).queue.failed, 0);
  assert.equal((await retry({ detections: [] })).status, 400);
  assert.equal((await retry({}, house.keys.read)).status, 403);
  assert.equal((await inject({ url: '/api/v1/system', key: house.keys.people })).status, 403);
});

async function failOne({ ports: { store } }: House, id: string, now: number): Promise<void> {
  await store.detections.claim('elsewhere', 10, 1e9, now);
  await store.detections.settle('elsewhere', id, { state: 'failed', code: 'internal', message: 'Broken.' }, now);
}

test('backups are listed, begun, removed and taken away by administrators only', async (t) => {
  const done: string[] = [];
  const info = {
    id: '20260131-120000',
    createdAt: 0,
    store: 'sqlite' as const,
    version: '1',
    schema: 6,
    databaseBytes: 10,
    pictures: 1,
    pictureBytes: 5,
    linked: 1,
    persons: 1,
    detections: 1,
  };
  const backups: BackupsPort = {
    state: () =>
      Promise.resolve({
        backups: [info],
        folder: '/data/backups',
        making: null,
        lastError: null,
        daily: { on: false, hour: 3, kept: 7 },
      }),
    begin: () => Promise.resolve(void done.push('begin')),
    remove(id) {
      if (id !== info.id) return Promise.reject(new KithError('not_found', 'There is no such backup.'));
      return Promise.resolve(void done.push(`remove ${id}`));
    },
    download: (id) => Promise.resolve({ name: `${id}.tar`, bytes: 4, stream: tar() }),
  };
  const house = await furnish({ backups });
  const { inject, close } = await openInject(house);
  t.after(close);
  const url = '/api/v1/system/backups';
  assert.equal((await inject({ url })).json.items?.[0]?.['id'], info.id);
  assert.equal((await inject({ method: 'POST', url })).status, 202);
  assert.equal((await inject({ method: 'DELETE', url: `${url}/${info.id}` })).status, 204);
  assert.equal((await inject({ method: 'DELETE', url: `${url}/20260131-000000` })).status, 404);
  assert.equal((await inject({ method: 'DELETE', url: `${url}/..%2Fdata` })).status, 400);
  const file = await inject({ url: `${url}/${info.id}/download` });
  assert.deepEqual(
    [file.text, file.headers['content-length'], file.headers['cache-control']],
    ['abcd', '4', 'no-store'],
  );
  assert.match(String(file.headers['content-disposition']), /attachment; filename="20260131-120000\.tar"/);
  assert.deepEqual(done, ['begin', `remove ${info.id}`]);
  for (const [method, at] of [
    ['GET', url],
    ['POST', url],
    ['DELETE', `${url}/${info.id}`],
    ['GET', `${url}/${info.id}/download`],
  ] as const) {
    assert.equal((await inject({ method, url: at, key: house.keys.people })).status, 403, `${method} ${at}`);
  }
});

async function* tar() {
  yield Buffer.from('ab');
  yield Buffer.from('cd');
}
