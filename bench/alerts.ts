// How soon the message about a shot that was classified is at its receiver; and what alerts cost recognition: the same shots as fast as
// they go, without a rule and with one that tells five channels of each, of which one hangs for ever and one answers 429 now and then.
//
//   node bench/alerts.ts                 1,000 alerts each way, a few minutes
//   node bench/alerts.ts --alerts 200    fewer, in less time

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { RuleDefinition } from '../src/alert-port.ts';
import { channelSettings } from '../src/channel-settings.ts';
import { readConfig } from '../src/config.ts';
import { openLog, type Log } from '../src/log.ts';
import { openSystem, type System } from '../src/main.ts';
import { RULE } from '../src/rule.test-kit.ts';
import type { Answer, PostOrder } from './alerts-outside.ts';
import { quantile } from './median.ts';
import { shotsOf } from './posting.ts';
import type { BenchRow } from './run.ts';

/** Slow enough that nothing queues: how soon, not how much. */
const CALM_PER_SECOND = 4;
const MOST_CALM = 120;
const AT_ONCE = 8;
const ROUNDS = 2;
/** Before it is measured: libraries are loaded, code is compiled. */
const WARMING = 20;
const GOOD = ['first', 'second', 'third'] as const;
/** A rule or a channel that was changed is known everywhere. */
const KNOWN_MS = 1500;
const WAIT_MS = 120_000;

const EVERYBODY: RuleDefinition = { ...RULE, name: 'Everybody', on: ['unknown', 'known'] };

interface Outside {
  readonly port: number;
  /** By channel and detection. */
  readonly receivedAt: ReadonlyMap<string, number>;
  post(order: PostOrder): Promise<readonly string[]>;
  close(): Promise<unknown>;
}

async function openOutside(): Promise<Outside> {
  const worker = new Worker(join(import.meta.dirname, 'alerts-outside.ts'));
  const receivedAt = new Map<string, number>();
  let posted: ((ids: readonly string[]) => void) | undefined;
  const [first] = (await once(worker, 'message')) as [Answer];
  if (first.kind !== 'port') throw new Error('The receivers did not begin.');
  worker.on('message', (answer: Answer) => {
    if (answer.kind === 'received') receivedAt.set(`${answer.channel} ${answer.detection}`, answer.at);
    else if (answer.kind === 'posted') posted?.(answer.ids);
  });
  return {
    port: first.port,
    receivedAt,
    post(order) {
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      posted = resolve;
      worker.once('error', reject);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(order);
      return promise;
    },
    close: () => worker.terminate(),
  };
}

async function addChannels({ store }: System, url: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const name of [...GOOD, 'hanging', 'slowed']) {
    const given = { url: `${url}/${name}`, secret: 'a secret of the bench that is long', allowPrivate: true };
    const settings = channelSettings('webhook', given, null);
    const channel = await store.channels.add(
      { name, kind: 'webhook', enabled: true, settings, quiet: null },
      Date.now(),
    );
    ids.push(channel.id);
  }
  return ids;
}

export async function* measureAlerts(folder: string, log: Log, alerts: number): AsyncGenerator<BenchRow> {
  const system = await openSystem(readConfig({ overrides: { data: join(folder, 'alerts'), port: 0 } }), 'start', log);
  const outside = await openOutside();
  try {
    const { store } = system;
    const channels = await addChannels(system, `http://127.0.0.1:${outside.port}`);
    const rule = await store.rules.add({ ...EVERYBODY, channels }, Date.now());
    const settledAt = new Map<string, number>();
    system.onSettled(({ id }) => settledAt.set(id, Date.now()));
    const order = { url: system.url, key: system.cameraKey(), shots: await shotsOf(system) };
    let made = 0;

    /** Each shot comes from a camera of its own, or it would belong to a visit that was told of. */
    const addCameras = async (count: number): Promise<readonly string[]> => {
      const cameras = Array.from({ length: count }, () => `bench-${(made += 1)}`);
      for (const camera of cameras) await store.cameras.put(camera, camera);
      return cameras;
    };
    const told = async (ids: readonly string[]): Promise<void> => {
      const until = performance.now() + WAIT_MS;
      while (!ids.every((id) => GOOD.every((name) => outside.receivedAt.has(`${name} ${id}`)))) {
        if (performance.now() > until) throw new Error('Messages have not come.');
        await sleep(20);
      }
    };
    const tell = async (enabled: boolean): Promise<void> => {
      await store.rules.change(rule.id, { ...EVERYBODY, channels, enabled });
      await sleep(KNOWN_MS);
    };

    await sleep(KNOWN_MS);
    await told(await outside.post({ ...order, cameras: await addCameras(WARMING), perSecond: CALM_PER_SECOND }));
    const calm = await addCameras(Math.min(alerts, MOST_CALM));
    const ids = await outside.post({ ...order, cameras: calm, perSecond: CALM_PER_SECOND });
    await told(ids);
    const waits = ids.flatMap((id) =>
      GOOD.map((name) => (outside.receivedAt.get(`${name} ${id}`) ?? Infinity) - (settledAt.get(id) ?? 0)),
    );
    yield {
      name: `classified → message at its receiver, ${CALM_PER_SECOND}/s, median`,
      value: quantile(waits, 0.5),
      unit: 'ms',
    };
    yield { name: `the same, p95 of ${waits.length}`, value: quantile(waits, 0.95), unit: 'ms', atMost: 300 };

    const count = Math.ceil(alerts / ROUNDS);
    const spent = { without: 0, with: 0, told: 0 };
    /** Of the whole process, the cameras and receivers of this bench too, which the load of the machine does not change. */
    const busy = { without: 0, with: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      for (const kind of ['without', 'with'] as const) {
        await tell(kind === 'with');
        const cameras = await addCameras(count);
        const from = performance.now();
        const used = process.cpuUsage();
        const all = await outside.post({ ...order, cameras, atOnce: AT_ONCE });
        await system.idle();
        spent[kind] += performance.now() - from;
        if (kind === 'with') {
          await told(all);
          spent.told += performance.now() - from;
        }
        const { user, system: kernel } = process.cpuUsage(used);
        busy[kind] += (user + kernel) / 1000 / count / ROUNDS;
      }
    }
    const rate = (ms: number): number => (count * ROUNDS * 1000) / ms;
    yield { name: 'shots classified, as fast as it goes, no rule', value: rate(spent.without), unit: '/s' };
    yield { name: 'the same, each told to five channels', value: rate(spent.with), unit: '/s' };
    yield { name: 'recognition with alerts to without', value: spent.without / spent.with, unit: '×' };
    yield { name: 'processor time of a shot, no rule', value: busy.without, unit: 'ms' };
    yield { name: 'the same, told to five channels', value: busy.with, unit: 'ms' };
    yield {
      name: 'alerts a minute, until each is at three of five channels',
      value: rate(spent.told) * 60,
      unit: '/min',
    };
  } finally {
    await outside.close();
    await system.close();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { alerts: { type: 'string', default: '1000' } } });
  const folder = await mkdtemp(join(tmpdir(), 'kith-bench-'));
  try {
    const log = openLog({ level: process.env['KITH_LOG'] ?? 'error' });
    for await (const { name, value, unit, atMost } of measureAlerts(folder, log, Number(values.alerts))) {
      const target = atMost === undefined ? '' : `   (target: at most ${atMost} ${unit})`;
      process.stdout.write(`${name.padEnd(66)} ${value.toFixed(2).padStart(8)} ${unit}${target}\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
