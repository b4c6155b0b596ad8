// The only file that imports better-sqlite3: a database file as Kysely's SQLite dialect wants it, with its statements
// prepared once.

import Database from 'better-sqlite3';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

export interface SqliteFile extends SqliteDatabase {
  exec(sql: string): void;
  /** The value of the first column of the first row. */
  pragma(text: string): unknown;
  readonly inTransaction: boolean;
}

/** SQL texts vary with their filters and the length of lists; this many cover what runs all the time. */
const STATEMENTS_KEPT = 200;

export function openSqliteFile(path: string, busyTimeoutMs: number): SqliteFile {
  const database = new Database(path, { timeout: busyTimeoutMs });
  const statements = new Map<string, SqliteStatement>();

  return {
    prepare(sql) {
      const known = statements.get(sql);
      if (known) return known;
      const statement = database.prepare(sql);
      if (statements.size >= STATEMENTS_KEPT) statements.clear();
      statements.set(sql, statement);
      return statement;
    },
    exec(sql) {
      database.exec(sql);
    },
    pragma: (text) => database.pragma(text, { simple: true }),
    get inTransaction() {
      return database.inTransaction;
    },
    close() {
      statements.clear();
      database.close();
    },
  };
}

/** Pages of one step: between two of them progress is told. */
const STEP_PAGES = 1000;

/** Copies a database as it is at this moment into a new file, while others read and write it. Not in a thread that has other things to
 * do. What SQLite says is thrown as it is. */
export async function copySqliteFile(
  from: string,
  to: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const source = new Database(from, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    // One read transaction for all steps: without it a write of another connection would make the copy begin anew, again and again.
    source.exec('begin');
    source.prepare('select count(*) from sqlite_schema').get();
    await source.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        return STEP_PAGES;
      },
    });
  } finally {
    source.close();
  }
}

/** A copy that nobody else has open. Makes one file of it, which needs no log beside it. */
export function openSqliteCopy(path: string): {
  rows(sql: string): IterableIterator<Record<string, unknown>>;
  pragma(text: string): unknown;
  close(): void;
} {
  const database = new Database(path, { fileMustExist: true });
  database.pragma('journal_mode = delete');
  return {
    rows: (sql) => database.prepare(sql).iterate() as IterableIterator<Record<string, unknown>>,
    pragma: (text) => database.pragma(text, { simple: true }),
    close: () => database.close(),
  };
}

/** `SQLITE_FULL`, `SQLITE_BUSY`… of an error of the database, also when it is the cause of another. */
export function sqliteCode(error: unknown): string | undefined {
  if (error instanceof Database.SqliteError) return error.code;
  return error instanceof Error && error.cause !== undefined ? sqliteCode(error.cause) : undefined;
}
