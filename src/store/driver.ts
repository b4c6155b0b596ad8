// What the tables need from a database: reading, and writing in transactions that are durable when they answer.

import type { Transaction } from 'kysely';
import { isKithError, KithError } from '../errors.ts';
import type { Db, Tables } from './schema.ts';

export type Tx = Transaction<Tables>;

export interface Driver {
  readonly kind: 'sqlite' | 'postgres';
  readonly db: Db;
  /** Runs the work in a transaction, perhaps together with other work; answers once it is on disk. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs only reading work; errors are translated like those of `write`. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Takes the lock under which changes get their numbers, so that numbers grow in the order of commits. */
  lockChanges(tx: Tx): Promise<void>;
  /** Tells other processes after the commit that there are changes. */
  announce(tx: Tx): Promise<void>;
  onCommit(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Listeners of commits; one that throws does not keep the others from hearing. */
export function createListeners(): { add(listener: () => void): () => void; call(): void } {
  const listeners = new Set<() => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    call() {
      for (const listener of listeners) queueMicrotask(listener);
    },
  };
}

const DISK_FULL = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT', '53100']);
const GONE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|57P0[123]|08...|SQLITE_IOERR.*)$/;

/** Errors of the database as errors that people may see; what is unknown stays as it is (and is logged whole). */
export function translate(error: unknown): unknown {
  if (isKithError(error) || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (DISK_FULL.has(code)) {
    return new KithError(
      'unavailable',
      `The disk of the database is full (${code}): make room; nothing that was acknowledged is lost.`,
      {
        cause: error,
        status: 507,
      },
    );
  }
  if (GONE.test(code)) {
    return new KithError(
      'unavailable',
      `The database cannot be reached (${code}): check that it runs; the request can be repeated.`,
      { cause: error },
    );
  }
  return error;
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** A unique index has refused the row (SQLite and PostgreSQL). */
export function isDuplicate(error: unknown): boolean {
  const code = error instanceof Error ? codeOf(error) : '';
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}
