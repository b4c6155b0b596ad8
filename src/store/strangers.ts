// Strangers as people work them off. Counted over visits, of which there are far fewer than detections.

import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { HALF_LIFE_MS, MOST_OF_TRACK, type StrangerShot, type StrangerStore } from '../stranger-port.ts';
import type { Backend } from './backend.ts';
import { chunksOf } from './chunks.ts';
import { decodeCursor, rowsToFetch, toPage } from './cursor.ts';
import { selectDetections, toDetection } from './detection-rows.ts';
import { bytesToVectors } from './vectors.ts';

/** So many of the latest detections, and of the latest visits, are looked at for the best. */
const LATEST = 60;
const BEST = 24;
const NOTHING = new Uint8Array();

export function createStrangers(backend: Backend): StrangerStore {
  return {
    counts: (cameras, now) =>
      backend.read(async (db) => {
        const rows = await db
          // Grouped in the order of the index, then named: no sorting.
          .with('counted', (with_) =>
            with_
              .selectFrom('visits as v')
              .select(['v.person_id'])
              .select([
                sql<number>`cast(sum(v.detections) as bigint)`.as('sightings'),
                sql<number>`count(*)`.as('visits'),
                sql<number>`min(v.first_at)`.as('firstAt'),
                sql<number>`max(v.last_at)`.as('lastAt'),
                sql<number>`sum(v.detections * power(0.5, (cast(${now} as double precision) - v.last_at) / ${HALF_LIFE_MS}))`.as(
                  'weight',
                ),
              ])
              .where('v.person_id', 'in', (eb) =>
                eb
                  .selectFrom('persons as u')
                  .select('u.id')
                  .where('u.kind', '=', 'unknown')
                  .where('u.hidden_at', 'is', null),
              )
              .where(among('v.camera_id', cameras))
              .groupBy('v.person_id'),
          )
          .selectFrom('counted as c')
          .innerJoin('persons as p', 'p.id', 'c.person_id')
          .select(['p.id', 'p.name', 'p.ignored', 'c.sightings', 'c.visits', 'c.firstAt', 'c.lastAt', 'c.weight'])
          .execute();
        return rows.map((row) => ({ ...row, ignored: row.ignored === 1 }));
      }),

    camerasOf: (ids, cameras) =>
      backend.read(async (db) => {
        const found = new Map<string, { cameraId: string; sightings: number }[]>();
        for (const some of chunksOf(ids)) {
          const rows = await db
            .selectFrom('visits as v')
            .select(['v.person_id', 'v.camera_id', sql<number>`cast(sum(v.detections) as bigint)`.as('sightings')])
            .where('v.person_id', 'in', some)
            .where(among('v.camera_id', cameras))
            .groupBy(['v.person_id', 'v.camera_id'])
            .orderBy('sightings', 'desc')
            .orderBy('v.camera_id')
            .execute();
          for (const { person_id: id, camera_id: cameraId, sightings } of rows) {
            found.set(id, [...(found.get(id) ?? []), { cameraId, sightings }]);
          }
        }
        return found;
      }),

    shots: (id, cameras, model) =>
      backend.read(async (db) => {
        const ofVisits = await db
          .selectFrom('visits as v')
          .select('v.best_detection_id as id')
          .where('v.person_id', '=', id)
          .where(among('v.camera_id', cameras))
          .orderBy('v.last_at', 'desc')
          .limit(LATEST)
          .execute();
        const columns = ['d.id', 'd.camera_id', 'd.captured_at', 'd.quality', 't.vector'] as const;
        const shots = () =>
          db
            .selectFrom('detections as d')
            .leftJoin('detection_templates as t', (join) =>
              join.onRef('t.detection_id', '=', 'd.id').on('t.model', '=', model),
            )
            .select(columns)
            .where('d.person_id', '=', id);
        const latest = await shots()
          .where(among('d.camera_id', cameras))
          .orderBy('d.captured_at', 'desc')
          .limit(LATEST)
          .execute();
        const known = new Set(latest.map((row) => row.id));
        const missing = ofVisits.map((row) => row.id).filter((best) => !known.has(best));
        const best = missing.length > 0 ? await shots().where('d.id', 'in', missing).execute() : [];
        const chosen = [...latest, ...best]
          .toSorted((a, b) => (b.quality ?? 0) - (a.quality ?? 0) || b.captured_at - a.captured_at)
          .slice(0, BEST);
        const vectors = bytesToVectors(chosen.map((row) => row.vector ?? NOTHING));
        return chosen.map((row, i): StrangerShot => {
          const { id: shotId, camera_id: cameraId, captured_at: capturedAt, quality } = row;
          const vector = row.vector === null ? null : (vectors[i] ?? null);
          return { id: shotId, cameraId, capturedAt, quality: quality ?? 0, vector };
        });
      }),

    notPersons: (id) =>
      backend.read(async (db) => {
        const rows = await db
          .selectFrom('exclusions as e')
          .innerJoin('detections as d', 'd.id', 'e.detection_id')
          .select('e.person_id')
          .distinct()
          .where('d.person_id', '=', id)
          .execute();
        return rows.map((row) => row.person_id);
      }),

    async undecided(cameras, page) {
      const limit = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number', 'number']);
      return backend.read(async (db) => {
        // The newest of each track stands for it, so that a page does not depend on the one before. Of a track there are few, of
        // undecided ones many: coalesce keeps SQLite from looking among the latter.
        let heads = selectDetections(db)
          .where('d.decision', '=', 'ambiguous')
          .where(among('d.camera_id', cameras))
          .where(
            sql<SqlBool>`not exists (
              select 1 from detections n where n.track_id = d.track_id and n.camera_id = d.camera_id
                and coalesce(n.decision, '') = 'ambiguous' and (n.captured_at, n.seq) > (d.captured_at, d.seq))`,
          )
          .orderBy('d.captured_at', 'desc')
          .orderBy('d.seq', 'desc')
          .limit(limit);
        if (after) {
          heads = heads.where((eb) => eb(eb.refTuple('d.captured_at', 'd.seq'), '<', eb.tuple(after[0], after[1])));
        }
        const { items, next } = toPage(await heads.execute(), page, (row) => [row.captured_at, row.seq], toDetection);
        const groups = [];
        for (const head of items) {
          if (head.trackId === null) {
            groups.push({ count: 1, detections: [head] });
            continue;
          }
          const ofTrack = selectDetections(db)
            .where('d.track_id', '=', head.trackId)
            .where('d.camera_id', '=', head.cameraId)
            .where(sql<SqlBool>`coalesce(d.decision, '') = 'ambiguous'`);
          const rows = await ofTrack
            .orderBy('d.captured_at', 'desc')
            .orderBy('d.seq', 'desc')
            .limit(MOST_OF_TRACK + 1)
            .execute();
          const count =
            rows.length <= MOST_OF_TRACK
              ? rows.length
              : (
                  await ofTrack
                    .clearSelect()
                    .select(sql<number>`count(*)`.as('n'))
                    .executeTakeFirstOrThrow()
                ).n;
          groups.push({ count, detections: rows.slice(0, MOST_OF_TRACK).map(toDetection) });
        }
        return { items: groups, next };
      });
    },

    openCounts: (cameras) =>
      backend.read(async (db) => {
        const open = db.selectFrom('detections as d').where(among('d.camera_id', cameras));
        const { ambiguous } = await open
          .where('d.decision', '=', 'ambiguous')
          .select(sql<number>`count(distinct coalesce(d.camera_id || ' ' || d.track_id, d.id))`.as('ambiguous'))
          .executeTakeFirstOrThrow();
        const { unidentified } = await open
          .where('d.decision', '=', 'unidentified')
          .select(sql<number>`count(*)`.as('unidentified'))
          .executeTakeFirstOrThrow();
        return { ambiguous, unidentified };
      }),
  };
}

/** Null: all; none: nothing. */
function among(column: 'v.camera_id' | 'd.camera_id', cameras: readonly string[] | null): RawBuilder<SqlBool> {
  if (cameras === null) return sql<SqlBool>`1 = 1`;
  if (cameras.length === 0) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`${sql.ref(column)} in (${sql.join(cameras)})`;
}
