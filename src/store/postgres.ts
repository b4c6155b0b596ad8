// PostgreSQL as a backend: a pool of connections; work that writes the change log goes through one group commit per process
// under an advisory lock, so that its numbers grow in the order of commits.

import { Kysely, PostgresDialect, sql } from 'kysely';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { hideCredentials, type Log } from '../log.ts';
import type { Backend } from './backend.ts';
import { openCommitHints, type CommitHints } from './commit-hints.ts';
import { createCommitListeners } from './commit-listeners.ts';
import { createGroupCommit, type GroupTransaction } from './group-commit.ts';
import { LOCKS, takeLock } from './locks.ts';
import { postgresCode, postgresServer } from './postgres-driver.ts';
import type { Db, Tables } from './schema.ts';

const TRIES = 3;

export async function openPostgres({ url, log }: { readonly url: string; readonly log: Log }): Promise<Backend> {
  const server = postgresServer(url);
  const listeners = createCommitListeners(log);
  let hints: CommitHints;
  try {
    hints = await openCommitHints(
      (onHint, onLost) => server.listen(onHint, onLost),
      () => listeners.notify(),
      log,
    );
  } catch (error) {
    throw translate(error, server.name);
  }
  const pool = server.openPool((error) => log.warn({ err: error }, `a connection to ${server.name} broke`));
  const db: Db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const group = createGroupCommit<Db>({
    transact: (body, isRepeatable) => transact(db, body, isRepeatable),
    // Other processes wait for the lock that long.
    maxMs: 50,
    maxSize: 64,
  });

  async function committed<T>(work: () => Promise<T>): Promise<T> {
    try {
      const value = await retryDeadlocks(work);
      listeners.notify();
      hints.notify();
      return value;
    } catch (error) {
      throw translate(error, server.name);
    }
  }

  return {
    kind: 'postgres',
    async read(work) {
      try {
        return await work(db);
      } catch (error) {
        throw translate(error, server.name);
      }
    },
    write: (work) => committed(() => db.transaction().setIsolationLevel('read committed').execute(work)),
    writeChanges: (work) => committed(() => group.run(work)),
    writeRepeatable: (work) => committed(() => group.run(work, true)),
    onCommit: (listener) => listeners.add(listener),
    // Its own vacuum does that, a little later.
    scrub: () => Promise.resolve(),
    async close() {
      await group.close();
      await hints.close();
      await db.destroy();
      // Kysely ends the pool only if it was ever used.
      if (!pool.ended) await pool.end();
    },
  };
}

async function transact(
  db: Db,
  body: (transaction: GroupTransaction<Db>) => Promise<void>,
  isRepeatable: boolean,
): Promise<void> {
  const transaction = await db.startTransaction().setIsolationLevel('read committed').execute();
  try {
    // Before anything else, so that everybody takes locks in the same order.
    await takeLock(transaction, LOCKS.changes);
    if (isRepeatable) await sql`set local synchronous_commit = off`.execute(transaction);
    await body({
      handle: transaction,
      savepoint: async () => {
        await transaction.savepoint('piece').execute();
      },
      release: async () => {
        await transaction.releaseSavepoint('piece' as never).execute();
      },
      rollbackTo: async () => {
        await transaction.rollbackToSavepoint('piece' as never).execute();
      },
    });
    await transaction.commit().execute();
  } catch (error) {
    try {
      await transaction.rollback().execute();
    } catch {
      // The connection is broken, which has undone everything as well; the first error says more.
    }
    throw error;
  }
}

async function retryDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES || !DEADLOCKS.has(postgresCode(error))) throw error;
    }
  }
}

/** deadlock_detected, serialization_failure */
const DEADLOCKS = new Set(['40P01', '40001']);
const DISK_FULL = '53100';
/** character_not_in_repertoire: NUL. */
const NO_CHARACTER = '22021';
/** Wrong password, user or right to connect; no such database. */
const REFUSED = /^(28...|3D000)$/;
const UNREACHABLE =
  /^(08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|EPIPE|ENOENT)$/;

function translate(error: unknown, server: string): unknown {
  if (isKithError(error)) return error;
  const code = postgresCode(error);
  const reason = hideCredentials(messageOf(error) || code);
  if (code === DISK_FULL) {
    const message = `The disk of PostgreSQL at ${server} is full: make room, then try again; nothing was lost.`;
    return new KithError('unavailable', message, { cause: error, status: 507 });
  }
  if (code === NO_CHARACTER) {
    const message = 'A text has a character that no database can keep (NUL): leave it out.';
    return new KithError('invalid', message, { cause: error });
  }
  if (REFUSED.test(code)) {
    const message = `PostgreSQL at ${server} does not let Kith in (${reason}): check user, password and database in DATABASE_URL.`;
    return new KithError('unavailable', message, { cause: error });
  }
  if (UNREACHABLE.test(code)) {
    const message = `PostgreSQL at ${server} cannot be reached (${reason}): start it, or check host and port in DATABASE_URL.`;
    return new KithError('unavailable', message, { cause: error });
  }
  return error;
}
