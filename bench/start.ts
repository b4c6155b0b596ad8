// How long a warm `kith start` takes until it is ready, and the memory it then has.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow } from './run.ts';

const DEADLINE_MS = 30_000;

export async function measureStart(folder: string): Promise<readonly BenchRow[]> {
  // The first start makes the database and the key; the second one is the warm one.
  await once(join(folder, 'start'));
  const { ms, residentMb } = await once(join(folder, 'start'));
  return [
    { name: 'start to ready, warm', value: ms, unit: 'ms', atMost: 2000 },
    { name: 'resident memory of kith start, ready', value: residentMb, unit: 'MB', atMost: 400 },
  ];
}

async function once(data: string): Promise<{ ms: number; residentMb: number }> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '..', 'src', 'cli.ts'), 'start', '--no-demo', '--json'],
    {
      env: { ...process.env, KITH_DATA: data, KITH_PORT: '0', KITH_LOG: 'error' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    const deadline = Date.now() + DEADLINE_MS;
    for (;;) {
      const url = /"url": "([^"]+)"/.exec(text)?.[1];
      if (url && (await isReady(url))) break;
      if (Date.now() > deadline || child.exitCode !== null) throw new Error('kith start did not become ready');
      await sleep(10);
    }
    const ms = performance.now() - started;
    await sleep(1000);
    const resident = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => ''))?.[1];
    return { ms, residentMb: Number(resident ?? Number.NaN) / 1024 };
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`)).ok;
  } catch {
    return false;
  }
}
