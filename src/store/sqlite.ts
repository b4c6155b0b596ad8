// SQLite as a backend: one file in the data folder, one connection, every write in a group commit that is on the disk (WAL,
// synchronous FULL) when it answers; only what is done again where it is lost does not wait for the disk.

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import { isKithError, KithError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Backend } from './backend.ts';
import { createCommitListeners } from './commit-listeners.ts';
import { lockFolder } from './folder-lock.ts';
import { createGroupCommit, type GroupTransaction } from './group-commit.ts';
import { refuseHalfRestored } from './restore-marker.ts';
import type { Db, Tables } from './schema.ts';
import { openSqliteFile, sqliteCode, type SqliteFile } from './sqlite-file.ts';

export interface SqliteOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** Pages of 4 KiB after which the file counts as full: a full disk for tests. */
  readonly maxPages?: number;
}

export async function openSqlite(options: SqliteOptions): Promise<Backend> {
  const folder = resolve(options.dataDir);
  try {
    // Faces are personal: a folder that Kith makes is its owner's alone.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = await lockFolder(folder);
    try {
      refuseHalfRestored(folder);
      return openLocked(folder, lock, options);
    } catch (error) {
      lock.close();
      throw error;
    }
  } catch (error) {
    throw translate(error, folder);
  }
}

function openLocked(folder: string, lock: { close(): void }, options: SqliteOptions): Backend {
  const file = openSqliteFile(join(folder, 'kith.db'), 5000);
  try {
    file.pragma('journal_mode = WAL');
    file.pragma('synchronous = FULL');
    file.pragma('foreign_keys = ON');
    // What is deleted is overwritten: somebody who was erased must not be readable in the file.
    file.pragma('secure_delete = ON');
    file.pragma('cache_size = -32000');
    if (options.maxPages !== undefined) file.pragma(`max_page_count = ${options.maxPages}`);
  } catch (error) {
    file.close();
    throw error;
  }

  const db: Db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: file }) });
  const listeners = createCommitListeners(options.log);
  const group = createGroupCommit<Db>({
    transact: (body, isRepeatable) => transact(db, file, body, isRepeatable),
    // The whole transaction runs in one turn of the event loop: this is how long it may hold the others up.
    maxMs: 10,
    maxSize: 256,
  });

  async function commit<T>(work: (db: Db) => Promise<T>, isRepeatable: boolean): Promise<T> {
    try {
      const value = await group.run(work, isRepeatable);
      listeners.notify();
      return value;
    } catch (error) {
      throw translate(error, folder);
    }
  }

  const write = <T>(work: (db: Db) => Promise<T>): Promise<T> => commit(work, false);

  return {
    kind: 'sqlite',
    async read(work) {
      try {
        return await work(db);
      } catch (error) {
        throw translate(error, folder);
      }
    },
    write,
    writeChanges: write,
    writeRepeatable: (work) => commit(work, true),
    onCommit: (listener) => listeners.add(listener),
    async scrub() {
      await db.connection().execute(async () => void file.pragma('wal_checkpoint(TRUNCATE)'));
    },
    async close() {
      await group.close();
      await db.destroy();
      file.close();
      lock.close();
    },
  };
}

async function transact(
  db: Db,
  file: SqliteFile,
  body: (transaction: GroupTransaction<Db>) => Promise<void>,
  isRepeatable: boolean,
): Promise<void> {
  const run = (sql: string) => (): Promise<void> => {
    file.prepare(sql).run([]);
    return Promise.resolve();
  };
  // `connection` keeps everybody else off the one connection until the transaction has ended.
  await db.connection().execute(async (handle) => {
    // With NORMAL the file is as whole after a power failure; only the last transactions may be missing.
    if (isRepeatable) file.pragma('synchronous = NORMAL');
    try {
      await run('begin immediate')();
      await body({
        handle,
        savepoint: run('savepoint piece'),
        release: run('release piece'),
        rollbackTo: async () => {
          await run('rollback to piece')();
          await run('release piece')();
        },
      });
      await run('commit')();
    } catch (error) {
      // After some errors (a full disk) SQLite has rolled back by itself.
      if (file.inTransaction) await run('rollback')();
      throw error;
    } finally {
      if (isRepeatable) file.pragma('synchronous = FULL');
    }
  });
}

function translate(error: unknown, folder: string): unknown {
  if (isKithError(error)) return error;
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : '');
  const unavailable = (message: string, status?: number): KithError =>
    new KithError('unavailable', message, status === undefined ? { cause: error } : { cause: error, status });
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return unavailable(`The disk of ${folder} is full: make room, then try again; nothing was lost.`, 507);
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return unavailable(
      `The database ${join(folder, 'kith.db')} is damaged (${messageOf(error)}): restore it from a backup, or move it away to begin anew.`,
    );
  }
  if (
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'EROFS' ||
    code === 'SQLITE_READONLY' ||
    code.startsWith('SQLITE_CANTOPEN')
  ) {
    return unavailable(
      `The data folder ${folder} cannot be written (${messageOf(error)}): give Kith's user the right to, or choose another folder with KITH_DATA.`,
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return unavailable(
      `The data folder ${folder} cannot be made (${messageOf(error)}): choose another one with KITH_DATA.`,
    );
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return unavailable(`The disk of ${folder} fails (${code}): look at the disk and the system's log.`);
  }
  return error;
}
