import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { stubBackEnd, until } from './back-end-kit.test-suite.ts';
import { findCameraId } from './identity.ts';
import { checkKept, readKept, writeKept } from './kept-settings.ts';
import { listeningLog, temporaryFolder } from './test-kit.ts';

test('the key says which camera this is, also while the back end is away later', async (t) => {
  const stub = await stubBackEnd(t);
  const { log, lines } = listeningLog();
  const stop = new AbortController();
  const spools = temporaryFolder(t);
  const ask = (key = 'k') =>
    findCameraId({ server: stub.server, key }, { spools, log, signal: stop.signal, backoff: () => 20 });
  assert.equal(await ask(), 'cam');
  await stub.leave();
  assert.equal(await ask(), 'cam');
  const asking = ask('another');
  await until('it says that it waits', () => lines.length > 0);
  assert.match(lines[0] ?? '', /cannot be asked which camera this is: nothing listens there/);
  await stub.comeBack();
  assert.equal(await asking, 'cam');
  assert.equal(lines.length, 1);
  await stub.leave();
  stop.abort();
  assert.equal(await ask('a third'), null);
});

test('a key that cannot be used ends the program with words', async (t) => {
  const stub = await stubBackEnd(t);
  const { log } = listeningLog();
  const ask = () =>
    findCameraId(
      { server: stub.server, key: 'k' },
      { spools: temporaryFolder(t), log, signal: new AbortController().signal },
    );
  stub.instead = () => ({ status: 200, body: { name: 'any', scopes: ['camera'], camera: null } });
  await assert.rejects(ask(), { code: 'invalid', message: /put the "id"/ });
  stub.instead = () => ({ status: 401, body: { error: { code: 'unauthorized', message: 'Unknown key.' } } });
  await assert.rejects(ask(), { code: 'unauthorized', message: /key is not accepted/ });
});

test('kept settings are for their owner only, and come back as they were', async (t) => {
  const folder = join(temporaryFolder(t), 'spool', 'cam');
  const settings = checkKept({ source: 'rtsp://me:pw@cam/1', rate: 5 });
  await writeKept(folder, 'the key', { version: 7, settings });
  assert.deepEqual(await readKept(folder), { version: 7, settings });
  assert.equal((await stat(join(folder, 'settings.json'))).mode & 0o777, 0o600);
  await writeKept(folder, 'the key', null);
  assert.equal(await readKept(folder), null);
  assert.equal(await readKept(join(folder, 'nothing')), null);
});

test('what the back end keeps is checked here again: keys, values, zones, and nothing of this machine', () => {
  const source = 'rtsp://cam/1';
  assert.throws(() => checkKept({ source, ratte: 5 }), { code: 'invalid', message: /"ratte".*"rate"/ });
  assert.throws(() => checkKept({ source, rate: 'fast' }), { message: /"rate"/ });
  assert.throws(() => checkKept({ source: '/etc/passwd' }), { message: /may only use rtsp/ });
  assert.throws(() => checkKept({ source: 'v4l2:/dev/video0' }), { message: /may only use rtsp/ });
  assert.throws(() => checkKept({ source, substream: 'file:/etc/passwd' }), { message: /"substream"/ });
  const bow = [
    [0, 0],
    [1, 1],
    [1, 0],
    [0, 1],
  ];
  assert.throws(() => checkKept({ source, include: [bow] }), { message: /"include": polygon 1 crosses/ });
});
