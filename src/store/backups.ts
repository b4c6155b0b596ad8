// The backups of a data folder: making one at a time, listing the whole ones, keeping the newest, handing one out. A folder that is being
// made has a name that nobody lists; what a killed process left of one is removed when the next is made.

import { mkdirSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { isKithError, KithError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { BackupDownload, BackupInfo, BackupProgress } from '../upkeep-port.ts';
import { DATABASE, infoOf, readManifest } from './backup-manifest.ts';
import type { BackupWord } from './backup-thread.ts';
import type { BackupOrder } from './backup-work.ts';
import { tarOf } from './tar.ts';

export interface BackupsOptions {
  readonly dataDir: string;
  /** Instead of `backups` in the data folder. */
  readonly folder?: string;
  readonly version: string;
  readonly log: Log;
  /** Where the database is PostgreSQL's: its counts, for the manifest. */
  readonly postgres: (() => Promise<NonNullable<BackupOrder['postgres']>>) | null;
  /** How many of the newest stay; asked after each. Default: all. */
  readonly keep?: () => number;
  readonly clock?: () => number;
}

export interface Backups {
  readonly folder: string;
  /** Newest first. */
  list(): readonly BackupInfo[];
  readonly making: BackupProgress | null;
  readonly lastError: string | null;
  /** Answers when it is whole. KithError `conflict` while another one is being made, `unavailable`. */
  make(onStep?: (progress: BackupProgress) => void): Promise<BackupInfo>;
  /** KithError `not_found`. */
  remove(id: string): Promise<void>;
  download(id: string): BackupDownload;
  /** Breaks off what is being made. */
  close(): Promise<void>;
}

const ID = /^\d{8}-\d{6}(?:-\d+)?$/;
const UNFINISHED = /^\.(?:making|removing)-(.+)-(\d+)-\d+$/;
const DAY_MS = 86_400_000;
/** Left free beyond the database's copy. */
const SPARE_BYTES = 200_000_000;

export function openBackups(options: BackupsOptions): Backups {
  const { version, log, clock = Date.now } = options;
  const dataDir = resolve(options.dataDir);
  const folder = resolve(options.folder ?? join(dataDir, 'backups'));
  let making: BackupProgress | null = null;
  let lastError: string | null = null;
  let worker: Worker | null = null;
  let running: Promise<BackupInfo> | null = null;
  let closed = false;
  let moved = 0;

  function list(): readonly BackupInfo[] {
    return namesIn(folder)
      .filter((name) => ID.test(name))
      .toSorted()
      .toReversed()
      .flatMap((name) => {
        const info = wholeOne(join(folder, name));
        return info ? [info] : [];
      });
  }

  async function make(onStep?: (progress: BackupProgress) => void): Promise<BackupInfo> {
    const startedAt = clock();
    making = { startedAt, step: 'database', done: 0, total: 0 };
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      await removeLeftovers();
      if (!options.postgres) checkRoom();
      const order: BackupOrder = {
        dataDir,
        temporary: join(folder, passing('making')),
        target: join(folder, freeId(startedAt)),
        version,
        createdAt: startedAt,
        postgres: (await options.postgres?.()) ?? null,
      };
      const info = await inThread(order, (step, done, total) => {
        making = { startedAt, step, done, total };
        onStep?.(making);
      });
      lastError = null;
      log.info({ backup: info.id, pictures: info.pictures }, 'A backup was made.');
      await removeOld();
      return info;
    } catch (error) {
      lastError = messageOf(error);
      if (!closed) log.error({ err: error }, `The backup was not made: ${lastError}`);
      throw error;
    } finally {
      making = null;
    }
  }

  function inThread(order: BackupOrder, onStep: (step: BackupProgress['step'], done: number, total: number) => void) {
    return new Promise<BackupInfo>((done, failed) => {
      if (closed) throw new KithError('unavailable', 'Kith is ending: no backup is made any more.');
      worker = new Worker(new URL('backup-thread.ts', import.meta.url), { workerData: order });
      worker.on('message', (word: BackupWord) => {
        if (word.kind === 'step') onStep(word.step, word.done, word.total);
        else if (word.kind === 'done') done(word.info);
        else failed(errorOf(word.message, word.code));
      });
      worker.on('error', failed);
      worker.on('exit', () => {
        worker = null;
        failed(new KithError('unavailable', 'The backup was broken off: make it again.'));
      });
    });
  }

  function errorOf(message: string, code: string | null): KithError {
    const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL';
    return isFull
      ? new KithError('unavailable', `The disk of ${folder} is full: make room, then try again.`, { status: 507 })
      : new KithError('unavailable', `${message}: look at the disk and the rights of ${folder}.`);
  }

  function checkRoom(): void {
    const size = statSync(join(dataDir, DATABASE)).size;
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    if (free > size + SPARE_BYTES) return;
    const message = `${inMegabytes(free)} MB are free at ${folder}, the backup needs ${inMegabytes(size + SPARE_BYTES)}: make room first.`;
    throw new KithError('unavailable', message, { status: 507 });
  }

  /** The time, in UTC. */
  function freeId(at: number): string {
    const id = new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
    const names = new Set(namesIn(folder));
    let free = id;
    for (let n = 2; names.has(free); n++) free = `${id}-${n}`;
    return free;
  }

  /** The name of a folder that is no backup yet, or no more: whose it is stands in it. */
  function passing(what: 'making' | 'removing'): string {
    return `.${what}-${hostname()}-${process.pid}-${(moved += 1)}${clock() % 1e6}`;
  }

  async function removeLeftovers(): Promise<void> {
    for (const name of namesIn(folder)) {
      const [, host, pid] = UNFINISHED.exec(name) ?? [];
      if (pid === undefined || Number(pid) === process.pid) continue;
      const path = join(folder, name);
      const isOld = clock() - statSync(path).mtimeMs > DAY_MS;
      if (isOld || (host === hostname() && !isAlive(Number(pid)))) await rm(path, { recursive: true, force: true });
    }
  }

  async function removeOld(): Promise<void> {
    const keep = options.keep?.();
    if (keep === undefined) return;
    for (const { id } of list().slice(keep)) {
      log.info({ backup: id }, `An old backup is removed: the newest ${keep} are kept.`);
      await remove(id);
    }
  }

  function pathOf(id: string): string {
    const path = join(folder, id);
    if (ID.test(id) && wholeOne(path)) return path;
    throw new KithError('not_found', `There is no backup ${JSON.stringify(id)}: it may have been removed.`);
  }

  async function remove(id: string): Promise<void> {
    // Under another name first: half a backup must not be listed.
    const gone = join(folder, passing('removing'));
    await rename(pathOf(id), gone);
    await rm(gone, { recursive: true, force: true });
  }

  return {
    folder,
    list,
    get making() {
      return making;
    },
    get lastError() {
      return lastError;
    },
    make(onStep) {
      if (running) return Promise.reject(new KithError('conflict', 'A backup is being made already: wait for it.'));
      running = make(onStep).finally(() => (running = null));
      return running;
    },
    remove,
    download(id) {
      const name = `kith-backup-${id}`;
      const { bytes, stream } = tarOf(pathOf(id), name);
      return { name: `${name}.tar`, bytes, stream };
    },
    async close() {
      closed = true;
      await worker?.terminate();
      await running?.catch(() => undefined);
    },
  };
}

/** Null for a folder that is none, or not whole. */
function wholeOne(path: string): BackupInfo | null {
  try {
    const manifest = readManifest(path);
    if (manifest.database && statSync(join(path, DATABASE)).size !== manifest.database.bytes) return null;
    return infoOf(path, manifest);
  } catch (error) {
    if (isKithError(error) || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function inMegabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
