// `kith doctor`: is everything there that Kith needs, in plain words? Each check says what it found and what to do.

import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { findRunning } from '../client.ts';
import { readConfig, type Config } from '../config.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { openEngine } from '../engine.ts';
import { tryCamera } from '../examine.ts';
import { openStoreOf } from '../main.ts';
import { readSample } from '../demo.ts';
import { EXIT, type Output } from './output.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly says: string;
}

const LOW_DISK_BYTES = 2_000_000_000;

/** Exit 0 when all is well, 1 when a check failed. */
export async function doctor(options: { camera?: string }, output: Output, log: Log): Promise<number> {
  const config = readConfig();
  const checks: Check[] = [];
  async function check(name: string, work: () => Promise<string>): Promise<void> {
    let result: Check;
    try {
      result = { name, ok: true, says: await work() };
    } catch (error) {
      result = { name, ok: false, says: messageOf(error) };
    }
    checks.push(result);
    output.say(`${result.ok ? styleText('green', '✓') : styleText('red', '✗')} ${name.padEnd(8)} ${result.says}`);
  }

  await check('disk', () => checkDisk(config));
  await check('store', () => checkStore(config, log));
  await check('models', () => checkModels(config, log));
  // By their ids, so that each is tried with its own settings.
  const sources = options.camera === undefined ? config.cameras.map(({ id }) => id) : [options.camera];
  for (const source of sources) await check('camera', () => tryCamera(source, config, log));
  if (sources.length === 0)
    output.say('- camera   none is configured; try one with: npx kith doctor --camera v4l2:/dev/video0');

  const ok = checks.every((one) => one.ok);
  output.answer({ ok, checks }, () => (ok ? 'All is well.' : 'Something is wrong: see the lines with ✗.'));
  return ok ? EXIT.done : EXIT.no;
}

async function checkDisk(config: Config): Promise<string> {
  await mkdir(config.data, { recursive: true, mode: 0o700 });
  const probe = join(config.data, '.doctor');
  const started = performance.now();
  const file = await open(probe, 'w', 0o600);
  try {
    await file.write(new Uint8Array(65_536));
    await file.sync();
  } finally {
    await file.close();
    await rm(probe, { force: true });
  }
  const ms = performance.now() - started;
  const { bavail, bsize } = await statfs(config.data);
  const free = bavail * bsize;
  const says = `${(free / 1e9).toFixed(1)} GB are free at ${config.data}; writing 64 kB durably took ${ms.toFixed(1)} ms.`;
  if (free < LOW_DISK_BYTES) throw new Error(`${says} That is little: make room, or set KITH_DATA to a larger disk.`);
  return says;
}

async function checkStore(config: Config, log: Log): Promise<string> {
  const running = config.databaseUrl === undefined ? await findRunning(config.data) : null;
  if (running) return `Kith runs on it (process ${running.pid}) and answers at ${running.url}.`;
  const store = await openStoreOf(config, log);
  try {
    const [people, counts] = await Promise.all([store.persons.counts(), store.detections.counts()]);
    const waiting = counts.pending === 0 ? 'nothing waits' : `${counts.pending} detections wait`;
    return `${store.kind}: ${people.known} known and ${people.unknown} unknown people, ${counts.classified} classified detections, ${waiting}.`;
  } finally {
    await store.close();
  }
}

async function checkModels(config: Config, log: Log): Promise<string> {
  const engine = await openEngine(config, log);
  try {
    const photo = await readSample();
    await engine.analyse(photo, { template: true });
    const started = performance.now();
    const { faces } = await engine.analyse(photo, { template: true });
    const ms = performance.now() - started;
    if (faces.length === 0)
      throw new Error('The models found no face in a sample photograph: remove the model cache and try again.');
    return `${engine.embedder.id}: ${faces.length} faces of a sample photograph found and described in ${ms.toFixed(0)} ms.`;
  } finally {
    await engine.close();
  }
}
