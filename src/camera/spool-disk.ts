// The spool's files: one per shot, written aside, fsynced and renamed, so that a crash leaves whole shots or none. The first line
// is what is known of the shot as JSON, the rest is the picture.

import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sighting } from '../domain.ts';

/** What stands in the first line. */
export interface Kept {
  readonly sighting: Sighting;
  /** How good the shot is, 0 to 1. */
  readonly score: number;
}

export interface Leftover extends Kept {
  readonly file: string;
  readonly bytes: number;
  /** When it was written, by the clock of then. */
  readonly writtenAt: number;
}

export interface SpoolDisk {
  /** What earlier runs have left, oldest first; half written files are removed. A file that a broken disk does not give stays. */
  leftovers(): Promise<readonly Leftover[]>;
  /** Durable when it answers. */
  write(file: string, content: Uint8Array): Promise<void>;
  /** Null when the file is damaged or gone. */
  read(file: string): Promise<{ readonly kept: Kept; readonly jpeg: Uint8Array } | null>;
  remove(file: string): Promise<void>;
  /** Out of the queue, for people to look at; the last hundred are kept. */
  setAside(file: string): Promise<void>;
}

const NAME = /^\d{12}-([0-9a-f-]{36})\.shot$/;
const KEPT_ASIDE = 100;
/** The first line is a few hundred bytes long, a few thousand with many zones of long names. */
const HEAD_BYTES = 16_384;

/** The number orders the files, not the clock, which may be set back. */
export function fileOf(number: number, id: string): string {
  return `${String(number).padStart(12, '0')}-${id}.shot`;
}

export function contentOf({ sighting, score }: Kept, jpeg: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ ...sighting, score })}\n`), jpeg]);
}

/** Throws what the file system says when the folder cannot be made. */
export async function openSpoolDisk(folder: string): Promise<SpoolDisk> {
  const aside = join(folder, 'refused');
  await mkdir(aside, { recursive: true });

  async function setAside(file: string): Promise<void> {
    await rename(join(folder, file), join(aside, file)).catch(() => rm(join(folder, file), { force: true }));
    const kept = (await readdir(aside)).toSorted();
    for (const old of kept.slice(0, Math.max(0, kept.length - KEPT_ASIDE))) await rm(join(aside, old), { force: true });
  }

  return {
    async leftovers() {
      const found: Leftover[] = [];
      for (const file of (await readdir(folder)).toSorted()) {
        // A disk that became read-only after a power cut: what cannot be tidied must not keep the camera from starting.
        if (file.endsWith('.tmp')) await rm(join(folder, file), { force: true }).catch(() => undefined);
        if (!NAME.test(file)) continue;
        const head = await readHead(join(folder, file)).catch(() => null);
        if (head) found.push({ file, ...head });
        else await setAside(file).catch(() => undefined);
      }
      return found;
    },
    write: (file, content) => writeDurably(folder, file, content),
    async read(file) {
      const content = await readFile(join(folder, file)).catch(() => null);
      const kept = content && parseHead(content);
      if (!content || !kept) return null;
      const jpeg = content.subarray(content.indexOf(0x0a) + 1);
      return jpeg.length > 0 ? { kept, jpeg } : null;
    },
    remove: (file) => rm(join(folder, file), { force: true }),
    setAside,
  };
}

async function readHead(path: string): Promise<Omit<Leftover, 'file'> | null> {
  await using handle = await open(path, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const kept = parseHead(buffer.subarray(0, bytesRead));
  if (!kept) return null;
  const { size, mtimeMs } = await stat(path);
  return { ...kept, bytes: size, writtenAt: mtimeMs };
}

function parseHead(content: Buffer): Kept | null {
  const end = content.indexOf(0x0a);
  if (end < 0) return null;
  try {
    const { score, ...sighting } = JSON.parse(content.subarray(0, end).toString('utf8')) as Sighting & {
      score?: number;
    };
    // Those of earlier versions know no zones.
    const whole = { ...sighting, zones: (sighting as Partial<Sighting>).zones ?? [] };
    return typeof sighting.id === 'string' ? { sighting: whole, score: score ?? 0.5 } : null;
  } catch {
    return null;
  }
}

async function writeDurably(folder: string, file: string, content: Uint8Array): Promise<void> {
  const aside = join(folder, `${randomUUID()}.tmp`);
  try {
    await using handle = await open(aside, 'wx');
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
  await rename(aside, join(folder, file));
  await using directory = await open(folder, 'r');
  await directory.sync();
}
