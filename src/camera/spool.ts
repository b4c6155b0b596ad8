// Shots wait on disk until the back end has acknowledged them. Bounded by number, bytes and age: old and poor shots go first, and
// that is counted and said. Where the disk fails, they wait in memory rather than being lost.

import type { Sighting } from '../domain.ts';
import { messageOf } from '../errors.ts';
import { contentOf, fileOf, openSpoolDisk, type Kept, type SpoolDisk } from './spool-disk.ts';
import { steadyClock, timeOfCapture, YEAR_2000, type SteadyClock } from './spool-clock.ts';

export interface Spooled {
  readonly sighting: Sighting;
  readonly jpeg: Uint8Array;
}

export interface SpoolCounts {
  readonly waiting: number;
  readonly bytes: number;
  /** Given up because the spool was full or they were too old, since it was opened. */
  readonly dropped: number;
}

export interface Spool {
  readonly counts: SpoolCounts;
  /** Why shots are not safe from a power cut at present, in words; null while the disk takes them. */
  readonly trouble: string | null;
  /** Durable when it answers, unless there is `trouble`. `score`: how good the shot is, 0 to 1. */
  add(sighting: Sighting, jpeg: Uint8Array, score?: number): Promise<void>;
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

export type Dropped = 'full' | 'old';

export interface SpoolOptions {
  readonly folder: string;
  // Looked at each time, as settings change.
  readonly maxShots?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxAgeMs?: number | undefined;
  readonly onDropped?: (total: number, why: Dropped) => void;
  /** Something has changed about `trouble`. */
  readonly onTrouble?: (trouble: string | null) => void;
  readonly clock?: SteadyClock;
  /** Opens the folder; tests give disks that fail. */
  readonly open?: (folder: string) => Promise<SpoolDisk>;
}

interface Entry extends Kept {
  readonly id: string;
  readonly bytes: number;
  /** Where the content is: a file, or memory while the disk does not take it. */
  file: string | null;
  content: Uint8Array | null;
  readonly addedAt: { readonly wall: number; readonly steady: number };
  /** By the clocks of an earlier run: cannot be corrected any more. */
  readonly leftover: boolean;
  taken: boolean;
}

const WEEK_MS = 7 * 86_400_000;
const MEMORY_BYTES = 20_000_000;
/** Shots that may go for one that a full disk does not take. */
const MOST_FOR_ONE = 3;

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, onDropped, onTrouble } = options;
  const { clock = steadyClock, open = openSpoolDisk } = options;
  let trouble: string | null = null;
  const disk = await open(folder).catch((error: unknown) => {
    trouble = troubleOf(folder, error);
    return null;
  });
  const entries: Entry[] = [];
  const leftovers = await disk?.leftovers().catch((error: unknown) => {
    trouble = troubleOf(folder, error);
    return [];
  });
  for (const { file, bytes, sighting, score, writtenAt } of leftovers ?? []) {
    // A clock that was set back, or not at all when the file was written, makes it young: at worst it stays longer.
    const age = writtenAt < YEAR_2000 ? 0 : Math.max(0, clock.wall() - writtenAt);
    const addedAt = { wall: writtenAt, steady: clock.steady() - age };
    const id = sighting.id;
    entries.push({ id, sighting, score, bytes, file, content: null, addedAt, leftover: true, taken: false });
  }
  let next = entries.reduce((last, { file }) => Math.max(last, Number(file?.slice(0, 12) ?? 0)), 0) + 1;
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  let dropped = 0;
  const waiters = new Set<() => void>();
  if (trouble !== null) onTrouble?.(trouble);

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

  function say(what: string | null): void {
    if (trouble === what) return;
    trouble = what;
    onTrouble?.(what);
  }

  function forget(entry: Entry): void {
    const index = entries.indexOf(entry);
    if (index < 0) return;
    entries.splice(index, 1);
    bytes -= entry.bytes;
    wake();
  }

  async function removeFile({ file }: Entry): Promise<void> {
    // When the removal is lost in a crash, or fails, the shot is sent again under the same id, which changes nothing.
    if (file !== null) await disk?.remove(file);
  }

  async function drop(entry: Entry, why: Dropped): Promise<void> {
    forget(entry);
    dropped++;
    onDropped?.(dropped, why);
    await removeFile(entry).catch((error: unknown) => say(troubleOf(folder, error)));
  }

  async function dropOld(): Promise<void> {
    const now = clock.steady();
    const { maxAgeMs = WEEK_MS } = options;
    for (const entry of entries.filter(({ taken, addedAt }) => !taken && now - addedAt.steady > maxAgeMs)) {
      await drop(entry, 'old');
    }
  }

  async function makeRoom(coming: number): Promise<void> {
    await dropOld();
    // Settings may have changed since.
    const { maxShots = 5_000, maxBytes = 500_000_000 } = options;
    const isFull = (): boolean => entries.length + 1 > maxShots || bytes + coming > maxBytes;
    while (isFull()) {
      const victim = leastMissed(entries);
      if (!victim) return;
      await drop(victim, 'full');
    }
  }

  /** Answers whether the disk has it. */
  async function toDisk(entry: Entry, content: Uint8Array): Promise<boolean> {
    if (!disk) return false;
    const file = fileOf(next++, entry.id);
    for (let sacrificed = 0; ; sacrificed++) {
      try {
        await disk.write(file, content);
        entry.file = file;
        entry.content = null;
        return true;
      } catch (error) {
        const full = ['ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown }).code));
        const victim = full && sacrificed < MOST_FOR_ONE ? leastMissed(entries.filter(({ file }) => file)) : undefined;
        if (!victim) {
          say(troubleOf(folder, error));
          return false;
        }
        await drop(victim, 'full');
      }
    }
  }

  const held = (): Entry[] => entries.filter(({ content }) => content !== null);

  async function inMemory(entry: Entry, content: Uint8Array): Promise<void> {
    entry.content = content;
    while (held().reduce((sum, other) => sum + other.bytes, 0) + content.length > MEMORY_BYTES) {
      const victim = leastMissed(held());
      if (!victim) return;
      await drop(victim, 'full');
    }
  }

  /** The disk works again: what waits in memory becomes safe. */
  async function heal(): Promise<void> {
    for (const entry of held()) {
      if (entry.content && !(await toDisk(entry, entry.content))) return;
    }
    say(null);
  }

  async function contentOfEntry(entry: Entry): Promise<Spooled | null> {
    const jpeg = entry.content
      ? entry.content.subarray(entry.content.indexOf(0x0a) + 1)
      : entry.file === null
        ? null
        : ((await disk?.read(entry.file))?.jpeg ?? null);
    if (!jpeg) return null;
    const { sighting, addedAt, leftover } = entry;
    const capturedAt = timeOfCapture(sighting.capturedAt, leftover ? null : addedAt, clock);
    return { sighting: { ...sighting, capturedAt }, jpeg };
  }

  async function setAside(entry: Entry): Promise<void> {
    if (entry.file !== null) await disk?.setAside(entry.file);
    forget(entry);
  }

  const byId = (id: string): Entry | undefined => entries.find((entry) => entry.id === id);

  return {
    get counts() {
      return { waiting: entries.length, bytes, dropped };
    },
    get trouble() {
      return trouble;
    },
    async add(sighting, jpeg, score = 0.5) {
      const content = contentOf({ sighting, score }, jpeg);
      await makeRoom(content.length);
      const addedAt = { wall: clock.wall(), steady: clock.steady() };
      const entry: Entry = {
        id: sighting.id,
        sighting,
        score,
        bytes: content.length,
        file: null,
        content: null,
        addedAt,
        leftover: false,
        taken: false,
      };
      const safe = await toDisk(entry, content);
      if (!safe) await inMemory(entry, content);
      entries.push(entry);
      bytes += entry.bytes;
      wake();
      if (safe && trouble !== null) await heal();
    },
    async take(signal) {
      while (!signal.aborted) {
        await dropOld();
        const entry = entries.find((candidate) => !candidate.taken);
        if (!entry) {
          await change(signal);
          continue;
        }
        entry.taken = true;
        const shot = await contentOfEntry(entry);
        if (shot) return shot;
        // On a broken disk the file stays, and is looked at again by the next run.
        await setAside(entry).catch((error: unknown) => say(troubleOf(folder, error)));
        forget(entry);
      }
      return null;
    },
    async delivered(id) {
      const entry = byId(id);
      if (!entry) return;
      await removeFile(entry).catch((error: unknown) => say(troubleOf(folder, error)));
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

/** Which of them goes: the poorest of the older half; first those whose track has other shots waiting, so that a visit does not
 * vanish as long as another one has two. Never one that is on its way. */
function leastMissed(entries: readonly Entry[]): Entry | undefined {
  const free = entries.filter(({ taken }) => !taken);
  const older = free.slice(0, Math.ceil(free.length / 2));
  const ofTrack = new Map<string, number>();
  for (const { sighting } of entries) {
    if (sighting.trackId !== null) ofTrack.set(sighting.trackId, (ofTrack.get(sighting.trackId) ?? 0) + 1);
  }
  const isSpare = ({ sighting }: Entry): boolean => (ofTrack.get(sighting.trackId ?? '') ?? 0) > 1;
  const spare = older.filter(isSpare);
  const from = spare.length > 0 ? spare : older;
  return from.reduce<Entry | undefined>(
    (worst, entry) => (worst && worst.score <= entry.score ? worst : entry),
    undefined,
  );
}

function troubleOf(folder: string, error: unknown): string {
  // Without the system call and the file, which differ each time.
  const why = messageOf(error).replace(/, .*$/s, '');
  return `The spool folder ${folder} does not take shots (${why}): they wait in memory and would be lost in a power cut. Check space, rights and the disk.`;
}
