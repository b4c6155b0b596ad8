// `kith camera` on a machine of its own: supervised as the cameras of `kith start` are, with the exit statuses of a command.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { samplePhotos } from '../src/demo.ts';
import { ADMIN_KEY, CLI, environment, runAlone, startProgram, temporaryFolder } from './program.ts';

const PATIENCE_MS = 90_000;

async function childOf(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : Number(text.trim().split(' ')[0]);
}

async function eventually<T>(look: () => Promise<T | undefined> | T | undefined, what: string): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
    const value = await look();
    if (value !== undefined) return value;
  }
  return assert.fail(what);
}

test('kith camera alone: the answer of its source, started again when it is killed, one signal ends it, errors keep their status', async () => {
  const folder = await temporaryFolder();
  const kith = await startProgram(join(folder.path, 'kith'), ['--no-demo'], { KITH_ADMIN_KEY: ADMIN_KEY });
  try {
    await kith.call('PUT', '/cameras/door', { name: 'Door', runsHere: false });
    const photos = join(folder.path, 'photos');
    await mkdir(photos);
    await copyFile(join(samplePhotos(), 'sample1.jpg'), join(photos, 'a.jpg'));
    const file = join(folder.path, 'camera.json');
    const write = (more: object) =>
      writeFile(file, JSON.stringify({ id: 'door', source: photos, server: kith.url, key: ADMIN_KEY, ...more }));
    const data = join(folder.path, 'camera');

    await write({ pace: 'fast' });
    const once = await runAlone(data, ['camera', '--config', file, '--json']);
    assert.equal(once.status, 0, once.stderr);
    const counts = JSON.parse(once.stdout) as { frames: number; shots: number; waiting: number };
    assert.deepEqual([counts.frames, counts.shots > 0, counts.waiting], [1, true, 0]);

    await write({ rat: 1 });
    const wrong = await runAlone(data, ['camera', '--config', file, '--json']);
    assert.equal(wrong.status, 3);
    assert.match(wrong.stderr, /^kith: .*unknown key "rat" \(did you mean "rate"\?\)/m);
    assert.match((JSON.parse(wrong.stdout) as { error: { message: string } }).error.message, /did you mean/);
    assert.equal((await runAlone(data, ['camera', '--config', join(folder.path, 'none.json')])).status, 3);

    await write({ loop: true });
    const child = spawn(process.execPath, [CLI, 'camera', '--config', file], {
      env: environment(data),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part) => (text += String(part)));
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    const pid = child.pid ?? 0;
    try {
      const first = await eventually(() => childOf(pid), 'the camera runs as a child');
      await sleep(500);
      process.kill(first, 'SIGKILL');
      const second = await eventually(async () => {
        const now = await childOf(pid);
        return now === first ? undefined : now;
      }, 'it is started again');
      assert.match(text, /ended unexpectedly \(SIGKILL\)/);
      child.kill('SIGTERM');
      assert.equal(await ended, 0);
      assert.throws(() => process.kill(second, 0), 'nothing is left behind');
    } finally {
      child.kill('SIGKILL');
    }
  } finally {
    await kith.stop();
    await folder.remove();
  }
});
