// What each kind of action does, with a real broker, servers on loopback, and programs that stand in for gpioset.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ActionKind } from '../action-port.ts';
import { actionSettings } from '../action-settings.ts';
// oxlint-disable-next-line no-restricted-imports -- a helper of all tests, not a stage
import { openTestBroker } from '../../test/broker.ts';
import type { Deed } from './deed.ts';
import { PERFORM } from './perform.ts';

const HOSTILE = `Ann $(touch pwned) "; \`id\` & | 'x' Ω`;

const DEED: Deed = {
  run: {
    id: 'run-1',
    seq: 1,
    actionId: 'front',
    actionName: 'Front door',
    cause: 'policy',
    state: 'started',
    at: 1,
    startedAt: 2,
    doneAt: null,
    by: null,
    visitId: 'visit-1',
    personId: 'p1',
    detectionId: 'shot-1',
    cameraId: 'door',
    alertId: null,
    evidence: [],
    error: null,
  },
  person: { id: 'p1', name: HOSTILE },
  camera: { id: 'door', name: 'Front' },
  at: 1_800_000_000_000,
};

function perform(kind: ActionKind, settings: object, signal: AbortSignal = AbortSignal.timeout(30_000)): Promise<void> {
  return PERFORM[kind](actionSettings(kind, settings as Record<string, unknown>, null), DEED, signal);
}

async function serve(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'kith-act-'));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

test('a call says who, where and why, once, and is done with a status of success', async (t) => {
  const calls: { method?: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const url = await serve(t, (request, response, body) => {
    calls.push({ method: request.method ?? '', headers: request.headers, body });
    response
      .writeHead(request.url === '/closed' ? 503 : 204)
      .end(request.url === '/closed' ? 'The bolt\nis stuck' : '');
  });
  await perform('http', { url, headers: { Authorization: 'Bearer abc' }, allowPrivate: true });
  assert.deepEqual(
    [calls[0]?.method, calls[0]?.headers['authorization'], calls[0]?.headers['idempotency-key']],
    ['POST', 'Bearer abc', 'run-1'],
  );
  assert.deepEqual(JSON.parse(calls[0]?.body ?? ''), {
    run: 'run-1',
    action: { id: 'front', name: 'Front door' },
    cause: 'policy',
    by: null,
    at: '2027-01-15T08:00:00.000Z',
    person: DEED.person,
    camera: DEED.camera,
    visit: 'visit-1',
    detection: 'shot-1',
    alert: null,
  });
  await perform('http', { url: `${url}/relay?turn=on`, method: 'GET', allowPrivate: true });
  await perform('http', { url, body: 'on', allowPrivate: true });
  assert.deepEqual(
    calls.slice(1).map(({ method, body, headers }) => [method, body, headers['content-type']]),
    [
      ['GET', '', undefined],
      ['POST', 'on', 'text/plain; charset=utf-8'],
    ],
  );
  await assert.rejects(perform('http', { url: `${url}/closed`, allowPrivate: true }), /answers 503: The bolt is stuck/);
  assert.equal(calls.length, 4, 'not tried again');
  await assert.rejects(perform('http', { url }), /own network, which is refused/);
  assert.equal(calls.length, 4);
});

test('a message goes to the broker once, not retained, and is confirmed', async (t) => {
  const broker = await openTestBroker(t, { user: 'kith', password: 'right' });
  const settings = { broker: `mqtt://127.0.0.1:${broker.port}`, user: 'kith', password: 'right', topic: 'house/door' };
  await perform('mqtt', { ...settings, payload: 'OPEN' });
  await perform('mqtt', settings);
  assert.deepEqual(
    broker.all.map(({ topic, qos, retain }) => [topic, qos, retain]),
    [
      ['house/door', 1, false],
      ['house/door', 1, false],
    ],
  );
  assert.equal(broker.all[0]?.text, 'OPEN');
  assert.equal((JSON.parse(broker.all[1]?.text ?? '') as { person: { name: string } }).person.name, HOSTILE);
  await assert.rejects(perform('mqtt', { ...settings, password: 'wrong' }), (error: Error) => {
    return /does not accept this user and password: check them/.test(error.message) && !error.message.includes('wrong');
  });
  broker.shut();
  await assert.rejects(perform('mqtt', settings), /cannot be reached/);
});

test('a command gets its arguments as they are, words about the deed, and no secret of Kith', async (t) => {
  const home = await folder(t);
  process.env['KITH_ADMIN_KEY'] = 'secret-key-of-the-administrator';
  t.after(() => delete process.env['KITH_ADMIN_KEY']);
  const script = `require('node:fs').writeFileSync('said.json', JSON.stringify({ args: process.argv.slice(1), env: process.env }))`;
  await perform('command', { run: [process.execPath, '-e', script, '$(touch pwned)', '*', 'a b'], folder: home });
  const said = JSON.parse(await readFile(join(home, 'said.json'), 'utf8')) as {
    args: string[];
    env: Record<string, string>;
  };
  assert.deepEqual(said.args, ['$(touch pwned)', '*', 'a b']);
  assert.equal(said.env['KITH_PERSON'], HOSTILE);
  assert.deepEqual(
    ['KITH_PERSON_ID', 'KITH_CAMERA', 'KITH_CAMERA_ID', 'KITH_CAUSE', 'KITH_BY', 'KITH_AT'].map((key) => said.env[key]),
    ['p1', 'Front', 'door', 'policy', '', '2027-01-15T08:00:00.000Z'],
  );
  assert.equal(said.env['KITH_ADMIN_KEY'], undefined);
  await assert.rejects(readFile(join(home, 'pwned')));
});

test('a command that fails, hangs or talks without end is an error with its last words', async (t) => {
  const home = await folder(t);
  const node = (script: string, signal?: AbortSignal) =>
    perform('command', { run: [process.execPath, '-e', script] }, signal);
  await assert.rejects(node(`console.error('no such\\n door'); process.exit(3)`), /ended with status 3: no such door$/);
  await assert.rejects(node(`process.stdout.write('x'.repeat(1e6) + 'end'); process.exitCode = 1`), (error: Error) => {
    return error.message.endsWith('xend') && error.message.length < 500;
  });
  await assert.rejects(node(`process.kill(process.pid, 'SIGTERM')`), /was ended from outside/);
  await assert.rejects(perform('command', { run: ['/nowhere/bell'] }), /\/nowhere\/bell cannot be run/);

  // What it has started is ended with it, although it holds the output open.
  const marks = join(home, 'marks');
  const child = `setInterval(() => require('node:fs').appendFileSync(${JSON.stringify(marks)}, 'x'), 20)`;
  const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
  const ending = new AbortController();
  const hanging = node(parent, ending.signal);
  const text = (): Promise<string> => readFile(marks, 'utf8').catch(() => '');
  while ((await text()) === '') await new Promise((done) => setTimeout(done, 20));
  ending.abort(new Error('the time is over'));
  await assert.rejects(hanging, /the time is over/);
  await new Promise((done) => setTimeout(done, 100));
  const before = await text();
  await new Promise((done) => setTimeout(done, 100));
  assert.equal(await text(), before, 'nobody writes any more');
});

/** Stands in for gpioset of this version: notes what it is called with. */
async function fakeTool(t: TestContext, version: string, more = ''): Promise<() => Promise<string[]>> {
  const home = await folder(t);
  const calls = join(home, 'calls');
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo "gpioset (libgpiod) ${version}"; exit 0; fi
echo "$@" >> ${calls}
${more}
`;
  await writeFile(join(home, 'gpioset'), script);
  await chmod(join(home, 'gpioset'), 0o755);
  const { PATH = '' } = process.env;
  process.env['PATH'] = `${home}${delimiter}${PATH}`;
  t.after(() => {
    process.env['PATH'] = PATH;
  });
  return async () => (await readFile(calls, 'utf8')).trim().split('\n');
}

test('a pin gets one pulse from gpioset of libgpiod 1, which is told to release it', async (t) => {
  const calls = await fakeTool(t, 'v1.6.3');
  await perform('gpio', { line: 17, pulseMs: 1_500, activeLow: true });
  assert.deepEqual(await calls(), [
    '--mode=time --sec=1 --usec=500000 --active-low gpiochip0 17=1',
    '--mode=exit --active-low gpiochip0 17=0',
  ]);
});

test('a pin gets one pulse from gpioset of libgpiod 2', async (t) => {
  const calls = await fakeTool(t, 'v2.1.3');
  await perform('gpio', { line: 4, chip: '/dev/gpiochip4' });
  assert.deepEqual(await calls(), ['--consumer kith --chip /dev/gpiochip4 --toggle 500ms,0 4=1']);
});

test('a pin that cannot be set says why and what to do, and how to get the tool', async (t) => {
  await fakeTool(t, 'v2.2', 'echo "gpioset: unable to request lines: Device or resource busy" >&2; exit 1');
  await assert.rejects(
    perform('gpio', { line: 4 }),
    /Line 4 of gpiochip0 .*resource busy: another program holds the line/,
  );
  const { PATH = '' } = process.env;
  process.env['PATH'] = await folder(t);
  t.after(() => {
    process.env['PATH'] = PATH;
  });
  await assert.rejects(perform('gpio', { line: 4 }), /gpioset is not there: install it with "sudo apt install gpiod"/);
});
