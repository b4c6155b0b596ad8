// Shots wait on disk until the back end has acknowledged them: one file per shot, written aside, fsynced and renamed, so that
// a crash leaves whole shots or none. Bounded: the oldest go first, and that is counted and said.

import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sighting } from '../domain.ts';
import { KithError, messageOf } from '../errors.ts';

export interface Spooled {
  readonly sighting: Sighting;
  readonly jpeg: Uint8Array;
}

export interface SpoolCounts {
  readonly waiting: number;
  readonly bytes: number;
  /** Given up because the spool was full, since it was opened. */
  readonly dropped: number;
}

export interface Spool {
  readonly counts: SpoolCounts;
  /** Durable when it answers. */
  add(sighting: Sighting, jpeg: Uint8Array): Promise<void>;
  /** The oldest shot that nobody has taken yet; waits for one; null once the signal aborts. */
  take(signal: AbortSignal): Promise<Spooled | null>;
  /** The back end has it. */
  delivered(id: string): Promise<void>;
  /** Not now: it will be the oldest again. */
  giveBack(id: string): void;
  /** The back end does not want it: kept aside (the last hundred) for people to look at. */
  refuse(id: string): Promise<void>;
  /** Answers once it is empty. */
  drained(signal: AbortSignal): Promise<void>;
}

export interface SpoolOptions {
  readonly folder: string;
  readonly maxShots?: number;
  readonly maxBytes?: number;
  readonly onDropped?: (total: number) => void;
}

interface Entry {
  readonly id: string;
  readonly file: string;
  readonly bytes: number;
  taken: boolean;
}

const NAME = /^(\d{12})-([0-9a-f-]{36})\.shot$/;
const KEPT_REFUSED = 100;

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, maxShots = 5_000, maxBytes = 500_000_000, onDropped } = options;
  const refusedFolder = join(folder, 'refused');
  await mkdir(refusedFolder, { recursive: true }).catch((error: unknown) => {
    throw new KithError(
      'unavailable',
      `The spool folder ${folder} cannot be made (${messageOf(error)}): shots could not be kept safe. Check rights and space.`,
      { cause: error },
    );
  });
  const entries = await leftovers(folder);
  // The number orders the files, not the clock, which may be set back.
  let next = entries.reduce((last, entry) => Math.max(last, Number(entry.file.slice(0, 12))), 0) + 1;
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  let dropped = 0;
  const waiters = new Set<() => void>();

  function wake(): void {
    for (const waiter of waiters) waiter();
  }

  /** Until something changes or the signal aborts. */
  function change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        waiters.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      waiters.add(done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  function forget(entry: Entry): void {
    const index = entries.indexOf(entry);
    if (index < 0) return;
    entries.splice(index, 1);
    bytes -= entry.bytes;
    wake();
  }

  async function makeRoom(coming: number): Promise<void> {
    while (entries.length > 0 && (entries.length + 1 > maxShots || bytes + coming > maxBytes)) {
      const oldest = entries.find((entry) => !entry.taken);
      if (!oldest) return;
      forget(oldest);
      await rm(join(folder, oldest.file), { force: true });
      onDropped?.(++dropped);
    }
  }

  async function setAside(entry: Entry): Promise<void> {
    await rename(join(folder, entry.file), join(refusedFolder, entry.file)).catch(() =>
      rm(join(folder, entry.file), { force: true }),
    );
    forget(entry);
    const kept = (await readdir(refusedFolder)).toSorted();
    for (const file of kept.slice(0, Math.max(0, kept.length - KEPT_REFUSED))) {
      await rm(join(refusedFolder, file), { force: true });
    }
  }

  const byId = (id: string): Entry | undefined => entries.find((entry) => entry.id === id);

  return {
    get counts() {
      return { waiting: entries.length, bytes, dropped };
    },
    async add(sighting, jpeg) {
      const content = Buffer.concat([Buffer.from(`${JSON.stringify(sighting)}\n`), jpeg]);
      await makeRoom(content.length);
      const file = `${String(next++).padStart(12, '0')}-${sighting.id}.shot`;
      await writeDurably(folder, file, content);
      entries.push({ id: sighting.id, file, bytes: content.length, taken: false });
      bytes += content.length;
      wake();
    },
    async take(signal) {
      while (!signal.aborted) {
        const entry = entries.find((candidate) => !candidate.taken);
        if (!entry) {
          await change(signal);
          continue;
        }
        entry.taken = true;
        const shot = await readShot(join(folder, entry.file));
        if (shot) return shot;
        await setAside(entry);
      }
      return null;
    },
    async delivered(id) {
      const entry = byId(id);
      if (!entry) return;
      // When the removal is lost in a crash the shot is sent again under the same id, which changes nothing.
      await rm(join(folder, entry.file), { force: true });
      forget(entry);
    },
    giveBack(id) {
      const entry = byId(id);
      if (entry) entry.taken = false;
      wake();
    },
    async refuse(id) {
      const entry = byId(id);
      if (entry) await setAside(entry);
    },
    async drained(signal) {
      while (entries.length > 0 && !signal.aborted) await change(signal);
    },
  };
}

async function leftovers(folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const file of (await readdir(folder)).toSorted()) {
    const id = NAME.exec(file)?.[2];
    if (id !== undefined) entries.push({ id, file, bytes: (await stat(join(folder, file))).size, taken: false });
    // Half written when the program was killed.
    else if (file.endsWith('.tmp')) await rm(join(folder, file), { force: true });
  }
  return entries;
}

async function writeDurably(folder: string, file: string, content: Uint8Array): Promise<void> {
  const aside = join(folder, `${randomUUID()}.tmp`);
  try {
    await using handle = await open(aside, 'wx');
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  await rename(aside, join(folder, file));
  await using directory = await open(folder, 'r');
  await directory.sync();
}

/** Null when the file is damaged or gone. */
async function readShot(path: string): Promise<Spooled | null> {
  try {
    const content = await readFile(path);
    const end = content.indexOf(0x0a);
    const sighting = JSON.parse(content.subarray(0, end).toString('utf8')) as Sighting;
    return typeof sighting.id === 'string' && end + 1 < content.length
      ? { sighting, jpeg: content.subarray(end + 1) }
      : null;
  } catch {
    return null;
  }
}
