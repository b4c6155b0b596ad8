// The audit log: rows are only ever added, and forgotten when they are old.

import { sql, type Selectable } from 'kysely';
import type { AuditEntry, AuditStore } from '../user-port.ts';
import type { Backend } from './backend.ts';
import { decodeCursor, rowsToFetch, toPage } from './cursor.ts';
import type { AuditTable } from './schema.ts';

export function createAudit(backend: Backend): AuditStore {
  return {
    async add({ at, actor, address, action, entity, entityId, status, detail }) {
      await backend.write((db) =>
        db
          .insertInto('audit')
          .values({
            at: Math.round(at),
            actor: actor.name,
            actor_id: actor.id,
            actor_kind: actor.kind,
            address,
            action,
            entity,
            entity_id: entityId,
            status,
            detail: detail && JSON.stringify(detail),
          })
          .execute(),
      );
    },

    async list({ actor, action, entity, from, to }, page) {
      const limit = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number']);
      const rows = await backend.read((db) => {
        let query = db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit);
        if (after) query = query.where('seq', '<', after[0]);
        if (actor !== undefined) {
          query = query.where((eb) => eb.or([eb('actor_id', '=', actor), eb('actor', '=', actor)]));
        }
        if (action !== undefined) {
          // `.` and `/` are neighbours: everything that begins with `person.`.
          query = query.where((eb) =>
            eb.or([
              eb('action', '=', action),
              eb.and([eb('action', '>', `${action}.`), eb('action', '<', `${action}/`)]),
            ]),
          );
        }
        if (entity !== undefined) {
          query = query.where((eb) => eb.or([eb('entity_id', '=', entity), eb('entity', '=', entity)]));
        }
        if (from !== undefined) query = query.where('at', '>=', from);
        if (to !== undefined) query = query.where('at', '<', to);
        return query.execute();
      });
      return toPage(rows, page, (row) => [row.seq], toEntry);
    },

    actions: () =>
      backend.read(async (db) => {
        // From one name to the next by the index, instead of through all rows.
        const { rows } = await sql<{ action: string }>`with recursive found(action) as (
            select min(action) from audit
            union all
            select (select min(a.action) from audit a where a.action > found.action) from found where found.action is not null
          ) select action from found where action is not null`.execute(db);
        return rows.map((row) => row.action);
      }),

    prune: (before) =>
      backend.write(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('audit')
          .where('at', '<', Math.round(before))
          .executeTakeFirstOrThrow();
        return Number(numDeletedRows);
      }),
  };
}

function toEntry(row: Selectable<AuditTable>): AuditEntry {
  return {
    seq: row.seq,
    at: row.at,
    actor: { id: row.actor_id, name: row.actor, kind: row.actor_kind },
    address: row.address,
    action: row.action,
    entity: row.entity,
    entityId: row.entity_id,
    status: row.status,
    detail: row.detail === null ? null : (JSON.parse(row.detail) as Record<string, unknown>),
  };
}
