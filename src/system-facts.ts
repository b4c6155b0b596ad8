// What this process and its machine are and use: cheap enough to be asked every few seconds by everybody.

import { readdir, stat, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, hostname, release, totalmem, type } from 'node:os';
import { join, resolve } from 'node:path';
import { pause } from './lifecycle.ts';
import type { MachineFacts, StorageFacts, SystemPort, WorkerFacts } from './server/system-ports.ts';
import type { Store } from './store-port.ts';

export interface SystemFactsOptions {
  readonly dataDir: string;
  readonly store: Pick<Store, 'upkeep'>;
  readonly worker: () => WorkerFacts | null;
  readonly clock?: () => number;
}

/** So long a share of the processor is measured over. */
const CPU_MS = 2_000;
/** Pictures are counted anew after so long: a million takes a minute of the disk's time. */
const COUNT_MS = 6 * 3_600_000;
const SIZE_MS = 30_000;
/** Between two folders, so that counting disturbs nobody. */
const REST_MS = 5;
const AT_ONCE = 32;

export function openSystemFacts(options: SystemFactsOptions): SystemPort & { close(): Promise<void> } {
  const { store, worker, clock = Date.now } = options;
  const folder = resolve(options.dataDir);
  const closing = new AbortController();
  const startedAt = clock() - process.uptime() * 1000;
  let used = { at: performance.now(), usage: process.cpuUsage() };
  let cpu: number | null = null;
  let pictures: StorageFacts['pictures'] = null;
  let counting: Promise<void> | null = null;
  let database: { at: number; bytes: number } | null = null;

  function processor(): number | null {
    const ms = performance.now() - used.at;
    if (ms >= CPU_MS) {
      const { user, system } = process.cpuUsage(used.usage);
      cpu = (user + system) / 1000 / ms;
      used = { at: performance.now(), usage: process.cpuUsage() };
    }
    return cpu;
  }

  /** What people see meanwhile is what was counted last. */
  function countPictures(): void {
    if (counting || (pictures && clock() - pictures.countedAt < COUNT_MS)) return;
    const measured = measure(join(folder, 'pictures'), closing.signal)
      .then((found) => (pictures = found ? { ...found, countedAt: clock() } : pictures))
      .catch(() => null);
    counting = measured.then(() => undefined).finally(() => (counting = null));
  }

  async function databaseBytes(): Promise<number | null> {
    if (!database || clock() - database.at > SIZE_MS) {
      database = { at: clock(), bytes: await store.upkeep.databaseBytes() };
    }
    return database.bytes;
  }

  return {
    machine: (): MachineFacts => ({
      startedAt,
      node: process.version,
      platform: `${type()} ${release()} ${process.arch}`,
      hostname: hostname(),
      pid: process.pid,
      cores: availableParallelism(),
      cpu: processor(),
      memoryBytes: process.memoryUsage.rss(),
      machineMemoryBytes: totalmem(),
      machineFreeBytes: freemem(),
    }),
    async storage() {
      countPictures();
      const [disk, bytes] = await Promise.all([statfs(folder).catch(() => null), databaseBytes().catch(() => null)]);
      return {
        folder,
        freeBytes: disk && disk.bavail * disk.bsize,
        totalBytes: disk && disk.blocks * disk.bsize,
        databaseBytes: bytes,
        pictures,
      };
    },
    worker,
    async close() {
      closing.abort();
      await counting;
    },
  };
}

/** Null when it was broken off. */
async function measure(root: string, signal: AbortSignal): Promise<{ count: number; bytes: number } | null> {
  const found = { count: 0, bytes: 0 };
  for (const first of await namesIn(root)) {
    for (const second of await namesIn(join(root, first))) {
      const path = join(root, first, second);
      const names = await namesIn(path);
      for (let i = 0; i < names.length; i += AT_ONCE) {
        const sizes = await Promise.all(
          names.slice(i, i + AT_ONCE).map((name) =>
            stat(join(path, name)).then(
              ({ size }) => size,
              () => null,
            ),
          ),
        );
        for (const size of sizes) {
          if (size === null) continue;
          found.count++;
          found.bytes += size;
        }
      }
    }
    await pause(REST_MS, signal);
    if (signal.aborted) return null;
  }
  return found;
}

async function namesIn(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}
