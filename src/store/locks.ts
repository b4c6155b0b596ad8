// PostgreSQL's advisory locks that Kith takes; they last until the end of the transaction.

import { sql } from 'kysely';
import type { Db } from './schema.ts';

/** "KITH", so that other programs in the same database do not meet us. */
const NAMESPACE = 0x4b495448;

export const LOCKS = {
  migrations: 1,
  /** Held by every transaction that writes the change log. */
  changes: 2,
  /** Held by whoever changes users: two administrators must not demote each other at the same time. */
  users: 3,
} as const;

export async function takeLock(db: Db, lock: (typeof LOCKS)[keyof typeof LOCKS]): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(NAMESPACE)}, ${sql.lit(lock)})`.execute(db);
}
