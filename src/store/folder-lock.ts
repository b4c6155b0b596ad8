// Keeps a second process out of a data folder. The lock is an exclusive transaction on a SQLite file of its own: the
// operating system drops it when the process dies, even by kill -9, so there is never a stale lock to remove.

import { join } from 'node:path';
import { KithError } from '../errors.ts';
import { pause } from '../lifecycle.ts';
import { openSqliteFile, sqliteCode, type SqliteFile } from './sqlite-file.ts';

/** A process that was just told to stop may need a moment. */
const TRIES = 5;
const WAIT_MS = 100;

/** KithError `conflict` when another process (or this one) works in the folder; `busy` says so in the caller's words. */
export async function lockFolder(folder: string, busy = busyData(folder)): Promise<{ close(): void }> {
  const file = openSqliteFile(join(folder, 'kith.lock'), 0);
  try {
    for (let tries = 1; !tryLock(file); tries += 1) {
      if (tries === TRIES) {
        throw new KithError('conflict', busy);
      }
      await pause(WAIT_MS);
    }
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}

function busyData(folder: string): string {
  return `The data folder ${folder} is in use by another Kith process: stop that one first, or choose another folder with KITH_DATA.`;
}

function tryLock(file: SqliteFile): boolean {
  try {
    file.exec('begin exclusive');
    return true;
  } catch (error) {
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}
