// Strangers as people work them off: how often they were seen, whom they may be, what lies between two persons.

import { sql, type SqlBool } from 'kysely';
import { MOST_OF_TRACK, type StrangerStore } from '../stranger-port.ts';
import { among } from './among.ts';
import type { Backend } from './backend.ts';
import { toCompare } from './comparable.ts';
import { decodeCursor, rowsToFetch, toPage } from './cursor.ts';
import { selectDetections, toDetection } from './detection-rows.ts';
import { isOneOf } from './one-of.ts';
import { countStrangers, visitsOf } from './stranger-counts.ts';
import { shotsOf } from './stranger-shots.ts';
import { isUndecided } from './undecided.ts';

export function createStrangers(backend: Backend): StrangerStore {
  return {
    counts: (cameras, now) => countStrangers(backend, cameras, Math.round(now)),
    visitsOf: (ids, cameras) => backend.read((db) => visitsOf(db, ids, cameras)),

    shots: (ids, cameras, model) => backend.read((db) => shotsOf(db, ids, cameras, model)),

    notPersons: (ids) =>
      backend.read(async (db) => {
        // From the exclusions, few as they are, to their detections: the other way would be through all that was seen of these persons.
        const rows = await db
          .selectFrom('exclusions as e')
          .crossJoin('detections as d')
          .select(['d.person_id as of', 'e.person_id as not'])
          .distinct()
          .whereRef('d.id', '=', 'e.detection_id')
          .where(isOneOf(sql`coalesce(d.person_id, '')`, ids))
          .execute();
        return new Map(
          [...Map.groupBy(rows, (row) => row.of ?? '')].map(([id, some]) => [id, some.map((row) => row.not)]),
        );
      }),

    toCompare: (ids) => backend.read((db) => toCompare(db, ids)),

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
        // Both at once: by one of them alone SQLite would take the index of all decisions and fetch each row.
        const counted = await db
          .selectFrom('detections as d')
          .select([
            sql<number>`count(distinct case when d.decision = 'ambiguous' then coalesce(d.camera_id || ' ' || d.track_id, d.id) end)`.as(
              'ambiguous',
            ),
            sql<number>`count(*) filter (where d.decision = 'unidentified')`.as('unidentified'),
          ])
          .where(isUndecided)
          .where(among('d.camera_id', cameras))
          .executeTakeFirstOrThrow();
        return counted;
      }),
  };
}
