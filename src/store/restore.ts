// Puts a backup in the place of what a data folder holds. What was there is kept aside. Nothing is touched before the backup has been read
// whole and lies ready on the same disk; a restore that is broken off while it changes places is said by a marker, and no Kith starts on
// such a folder before it has been done again.

import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KithError } from '../errors.ts';
import { DATABASE, PICTURES, readManifest, type Manifest } from './backup-manifest.ts';
import { picturePath, picturesIn, sync, takePictures } from './backup-pictures.ts';
import { hashOfFile, inside, type BackupStep } from './backup-work.ts';
import { lockFolder } from './folder-lock.ts';
import { SCHEMA_VERSION } from './migrations.ts';
import { openSqliteCopy } from './sqlite-file.ts';
import { UNDER_WAY } from './restore-marker.ts';

export interface Restored {
  readonly manifest: Manifest;
  /** Where what was there is now; null where nothing was. */
  readonly aside: string | null;
}

const DATABASE_FILES = [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, `${DATABASE}-journal`];

/** KithError `not_found` or `invalid` for a folder that is no whole backup of this Kith, `conflict` when Kith runs on the data folder. */
export async function restore(options: {
  readonly from: string;
  readonly dataDir: string;
  readonly store: 'sqlite' | 'postgres';
  readonly now: number;
  readonly onStep?: BackupStep;
}): Promise<Restored> {
  const { store, onStep = () => undefined } = options;
  const from = resolve(options.from);
  const dataDir = resolve(options.dataDir);
  const manifest = readManifest(from);
  if (manifest.store !== store) {
    const names = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const;
    const message = `The backup is of a Kith with ${names[manifest.store]}, the settings name ${names[store]}: set or take away DATABASE_URL.`;
    throw new KithError('invalid', message);
  }
  if (manifest.schema > SCHEMA_VERSION) {
    const message = `The backup was made by a newer Kith (${manifest.version}, schema ${manifest.schema}; this one knows ${SCHEMA_VERSION}): update Kith first.`;
    throw new KithError('invalid', message);
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(dataDir);
  const ready = join(dataDir, '.restoring');
  try {
    rmSync(ready, { recursive: true, force: true });
    mkdirSync(join(ready, PICTURES), { recursive: true, mode: 0o700 });
    const wanted = manifest.database
      ? takeDatabase(from, ready, manifest.database, onStep)
      : picturesIn(join(from, PICTURES));
    const source = join(from, PICTURES);
    const total = manifest.pictures.count;
    const taken = takePictures(source, join(ready, PICTURES), checked(source, wanted), ({ count }) =>
      onStep('pictures', count, total),
    );
    if (taken.count < total) {
      const message = `The backup ${from} is damaged: ${total - taken.count} of its ${total} pictures are missing.`;
      throw new KithError('invalid', message);
    }
    sync(ready);
    return { manifest, aside: exchange(dataDir, ready, manifest, options.now) };
  } finally {
    // After a whole restore there is nothing left of it.
    rmSync(ready, { recursive: true, force: true });
    lock.close();
  }
}

/** Copies the database and answers the pictures that it names. */
function takeDatabase(
  from: string,
  ready: string,
  { bytes, sha256 }: NonNullable<Manifest['database']>,
  onStep: BackupStep,
): Iterable<string> {
  onStep('database', 0, bytes);
  const copy = join(ready, DATABASE);
  copyFileSync(join(from, DATABASE), copy);
  if (hashOfFile(copy) !== sha256) throw damaged(from, 'its database is not the one that was written');
  const database = openSqliteCopy(copy);
  try {
    if (database.pragma('quick_check') !== 'ok') throw damaged(from, 'its database cannot be read');
  } finally {
    database.close();
  }
  sync(copy);
  onStep('database', bytes, bytes);
  return inside(copy).names();
}

/** Lets only whole pictures through: each is named for its content. */
function* checked(source: string, ids: Iterable<string>): Generator<string> {
  for (const id of ids) {
    const path = picturePath(source, id);
    if (existsSync(path) && hashOfFile(path) !== id)
      throw damaged(source, `the picture ${id} has other bytes than were written`);
    yield id;
  }
}

/** The old out, the new in. */
function exchange(dataDir: string, ready: string, manifest: Manifest, now: number): string | null {
  const marker = join(dataDir, UNDER_WAY);
  const names = manifest.database ? [...DATABASE_FILES, PICTURES] : [PICTURES];
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const isAgain = existsSync(marker);
  const aside = join(dataDir, `before-restore-${stamp}`);
  const old = names.filter((name) => existsSync(join(dataDir, name)));
  const isEmpty = old.every(
    (name) => name === PICTURES && readdirSync(join(dataDir, name)).every((one) => one === 'tmp'),
  );
  writeFileSync(marker, `${new Date(now).toISOString()}\n`, { mode: 0o600 });
  sync(marker);
  sync(dataDir);
  if (old.length > 0) mkdirSync(aside, { mode: 0o700, recursive: true });
  for (const name of old) renameSync(join(dataDir, name), join(aside, name));
  for (const name of names) if (existsSync(join(ready, name))) renameSync(join(ready, name), join(dataDir, name));
  sync(dataDir);
  rmSync(marker);
  sync(dataDir);
  if (!isEmpty || isAgain) return old.length > 0 ? aside : null;
  rmSync(aside, { recursive: true, force: true });
  return null;
}

function damaged(from: string, what: string): KithError {
  return new KithError('invalid', `The backup ${from} is damaged: ${what}. Use another one.`);
}
