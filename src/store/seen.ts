// Classified detections as rules see them.

import { sql } from 'kysely';
import type { ReplayFilter, Seen } from '../alert-port.ts';
import type { Page, PageRequest } from '../queries.ts';
import type { Backend } from './backend.ts';
import { decodeCursor, rowsToFetch, toPage } from './cursor.ts';
import { isOneOf } from './one-of.ts';
import { zonesOf } from './detection-rows.ts';
import { groupsOf } from './person-rows.ts';
import type { Db } from './schema.ts';

/** Null where it is not classified. */
export async function seenOf(db: Db, detectionId: string): Promise<Seen | null> {
  const [seen] = await toSeen(db, await selectSeen(db).where('d.id', '=', detectionId).execute());
  return seen ?? null;
}

/** Along the index of what is asked for, the earliest first. */
export async function replaySeen(backend: Backend, filter: ReplayFilter, page: PageRequest): Promise<Page<Seen>> {
  const limit = rowsToFetch(page);
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number', 'number']);
  const { cameraIds, only, from, to } = filter;
  return backend.read(async (db) => {
    let query = selectSeen(db)
      .where('d.captured_at', '>=', Math.round(from))
      .where('d.captured_at', '<', Math.round(to))
      .orderBy('d.captured_at')
      .orderBy('d.seq')
      .limit(limit);
    if (only === 'ambiguous') query = query.where('d.decision', '=', 'ambiguous');
    else if (only !== null) query = query.where('d.person_kind', '=', only);
    if (cameraIds !== null) query = query.where(isOneOf(sql.ref('d.camera_id'), cameraIds));
    if (after) {
      query = query.where((eb) => eb(eb.refTuple('d.captured_at', 'd.seq'), '>', eb.tuple(after[0], after[1])));
    }
    const rows = await query.execute();
    const { next } = toPage(
      rows,
      page,
      (row) => [row.captured_at, row.seq],
      (row) => row.id,
    );
    return { items: await toSeen(db, rows.slice(0, page.limit)), next };
  });
}

function selectSeen(db: Db) {
  return db
    .selectFrom('detections as d')
    .leftJoin('persons as p', 'p.id', 'd.person_id')
    .leftJoin('visits as v', 'v.id', 'd.visit_id')
    .select(['d.id', 'd.seq', 'd.camera_id', 'd.track_id', 'd.captured_at', 'd.zones', 'd.decision'])
    .select(['d.quality', 'd.distance', 'd.person_id', 'p.kind', 'p.ignored', 'd.visit_id', 'v.detections'])
    .where('d.state', '=', 'classified');
}

type Row = Awaited<ReturnType<ReturnType<typeof selectSeen>['execute']>>[number];

async function toSeen(db: Db, rows: readonly Row[]): Promise<Seen[]> {
  const known = rows.flatMap((row) => (row.kind === 'known' && row.person_id !== null ? row.person_id : []));
  const groups = await groupsOf(db, [...new Set(known)]);
  return rows.flatMap((row) =>
    row.decision === null ? [] : { ...plain(row), decision: row.decision, person: personOf(row, groups) },
  );
}

function plain(row: Row): Omit<Seen, 'decision' | 'person'> {
  return {
    detectionId: row.id,
    cameraId: row.camera_id,
    trackId: row.track_id,
    capturedAt: row.captured_at,
    zones: zonesOf(row),
    quality: row.quality,
    distance: row.distance,
    visit: row.visit_id === null ? null : { id: row.visit_id, detections: row.detections ?? 1 },
  };
}

function personOf(row: Row, groups: ReadonlyMap<string, readonly string[]>): Seen['person'] {
  const { person_id: id, kind } = row;
  if (id === null || kind === null) return null;
  return { id, kind, ignored: row.ignored === 1, groups: groups.get(id) ?? [] };
}
