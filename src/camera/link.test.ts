import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { CameraReport, ControlEvent, Named } from '../camera-port.ts';
import type { KithError } from '../errors.ts';
import { stubBackEnd, until, type StubBackEnd } from './back-end-kit.test-suite.ts';
import { openLink, type LinkOptions } from './link.ts';
import { emptyTally } from './status.ts';
import { listeningLog } from './test-kit.ts';

const PROGRAM = '00000000-0000-4000-8000-000000000001';

async function start(
  t: TestContext,
  prepare: (stub: StubBackEnd) => void = () => undefined,
  more: Partial<LinkOptions> = {},
) {
  const stub = await stubBackEnd(t);
  prepare(stub);
  const { log, lines } = listeningLog();
  const heard: Extract<ControlEvent, { kind: 'settings' }>[] = [];
  const troubles: (KithError | null)[] = [];
  const watched: boolean[] = [];
  let state: CameraReport['state'] = 'connecting';
  const link = openLink({
    server: stub.server,
    key: 'k1',
    cameraId: 'front door',
    program: PROGRAM,
    log,
    report: () => ({
      program: PROGRAM,
      state,
      reason: null,
      source: 'rtsp://cam/1',
      settingsVersion: null,
      memoryMegabytes: 100,
      counts: { ...emptyTally(), delivered: 0, refused: 0, waiting: 0 },
      days: [],
    }),
    onSettings: (event) => heard.push(event),
    onTrouble: (error) => troubles.push(error),
    onWatch: (watching) => watched.push(watching),
    backoff: () => 20,
    ...more,
  });
  t.after(() => link.close(0));
  const enter = (next: CameraReport['state']): void => {
    state = next;
    link.changed();
  };
  return { stub, link, lines, heard, troubles, watched, enter };
}

test('hears settings, watchers and names, with the key and under the id of the camera', async (t) => {
  const { stub, link, heard, watched, troubles } = await start(t);
  const names: Named[] = [];
  const stop = link.onNamed((named) => names.push(named));
  await until('the stream is open', () => stub.streams === 1 && heard.length === 1);
  assert.deepEqual(heard, [{ kind: 'settings', version: 1, name: 'Camera', settings: null }]);
  assert.deepEqual(troubles, [null]);
  assert.ok(stub.asked.includes('GET cameras/front%20door/control'));
  assert.deepEqual([...stub.keys], ['Bearer k1']);
  const ada = { detection: 'd1', track: 't1', decision: 'known', person: { id: 'p', name: 'Ada', kind: 'known' } };
  stub.say('settings', { version: 2, name: 'Door', settings: { source: 'rtsp://cam/2' } });
  stub.watching = true;
  stub.say('watch', { watching: true });
  stub.say('named', ada);
  await until('all is heard', () => names.length === 1);
  assert.deepEqual(heard[1]?.settings, { source: 'rtsp://cam/2' });
  assert.equal(link.watching, true);
  assert.deepEqual(names, [{ kind: 'named', ...ada }]);
  stop();
  stub.say('named', ada);
  stub.watching = false;
  stub.say('watch', { watching: false });
  await until('nobody watches', () => !link.watching);
  assert.equal(names.length, 1);
  assert.deepEqual(watched, [true, false]);
});

test('reports each change at once, else now and then, and a last time at the end', async (t) => {
  const { stub, link, enter } = await start(t, undefined, { reportEveryMs: 600_000 });
  await until('the first report', () => stub.reports.length === 1);
  enter('running');
  await until('the change', () => stub.reports.at(-1)?.state === 'running');
  // A burst is one report, and the last word counts.
  const before = stub.reports.length;
  for (const state of ['retrying', 'connecting', 'running', 'retrying'] as const) enter(state);
  await until('the burst', () => stub.reports.at(-1)?.state === 'retrying');
  assert.ok(stub.reports.length <= before + 2, `${stub.reports.length - before} reports`);
  enter('ended');
  await link.close();
  assert.equal(stub.reports.at(-1)?.state, 'ended');

  const often = await start(t, undefined, { reportEveryMs: 20 });
  await until('reports without a change', () => often.stub.reports.length > 3);
});

test('the answer to a report says when somebody watches, as one of several back ends', async (t) => {
  const { stub, link } = await start(t, undefined, { reportEveryMs: 20 });
  await until('the stream is open', () => stub.streams === 1);
  stub.watching = true;
  await until('watching', () => link.watching);
});

test('a back end that is away is said once, and once when it is back', async (t) => {
  const { stub, link, lines, heard, troubles, enter } = await start(t, (stub) => {
    stub.watching = true;
  });
  await until('the stream is open', () => heard.length === 1 && link.watching);
  await stub.leave();
  await until('trouble', () => troubles.at(-1) !== null);
  assert.equal(link.watching, false, 'nobody can watch');
  const tried = troubles.length;
  await until('several tries', () => troubles.length > tried + 3);
  enter('running');
  assert.equal(lines.length, 1, lines.join('\n'));
  assert.match(lines[0] ?? '', /is away: nothing listens there\. The camera goes on/);
  await stub.comeBack();
  await until('heard again', () => heard.length === 2);
  await until('reported again', () => stub.reports.at(-1)?.state === 'running');
  assert.equal(troubles.at(-1), null);
  assert.equal(lines.length, 2, lines.join('\n'));
  assert.match(lines[1] ?? '', /is back/);
});

test('a stream that ends and comes back at once is nothing to speak of', async (t) => {
  const { stub, lines, heard } = await start(t);
  await until('the stream is open', () => heard.length === 1);
  stub.hangUp();
  await until('heard again', () => heard.length === 2);
  assert.deepEqual(lines, []);
});

test('a stream without a heartbeat is given up', async (t) => {
  const { heard } = await start(t, undefined, { silenceMs: 100 });
  await until('opened again', () => heard.length > 2);
});

const answer = (code: string, message: string) => ({ error: { code, message } });

test('another program with the same id is trouble until it is gone, wherever it is noticed', async (t) => {
  const message = 'Another program runs as camera "door": stop it, or give this one another id.';
  const taken = { status: 409, body: answer('conflict', message) };
  for (const where of ['GET cameras/front%20door/control', 'PUT cameras/front%20door/report']) {
    const { stub, troubles, lines } = await start(
      t,
      (stub) => {
        stub.instead = (what) => (what === where ? taken : null);
      },
      { reportEveryMs: 20 },
    );
    await until('the conflict', () => troubles.at(-1)?.code === 'conflict');
    assert.equal(troubles.at(-1)?.message, message);
    assert.equal(lines.filter((line) => line.includes(message)).length, 1);
    stub.instead = () => null;
    await until('the end of the conflict', () => troubles.at(-1) === null);
  }
});

test('what a no means is said in words; what is no Kith does not count as one', async (t) => {
  const cases: [status: number, body: unknown, code: string, words: RegExp][] = [
    [
      401,
      answer('unauthorized', 'The key is not known here.'),
      'unauthorized',
      /key is not accepted \(401\).*not known here/,
    ],
    [403, answer('forbidden', 'The key is for camera "b".'), 'forbidden', /key is not accepted \(403\).*camera "b"/],
    [404, answer('not_found', 'There is no camera "door".'), 'not_found', /There is no camera "door"\./],
    [404, '<html>nginx</html>', 'unavailable', /\(status 404\) is not Kith/],
    [302, '', 'unavailable', /redirects/],
    [502, 'Bad gateway', 'unavailable', /status 502/],
    [200, '{}', 'unavailable', /not Kith/],
  ];
  for (const [status, body, code, words] of cases) {
    const { troubles } = await start(t, (stub) => {
      stub.instead = (what) => (what.endsWith('/control') ? { status, body } : null);
    });
    await until(`${status}`, () => troubles.length > 0);
    assert.equal(troubles[0]?.code, code);
    assert.match(troubles[0]?.message ?? '', words);
  }
});
