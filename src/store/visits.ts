// Visits as people look at them.

import type { Store } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { liveNumbers } from './live-numbers.ts';
import { decodeCursor, rowsToFetch, scannedPage } from './cursor.ts';
import { scan, type Scanned, type ScanKey } from './scan.ts';
import type { Db } from './schema.ts';
import { selectVisits, toVisit, type VisitRow } from './visit-rows.ts';
import { readVisits, visitsKept } from './visit-scan.ts';
import type { VisitFilter } from '../queries.ts';

export function createVisits(backend: Backend): Store['visits'] {
  return {
    async list(filter, page) {
      const wanted = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number', 'string']);
      const found = await backend.read((db) => scanVisits(db, filter, { after, wanted }));
      return scannedPage(found, page, keyOf, toVisit);
    },

    get: (id) =>
      backend.read(async (db) => {
        const row = await selectVisits(db).where('v.id', '=', id).executeTakeFirst();
        return row ? toVisit(row) : null;
      }),

    numbers: (from, cameras) => backend.read((db) => liveNumbers(db, from, cameras)),
  };
}

const keyOf = (row: VisitRow) => [row.last_at, row.id] as const;

/** Rows in the order of the list, the latest first. */
export async function scanVisits(
  db: Db,
  filter: VisitFilter,
  { after, wanted }: { readonly after: ScanKey<string> | undefined; readonly wanted: number },
): Promise<Scanned<VisitRow, string>> {
  const keep = visitsKept(filter);
  const found = await scan({
    read: (from, count) => readVisits(db, filter, from, count),
    keyOf: (row) => [row.last_at, row.id] as const,
    ...(keep && { keep }),
    after,
    wanted,
  });
  if (found.rows.length === 0) return { rows: [], reached: found.reached };
  const ids = found.rows.map((row) => row.id);
  const rows = await selectVisits(db)
    .where('v.id', 'in', ids)
    .orderBy('v.last_at', 'desc')
    .orderBy('v.id', 'desc')
    .execute();
  return { rows, reached: found.reached };
}
