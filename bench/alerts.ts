// A shot is classified → the message about it is at the receiver; and what alerts cost recognition: the same shots as fast as they go,
// without a rule and with one that tells five channels of each, of which one hangs for ever and one answers 429 now and then.
//
//   node bench/alerts.ts                 a minute with 1,000 alerts, then twice 500 as fast as they go
//   node bench/alerts.ts --alerts 300    fewer, in less time

import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RuleDefinition } from '../src/alert-port.ts';
import { channelSettings } from '../src/channel-settings.ts';
import { readConfig } from '../src/config.ts';
import { openLog, type Log } from '../src/log.ts';
import { openSystem, type System } from '../src/main.ts';
import { quantile } from './median.ts';
import { post, shotsOf } from './posting.ts';
import type { BenchRow } from './run.ts';

const PER_SECOND = 1000 / 60;
/** Before it is measured: libraries are loaded, code is compiled. */
const WARMING = 50;
/** Posted at once while it goes as fast as it can. */
const AT_ONCE = 8;
const ROUNDS = 2;
/** Every so many messages one channel says that it is too much. */
const TOO_MANY = 10;
const GOOD = ['first', 'second', 'third'] as const;
const WAIT_MS = 60_000;

const RULE: RuleDefinition = {
  name: 'Everybody',
  enabled: true,
  on: ['unknown', 'known'],
  persons: [],
  groups: [],
  cameras: [],
  zones: [],
  afterS: null,
  hours: null,
  cooldownS: 0,
  gatherS: 0,
  channels: [],
  actions: [],
};

/** Takes messages; `heard` gets the name of the channel and the detection. */
function openReceiver(heard: (channel: string, detection: string) => void): Promise<Server> {
  let calls = 0;
  const server = createServer((request, response) => {
    const channel = request.url?.slice(1) ?? '';
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (channel === 'hanging') return;
      if (channel === 'slowed' && (calls += 1) % TOO_MANY === 0) {
        response.writeHead(429, { 'retry-after': '1' }).end();
        return;
      }
      const { sightings } = JSON.parse(Buffer.concat(parts).toString()) as { sightings: { detection: string }[] };
      for (const { detection } of sightings) heard(channel, detection);
      response.writeHead(204).end();
    });
  });
  return new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(server)));
}

/** Each shot comes from a camera of its own, or it would belong to a visit that was told of. */
function openCameras(system: System, shots: readonly Uint8Array[]) {
  const key = system.cameraKey();
  const settledAt = new Map<string, number>();
  system.onSettled(({ id }) => settledAt.set(id, Date.now()));
  let cameras = 0;
  return {
    settledAt,
    async make(count: number): Promise<readonly (() => Promise<string>)[]> {
      const made: (() => Promise<string>)[] = [];
      for (let i = 0; i < count; i++) {
        const camera = `bench-${(cameras += 1)}`;
        await system.store.cameras.put(camera, camera);
        made.push(async () => {
          const id = randomUUID();
          await post(system.url, { key, id, camera, shot: shots[i % shots.length] ?? new Uint8Array() });
          return id;
        });
      }
      return made;
    },
  };
}

async function addChannels({ store }: System, url: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const name of [...GOOD, 'hanging', 'slowed']) {
    const given = { url: `${url}/${name}`, secret: 'a secret of the bench that is long', allowPrivate: true };
    const settings = channelSettings('webhook', given, null);
    ids.push(
      (await store.channels.add({ name, kind: 'webhook', enabled: true, settings, quiet: null }, Date.now())).id,
    );
  }
  return ids;
}

/** `alerts`: how many in the paced part; in the part that goes as fast as it can a fourth of them, each way, in each round. */
export async function* measureAlerts(folder: string, log: Log, alerts: number): AsyncGenerator<BenchRow> {
  const config = readConfig({ overrides: { data: join(folder, 'alerts'), port: 0 } });
  const system = await openSystem(config, 'start', log);
  const receivedAt = new Map<string, number>();
  const receiver = await openReceiver((channel, detection) => receivedAt.set(`${channel} ${detection}`, Date.now()));
  try {
    const { port } = receiver.address() as AddressInfo;
    const channels = await addChannels(system, `http://127.0.0.1:${port}`);
    const cameras = openCameras(system, await shotsOf(system));
    const rule = await system.store.rules.add({ ...RULE, channels }, Date.now());
    const tell = async (enabled: boolean): Promise<void> => {
      await system.store.rules.change(rule.id, { ...RULE, channels, enabled });
      await sleep(1500);
    };
    const told = async (ids: readonly string[]): Promise<void> => {
      const until = performance.now() + WAIT_MS;
      while (!ids.every((id) => GOOD.every((name) => receivedAt.has(`${name} ${id}`)))) {
        if (performance.now() > until) throw new Error('Messages have not come.');
        await sleep(50);
      }
    };

    await tell(true);
    for (const shot of await cameras.make(WARMING)) await shot();
    await system.idle();
    const shots = await cameras.make(alerts);
    const posts: Promise<string>[] = [];
    const begin = performance.now();
    for (const [i, shot] of shots.entries()) {
      await sleep(Math.max(0, begin + (i * 1000) / PER_SECOND - performance.now()));
      posts.push(shot());
    }
    const paced = await Promise.all(posts);
    await system.idle();
    await told(paced);
    const waits = paced.flatMap((id) =>
      GOOD.map((name) => (receivedAt.get(`${name} ${id}`) ?? Infinity) - (cameras.settledAt.get(id) ?? 0)),
    );
    yield {
      name: `classified → message received, ${alerts} alerts, 1,000 a minute, median`,
      value: quantile(waits, 0.5),
      unit: 'ms',
    };
    yield { name: 'the same, p95', value: quantile(waits, 0.95), unit: 'ms', atMost: 300 };

    const count = Math.ceil(alerts / 4);
    const spent = { without: 0, with: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      for (const kind of ['without', 'with'] as const) {
        await tell(kind === 'with');
        const queue = [...(await cameras.make(count))];
        const ids: string[] = [];
        const from = performance.now();
        const work = async (): Promise<void> => {
          for (let shot = queue.pop(); shot; shot = queue.pop()) ids.push(await shot());
        };
        await Promise.all(Array.from({ length: AT_ONCE }, work));
        await system.idle();
        spent[kind] += performance.now() - from;
        if (kind === 'with') await told(ids);
      }
    }
    const rate = (ms: number): number => (count * ROUNDS * 1000) / ms;
    yield { name: 'shots classified a second, as fast as it goes, no rule', value: rate(spent.without), unit: '/s' };
    yield { name: 'the same, each told to five channels', value: rate(spent.with), unit: '/s' };
    yield { name: 'recognition with alerts to without', value: spent.without / spent.with, unit: '×' };
  } finally {
    receiver.closeAllConnections();
    receiver.close();
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
