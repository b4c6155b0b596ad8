// `kith camera` as a process of its own: with nothing but address and key, and as the child of another program.

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { stubBackEnd, until } from '../src/camera/back-end-kit.test-suite.ts';
import type { CameraAlive } from '../src/camera/status.ts';
import { readSample } from '../src/demo.ts';
import { CLI, environment, temporaryFolder } from './program.ts';

const PATIENCE_MS = 90_000;

async function folderOf(t: TestContext): Promise<string> {
  const folder = await temporaryFolder();
  t.after(() => folder.remove());
  return folder.path;
}

/** A photo as an MJPEG camera that shakes a little, so that something moves. */
async function mjpegCamera(t: TestContext): Promise<string> {
  const photo = await readSample();
  const frames = await Promise.all(
    [0, 8].map((left) =>
      sharp(photo).resize(648, 360).extract({ left, top: 0, width: 640, height: 360 }).jpeg().toBuffer(),
    ),
  );
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    let i = 0;
    const timer = setInterval(() => {
      const frame = frames[Math.floor(i++ / 3) % 2] ?? Buffer.alloc(0);
      response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${frame.length}\r\n\r\n`);
      response.write(frame);
      response.write('\r\n');
    }, 100);
    response.on('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://me:secret@127.0.0.1:${(server.address() as AddressInfo).port}/video.mjpg`;
}

function startCamera(t: TestContext, data: string, args: readonly string[], more: NodeJS.ProcessEnv) {
  const child = fork(CLI, ['camera', ...args], {
    env: environment(data, { KITH_LOG: 'info', ...more }),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
  }
  return { child, exited, text: () => text };
}

test('with nothing but KITH_SERVER and KITH_CAMERA_KEY it takes everything from the back end', async (t) => {
  const stub = await stubBackEnd(t);
  const source = await mjpegCamera(t);
  const data = await folderOf(t);
  const env = { KITH_SERVER: stub.server, KITH_CAMERA_KEY: 'the-key' };
  const camera = startCamera(t, data, [], env);
  await until('it says what it lacks', () => stub.reports.at(-1)?.state === 'retrying', PATIENCE_MS);
  assert.match(stub.reports.at(-1)?.reason ?? '', /keeps no settings for camera "cam"/);
  stub.say('settings', { version: 2, name: 'Door', settings: { source, rate: 5 } });
  await until('shots arrive', () => stub.received.length > 0, PATIENCE_MS);
  assert.equal(stub.received[0]?.camera, 'cam');
  await until('it reports', () => stub.reports.at(-1)?.settingsVersion === 2, PATIENCE_MS);
  assert.deepEqual([...stub.keys], ['Bearer the-key']);
  assert.equal(stub.previews.length, 0);
  stub.watching = true;
  stub.say('watch', { watching: true });
  await until('a preview', () => stub.previews.length > 1, PATIENCE_MS);
  assert.equal((await sharp(stub.previews.at(-1)).metadata()).width, 640);
  camera.child.kill('SIGTERM');
  assert.equal(await camera.exited, 0);
  assert.equal(stub.reports.at(-1)?.state, 'ended');
  assert.ok(!camera.text().includes('secret'), camera.text());
  const wrong = startCamera(t, data, [], {});
  assert.equal(await wrong.exited, 2);
  assert.match(wrong.text(), /KITH_SERVER and KITH_CAMERA_KEY/);
});

test('as a child it tells its parent every second that it lives, and ends with it', async (t) => {
  const stub = await stubBackEnd(t);
  const source = await mjpegCamera(t);
  const data = await folderOf(t);
  const camera = startCamera(t, data, ['--from-parent'], {});
  const alive: CameraAlive[] = [];
  camera.child.on('message', (message) => {
    if ((message as { kind?: unknown }).kind === 'alive') alive.push(message as CameraAlive);
  });
  camera.child.send({ id: 'door', source, rate: 5, server: stub.server, key: 'k', data, memoryMegabytes: 900 });
  await until('it runs', () => alive.some(({ status }) => status.state === 'running'), PATIENCE_MS);
  const count = alive.length;
  await until('it goes on telling', () => alive.length > count + 2, PATIENCE_MS);
  const last = alive.at(-1);
  assert.equal(last?.kind, 'alive');
  assert.equal(last?.quiet, false);
  assert.equal(last?.memoryLimitMegabytes, 900);
  assert.ok((last?.memoryMegabytes ?? 0) > 20);
  assert.ok(Math.abs(Date.now() - (last?.framesAt ?? 0)) < 60_000);
  // A second one on the same spool is refused with words.
  const second = startCamera(t, join(data), ['--from-parent'], {});
  second.child.send({ id: 'door', source, server: stub.server, key: 'k', data });
  assert.equal(await second.exited, 1);
  assert.match(second.text(), /Another program runs as camera "door" on this machine/);
  camera.child.disconnect();
  assert.equal(await camera.exited, 0);
});
