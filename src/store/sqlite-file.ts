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

/** `SQLITE_FULL`, `SQLITE_BUSY`… of an error of the database, also when it is the cause of another. */
export function sqliteCode(error: unknown): string | undefined {
  if (error instanceof Database.SqliteError) return error.code;
  return error instanceof Error && error.cause !== undefined ? sqliteCode(error.cause) : undefined;
}
