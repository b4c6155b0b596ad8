// The store's part of keeping the house: what waits and since when, what failed and is to be tried again, how large the database is.

import { sql } from 'kysely';
import type { UpkeepStore } from '../upkeep-port.ts';
import type { Backend } from './backend.ts';
import { schemaVersion } from './migrations.ts';
import { isOneOf } from './one-of.ts';

/** Rows of one transaction: nobody waits long for it. */
const AT_ONCE = 500;

export function createUpkeep(backend: Backend): UpkeepStore {
  const postgres = backend.kind === 'postgres';

  return {
    queue: (now) =>
      backend.read(async (db) => {
        // Each of them by an index over the few rows that it is about.
        const waiting = await db
          .selectFrom('detections')
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .where('state', '=', 'pending')
          .executeTakeFirstOrThrow();
        const oldest = await db
          .selectFrom('detections')
          .select('received_at')
          .where('state', '=', 'pending')
          .orderBy('seq')
          .limit(1)
          .executeTakeFirst();
        const leases = await db
          .selectFrom('detections')
          .select(['lease_owner as owner', (eb) => eb.fn.countAll<number>().as('count')])
          .where('state', '=', 'pending')
          .where('lease_until', '>', Math.round(now))
          .where('lease_owner', 'is not', null)
          .groupBy('lease_owner')
          .orderBy('lease_owner')
          .execute();
        const failed = postgres
          ? await db
              .selectFrom('detections')
              .select((eb) => eb.fn.countAll<number>().as('n'))
              .where('state', '=', 'failed')
              .executeTakeFirst()
          : await db.selectFrom('detection_counts').select('n').where('state', '=', 'failed').executeTakeFirst();
        return {
          pending: waiting.n,
          failed: failed?.n ?? 0,
          oldestAt: oldest?.received_at ?? null,
          leases: leases.map(({ owner, count }) => ({ owner: owner ?? '', count })),
        };
      }),

    async retryFailed(ids, cameraIds = null) {
      let retried = 0;
      let after = 0;
      // What fails again while this runs has a number that was passed already.
      for (;;) {
        const rows = await backend.write(async (db) => {
          let chosen = db.selectFrom('detections').select('seq').where('state', '=', 'failed').where('seq', '>', after);
          if (ids !== null) chosen = chosen.where('id', 'in', [...ids]);
          if (cameraIds !== null) chosen = chosen.where(isOneOf(sql.ref('camera_id'), cameraIds));
          const found = await chosen.orderBy('seq').limit(AT_ONCE).execute();
          if (found.length === 0) return found;
          await db
            .updateTable('detections')
            .set({
              state: 'pending',
              attempts: 0,
              lease_owner: null,
              lease_until: 0,
              classified_at: null,
              reason_code: null,
              reason_message: null,
            })
            .where(
              'seq',
              'in',
              found.map(({ seq }) => seq),
            )
            .where('state', '=', 'failed')
            .execute();
          return found;
        });
        retried += rows.length;
        after = rows.at(-1)?.seq ?? after;
        if (rows.length < AT_ONCE) return retried;
      }
    },

    databaseBytes: () =>
      backend.read(async (db) => {
        const size = postgres
          ? sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
          : sql<{ bytes: number }>`select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`;
        const { rows } = await size.execute(db);
        return rows[0]?.bytes ?? 0;
      }),

    schemaVersion: () => backend.read(schemaVersion),
  };
}
