import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI, environment } from './program.ts';

test(
  'an address with a password on the command line is not in the list of processes',
  {
    skip: process.platform !== 'linux' && 'only Linux has /proc',
  },
  async (t) => {
    const data = await mkdtemp(join(tmpdir(), 'kith-processes-'));
    t.after(() => rm(data, { recursive: true, force: true }));
    const address = 'rtsp://admin:s3cr@t%word@127.0.0.1:9/x?token=t0psecret';
    const child = spawn(process.execPath, [CLI, 'start', '--no-demo', '--camera', address], {
      env: environment(data),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => (text += part));
    const gone = once(child, 'exit');
    t.after(async () => {
      child.kill('SIGTERM');
      await gone;
    });
    const children = async (): Promise<number[]> =>
      (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => ''))
        .split(' ')
        .filter(Boolean)
        .map(Number);
    // The camera's own process is there once it complains that nobody listens.
    const until = performance.now() + 90_000;
    while (!/127\.0\.0\.1:9/.test(text) && child.exitCode === null && performance.now() < until) await sleep(50);
    assert.match(text, /rtsp:\/\/127\.0\.0\.1:9\/x/, text);
    const seen = await Promise.all([child.pid ?? 0, ...(await children())].map(commandLine));
    assert.ok(seen.length >= 2, `the camera has no process of its own: ${seen.join('\n')}`);
    assert.match(seen[0] ?? '', /^kith start --no-demo --camera rtsp:\/\/127\.0\.0\.1:9/);
    assert.doesNotMatch(`${seen.join('\n')} ${text}`, /s3cr|word@|t0psecret/);
  },
);

async function commandLine(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
}
