// Cameras of the whole program: made over the API, followed, killed, removed, without a restart of Kith.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { samplePhotos } from '../src/demo.ts';
import { ADMIN_KEY, startProgram, temporaryFolder, type Program } from './program.ts';

const PHOTO = readFileSync(join(samplePhotos(), 'sample1.jpg'));
const SECRET = 'p@ss%41word';

/** An MJPEG camera that wants a password. */
async function mjpegCamera(t: TestContext) {
  const server = createServer((request, response) => {
    if (request.headers.authorization === undefined) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=x' });
    const timer = setInterval(() => {
      response.write(`--x\r\nContent-Type: image/jpeg\r\nContent-Length: ${PHOTO.length}\r\n\r\n`);
      response.write(PHOTO);
      response.write('\r\n');
    }, 200);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://admin:${SECRET}@127.0.0.1:${port}/live`;
}

interface Shown {
  readonly state: string;
  readonly reason: string | null;
  readonly restarts: number;
  readonly reportedAt: string | null;
  readonly settingsVersion: number | null;
  readonly counts: { readonly frames: number; readonly shots: number } | null;
}

function runs({ state, counts }: Shown): boolean {
  return state === 'running' && (counts?.frames ?? 0) > 0;
}

async function until(program: Program, isSo: (camera: Shown) => boolean, what: string): Promise<Shown> {
  let camera: unknown;
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(200)) {
    camera = (await program.call('GET', '/cameras/door')).json;
    if (isSo(camera as Shown)) return camera as Shown;
  }
  return assert.fail(`${what}: ${JSON.stringify(camera)}\n${program.text()}`);
}

/** Processes below the program's. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

test('a camera made over the API runs at once, follows its settings, is started again when it dies, and ends when it is removed', async (t) => {
  const folder = await temporaryFolder();
  const source = await mjpegCamera(t);
  const program = await startProgram(folder.path, ['--no-demo'], { KITH_ADMIN_KEY: ADMIN_KEY, KITH_LOG: 'info' });
  const put = (settings: object) => program.call('PUT', '/cameras/door', { name: 'Door', settings });
  try {
    assert.equal((await put({ source: source, profile: 'small' })).status, 200);
    const ran = await until(program, ({ state, counts }) => state === 'running' && (counts?.shots ?? 0) > 0, 'it runs');
    assert.equal(ran.settingsVersion, 1);
    const [pid = 0] = childrenOf(program.child.pid ?? 0);
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    assert.doesNotMatch(line, /p@ss/);

    assert.equal((await put({ source: source, profile: 'small', rate: 3 })).status, 200);
    await until(program, ({ state, settingsVersion }) => state === 'running' && settingsVersion === 2, 'new settings');
    assert.deepEqual(childrenOf(program.child.pid ?? 0), [pid], 'by the same process');

    process.kill(pid, 'SIGKILL');
    const restarting = await until(program, ({ restarts }) => restarts === 1, 'it is started again');
    if (restarting.state === 'restarting') assert.match(restarting.reason ?? '', /ended unexpectedly \(SIGKILL\)/);
    const again = await until(
      program,
      ({ state, settingsVersion }) => state === 'running' && settingsVersion === 2,
      'again',
    );
    assert.equal(again.restarts, 1);
    assert.notDeepEqual(childrenOf(program.child.pid ?? 0), [pid]);
    // A busy loop, or a disk that does not answer: it says nothing any more.
    const [second = 0] = childrenOf(program.child.pid ?? 0);
    process.kill(second, 'SIGSTOP');
    const hung = await until(program, ({ restarts }) => restarts === 2, 'it hangs');
    if (hung.state === 'restarting') assert.match(hung.reason ?? '', /did not answer for 20 s/);
    await until(program, ({ state }) => state === 'running', 'and again');

    assert.equal((await program.call('DELETE', '/cameras/door')).status, 204);
    for (const end = Date.now() + 60_000; childrenOf(program.child.pid ?? 0).length > 0; await sleep(100)) {
      assert.ok(Date.now() < end, 'it ends with its camera');
    }
    const seen = await program.call('GET', '/detections?camera=door');
    assert.ok(seen.json.items.length > 0, 'its detections stay');
  } finally {
    await program.stop();
    await folder.remove();
  }
  for (const secret of ['p@ss', '%41word', 'word@']) assert.ok(!program.text().includes(secret), program.text());
  assert.match(program.text(), /started again/);
});

test('a Kith that was killed and starts anew at once does not wait for the programs of its former life', async (t) => {
  const folder = await temporaryFolder();
  const source = await mjpegCamera(t);
  let program = await startProgram(folder.path, ['--no-demo'], { KITH_ADMIN_KEY: ADMIN_KEY });
  try {
    await program.call('PUT', '/cameras/door', { name: 'Door', settings: { source, profile: 'small' } });
    await until(program, runs, 'it runs');
    const killedAt = new Date().toISOString();
    await program.stop('SIGKILL');
    program = await startProgram(folder.path, ['--no-demo'], { KITH_ADMIN_KEY: ADMIN_KEY, KITH_LOG: 'info' });
    await until(program, (camera) => runs(camera) && (camera.reportedAt ?? '') > killedAt, 'it runs again');
    assert.doesNotMatch(program.text(), /Another program runs/);
  } finally {
    await program.stop();
    await folder.remove();
  }
});
