// Opens the store: PostgreSQL where a URL names one, else SQLite in the data folder.

import type { Store } from '../store-port.ts';
import { KithError } from '../errors.ts';
import type { Log } from '../log.ts';
import { migrate } from './migrations.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import { createStore } from './store.ts';

export interface StoreOptions {
  readonly dataDir: string;
  /** `postgres://…` or `postgresql://…` */
  readonly databaseUrl?: string | undefined;
  readonly log: Log;
}

/** KithError `conflict` when another process works in the data folder, `unavailable` when the database cannot be reached,
 * was made by a newer Kith or its disk is full, `invalid` for a URL of another database. */
export async function openStore({ dataDir, databaseUrl, log }: StoreOptions): Promise<Store> {
  const backend = databaseUrl
    ? await openPostgres({ url: checkUrl(databaseUrl), log })
    : await openSqlite({ dataDir, log });
  try {
    await migrate(backend, log);
  } catch (error) {
    await backend.close();
    throw error;
  }
  return createStore(backend);
}

function checkUrl(text: string): string {
  // Only the scheme is quoted: the rest may hold a password.
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'postgres' || scheme === 'postgresql') return text;
  throw new KithError(
    'invalid',
    `DATABASE_URL ${scheme ? `names a database of the kind "${scheme}"` : 'is no URL'}: Kith knows postgres://…; leave it empty to use SQLite in the data folder.`,
  );
}
