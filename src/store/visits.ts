// Visits as people look at them.

import { sql } from 'kysely';
import type { Visit } from '../domain.ts';
import type { Store } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { decodeCursor, rowsToFetch, toPage } from './cursor.ts';
import { isOneOf } from './one-of.ts';
import { liveNumbers } from './live-numbers.ts';
import type { Db } from './schema.ts';

export function createVisits(backend: Backend): Store['visits'] {
  return {
    async list(filter, page) {
      const limit = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number', 'string']);
      const rows = await backend.read((db) => {
        let query = selectVisits(db).orderBy('v.last_at', 'desc').orderBy('v.id', 'desc').limit(limit);
        if (filter.personId !== undefined) query = query.where('v.person_id', '=', filter.personId);
        if (filter.cameraId !== undefined) query = query.where('v.camera_id', '=', filter.cameraId);
        if (filter.cameraIds) query = query.where(isOneOf(sql.ref('v.camera_id'), filter.cameraIds));
        // Visits that overlap the time asked for.
        if (filter.from !== undefined) query = query.where('v.last_at', '>=', filter.from);
        if (filter.to !== undefined) query = query.where('v.first_at', '<', filter.to);
        if (after) query = query.where((eb) => eb(eb.refTuple('v.last_at', 'v.id'), '<', eb.tuple(after[0], after[1])));
        return query.execute();
      });
      return toPage(rows, page, (row) => [row.last_at, row.id], toVisit);
    },

    get: (id) =>
      backend.read(async (db) => {
        const row = await selectVisits(db).where('v.id', '=', id).executeTakeFirst();
        return row ? toVisit(row) : null;
      }),

    numbers: (from, cameras) => backend.read((db) => liveNumbers(db, from, cameras)),
  };
}

function selectVisits(db: Db) {
  return db
    .selectFrom('visits as v')
    .innerJoin('persons as p', 'p.id', 'v.person_id')
    .selectAll('v')
    .select(['p.name', 'p.kind']);
}

function toVisit(row: Awaited<ReturnType<ReturnType<typeof selectVisits>['execute']>>[number]): Visit {
  return {
    id: row.id,
    personId: row.person_id,
    personName: row.name,
    personKind: row.kind,
    cameraId: row.camera_id,
    firstAt: row.first_at,
    lastAt: row.last_at,
    detections: row.detections,
    bestDetectionId: row.best_detection_id,
  };
}
