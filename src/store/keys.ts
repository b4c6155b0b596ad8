// API keys: only their hashes are kept.

import { randomUUID } from 'node:crypto';
import type { ApiKey, Scope } from '../domain.ts';
import type { Store } from '../store-port.ts';
import { KithError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { checkName } from './names.ts';
import type { KeyTable } from './schema.ts';

/** A key is used many times a second; when it was used last matters to the minute. */
const USED_EVERY_MS = 60_000;

export function createKeys(backend: Backend): Store['keys'] {
  const written = new Map<string, number>();

  return {
    async add(key) {
      const row: KeyTable = {
        id: randomUUID(),
        name: checkName(key.name, 'name of the key'),
        scopes: JSON.stringify(key.scopes),
        camera_id: key.cameraId,
        hash: key.hash,
        created_at: Date.now(),
        last_used_at: null,
      };
      return backend.write(async (db) => {
        const inserted = await db
          .insertInto('api_keys')
          .values(row)
          .onConflict((conflict) => conflict.column('hash').doNothing())
          .returning('id')
          .executeTakeFirst();
        if (!inserted) throw new KithError('conflict', 'There is a key with this secret already: make a new one.');
        return toKey(row);
      });
    },
    byHash: (hash) =>
      backend.read(async (db) => {
        const row = await db.selectFrom('api_keys').selectAll().where('hash', '=', hash).executeTakeFirst();
        return row ? toKey(row) : null;
      }),
    list: () =>
      backend.read(async (db) => {
        const rows = await db.selectFrom('api_keys').selectAll().orderBy('created_at').orderBy('id').execute();
        return rows.map(toKey);
      }),
    async remove(id) {
      written.delete(id);
      await backend.write((db) => db.deleteFrom('api_keys').where('id', '=', id).execute());
    },
    async used(id, at) {
      if (at - (written.get(id) ?? -Infinity) < USED_EVERY_MS) return;
      written.set(id, at);
      // Another process may have written it meanwhile.
      await backend.write((db) =>
        db
          .updateTable('api_keys')
          .set({ last_used_at: Math.round(at) })
          .where('id', '=', id)
          .where((eb) =>
            eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', Math.round(at) - USED_EVERY_MS)]),
          )
          .execute(),
      );
    },
  };
}

function toKey(row: KeyTable): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as Scope[],
    cameraId: row.camera_id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}
