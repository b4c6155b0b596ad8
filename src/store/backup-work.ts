// Makes one backup, from beginning to end, without giving the thread away: runs in a thread of its own. First the database as it is at
// one moment, then the pictures that it names; the manifest comes last, and only then the folder gets its name.

import { createHash } from 'node:crypto';
import { mkdirSync, openSync, readSync, closeSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DATABASE, infoOf, PICTURES, readManifest, writeManifest, type Manifest } from './backup-manifest.ts';
import { picturesIn, sync, takePictures } from './backup-pictures.ts';
import { copySqliteFile, openSqliteCopy } from './sqlite-file.ts';
import type { BackupInfo } from '../upkeep-port.ts';

export interface BackupOrder {
  readonly dataDir: string;
  /** Where it is made, then renamed to `target`: on the same disk. */
  readonly temporary: string;
  readonly target: string;
  readonly version: string;
  readonly createdAt: number;
  /** Where the database is PostgreSQL's: what this program knows of it. Null: the SQLite file of the data folder. */
  readonly postgres: { readonly schema: number; readonly persons: number; readonly detections: number } | null;
}

export type BackupStep = (step: 'database' | 'pictures', done: number, total: number) => void;

/** Progress is told once for so many pictures. */
const PICTURES_PER_WORD = 200;
const HASH_BYTES = 1_048_576;

export async function makeBackup(order: BackupOrder, onStep: BackupStep): Promise<BackupInfo> {
  const { dataDir, temporary, target, version, postgres } = order;
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  try {
    const from = join(dataDir, PICTURES);
    const to = join(temporary, PICTURES);
    mkdirSync(to, { mode: 0o700 });
    const createdAt = new Date(order.createdAt).toISOString();
    const counted = (total: number) => (taken: { count: number; missing: number }) => {
      const done = taken.count + taken.missing;
      if (done % PICTURES_PER_WORD === 0) onStep('pictures', done, total);
    };
    let manifest: Omit<Manifest, 'format'>;
    if (postgres) {
      onStep('pictures', 0, 0);
      const pictures = takePictures(from, to, picturesIn(from), counted(0));
      manifest = { createdAt, version, store: 'postgres', database: null, pictures, ...postgres };
    } else {
      const file = join(temporary, DATABASE);
      onStep('database', 0, 0);
      await copySqliteFile(join(dataDir, DATABASE), file, (done, total) => onStep('database', done, total));
      const { total, names, ...counts } = inside(file);
      onStep('pictures', 0, total);
      const pictures = takePictures(from, to, names(), counted(total));
      const database = { bytes: statSync(file).size, sha256: hashOfFile(file) };
      manifest = { createdAt, version, store: 'sqlite', database, pictures, ...counts };
      sync(file);
    }
    writeManifest(temporary, manifest);
    // A file system with a journal writes names in their order: when the last of them is on the disk, all are.
    sync(temporary);
    renameSync(temporary, target);
    sync(dirname(target));
    return infoOf(target, readManifest(target));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

const NAMED = 'select picture from detections union select picture from person_references';

/** What a copy of the database holds. */
export function inside(file: string): {
  readonly schema: number;
  readonly persons: number;
  readonly detections: number;
  readonly total: number;
  readonly names: () => Generator<string>;
} {
  const copy = openSqliteCopy(file);
  try {
    const one = (sql: string): number => Number([...copy.rows(`select (${sql}) as n`)][0]?.['n'] ?? 0);
    return {
      schema: one('select max(version) from kith_schema'),
      persons: one('select count(*) from persons where hidden_at is null'),
      detections: one('select count(*) from detections'),
      total: one(`select count(*) from (${NAMED})`),
      *names() {
        const again = openSqliteCopy(file);
        try {
          for (const { picture } of again.rows(NAMED)) yield String(picture);
        } finally {
          again.close();
        }
      },
    };
  } finally {
    copy.close();
  }
}

export function hashOfFile(path: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(HASH_BYTES);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer))
      hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
