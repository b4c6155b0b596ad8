// The schema, step by step. Forward only: a step that was released is never changed, a new one is added at the end. All steps
// that are missing run in one transaction.

import { sql } from 'kysely';
import { KithError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Backend } from './backend.ts';
import { LOCKS, takeLock } from './locks.ts';
import { firstSchema } from './migration-1.ts';
import { identities } from './migration-2.ts';
import { cameraSettings } from './migration-3.ts';
import { users } from './migration-4.ts';
import { peopleInDetail } from './migration-5.ts';
import { logFilters } from './migration-6.ts';
import { readInOrder } from './migration-7.ts';
import { alerts } from './migration-8.ts';
import type { Db } from './schema.ts';

export interface Migration {
  readonly name: string;
  /** One that takes long says in the log how far it is. */
  up(db: Db, kind: Backend['kind'], log: Log): Promise<void>;
}

const MIGRATIONS: readonly Migration[] = [
  { name: 'first schema', up: firstSchema },
  { name: 'identities, imports, models', up: identities },
  { name: 'settings, state and figures of cameras', up: cameraSettings },
  { name: 'users, sessions, audit log', up: users },
  { name: 'groups, notes, consent', up: peopleInDetail },
  { name: 'filters of the log', up: logFilters },
  { name: 'templates in the order of time', up: readInOrder },
  { name: 'rules, alerts, channels, actions', up: alerts },
];

/** The schema that this Kith makes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The schema of a database that has been migrated. */
export async function schemaVersion(db: Db): Promise<number> {
  const { version } = await db
    .selectFrom('kith_schema')
    .select(sql<number>`coalesce(max(version), 0)`.as('version'))
    .executeTakeFirstOrThrow();
  return version;
}

/** KithError `unavailable` when a newer Kith made the database. */
export async function migrate(
  backend: Backend,
  log: Log,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const applied = await backend.write(async (db) => {
    // Two processes that start at once: the second waits here and finds everything done.
    if (backend.kind === 'postgres') await takeLock(db, LOCKS.migrations);
    await db.schema
      .createTable('kith_schema')
      .ifNotExists()
      .addColumn('version', 'integer', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .execute();
    const version = await schemaVersion(db);
    if (version > migrations.length) {
      throw new KithError(
        'unavailable',
        `This database was made by a newer Kith (schema ${version}, this program knows ${migrations.length}): update Kith, or use another database.`,
      );
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < version) continue;
      await migration.up(db, backend.kind, log);
      await db
        .insertInto('kith_schema')
        .values({ version: index + 1, name: migration.name, applied_at: Date.now() })
        .execute();
    }
    return { from: version, to: migrations.length };
  });
  if (applied.from !== applied.to) log.info(applied, 'database schema updated');
}
