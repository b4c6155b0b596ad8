// The cameras that may post.

import type { Camera } from '../domain.ts';
import type { Store } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { checkName, checkText } from './names.ts';
import type { CameraTable } from './schema.ts';

export function createCameras(backend: Backend): Store['cameras'] {
  return {
    async put(id, name) {
      const checked = checkName(name, 'name of the camera');
      checkText(id, 'id of the camera');
      return backend.write(async (db) => {
        const row = await db
          .insertInto('cameras')
          .values({ id, name: checked, created_at: Date.now(), last_seen_at: null })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ name: checked }))
          .returningAll()
          .executeTakeFirstOrThrow();
        return toCamera(row);
      });
    },
    get: (id) =>
      backend.read(async (db) => {
        const row = await db.selectFrom('cameras').selectAll().where('id', '=', id).executeTakeFirst();
        return row ? toCamera(row) : null;
      }),
    list: () =>
      backend.read(async (db) => {
        const rows = await db.selectFrom('cameras').selectAll().orderBy('id').execute();
        return rows.map(toCamera);
      }),
    async remove(id) {
      await backend.write((db) => db.deleteFrom('cameras').where('id', '=', id).execute());
    },
  };
}

function toCamera(row: CameraTable): Camera {
  return { id: row.id, name: row.name, createdAt: row.created_at, lastSeenAt: row.last_seen_at };
}
