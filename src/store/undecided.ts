// Shots that are nobody's, by track: what people look at where there is no visit. A track stands where its latest such shot stands.

import { sql, type SqlBool } from 'kysely';
import type { Undecided } from '../domain.ts';
import type { TimelineFilter } from '../queries.ts';
import { judgedOf, selectDetections } from './detection-rows.ts';
import { scan, type Scanned, type ScanKey } from './scan.ts';
import type { Db } from './schema.ts';
import { several } from './several.ts';

interface Shot {
  readonly seq: number;
  readonly id: string;
  readonly camera_id: string;
  readonly track_id: string | null;
  readonly captured_at: number;
  readonly state: string;
  readonly decision: string | null;
  readonly quality: number | null;
}

const COLUMNS = ['seq', 'id', 'camera_id', 'track_id', 'captured_at', 'state', 'decision', 'quality'] as const;

/** A shot with those of its track that count, itself among them. */
export interface Anchor extends Shot {
  readonly shots: readonly Shot[];
}

export type Asked = Pick<TimelineFilter, 'cameraId' | 'cameraIds' | 'decision' | 'qualityAtLeast' | 'from' | 'to'>;

/** Both words spelt out: SQLite takes the index `detections_undecided` only where it sees that they are those of the index. */
export const isUndecided = sql<SqlBool>`decision in ('ambiguous', 'unidentified')`;

function counts(row: Shot, { decision, qualityAtLeast, to }: Asked): boolean {
  return (
    row.state === 'classified' &&
    (row.decision === 'ambiguous' || row.decision === 'unidentified') &&
    (decision === undefined || row.decision === decision) &&
    (qualityAtLeast === undefined || (row.quality ?? 0) >= qualityAtLeast) &&
    (to === undefined || row.captured_at < to)
  );
}

/** The latest first. */
export async function scanUndecided(
  db: Db,
  asked: Asked,
  { after, wanted }: { readonly after: ScanKey<number> | undefined; readonly wanted: number },
): Promise<Scanned<Anchor, number>> {
  const { from, to, cameraId, decision } = asked;
  const decisions = (['ambiguous', 'unidentified'] as const).filter(
    (one) => decision === undefined || decision === one,
  );
  const cameras = asked.cameraIds && new Set(asked.cameraIds);
  return scan<Anchor, number>({
    read: async (last, count) => {
      const along = (which: 'ambiguous' | 'unidentified') => {
        let query = db
          .selectFrom('detections')
          .select(COLUMNS)
          .where('decision', '=', which)
          .orderBy('captured_at', 'desc')
          .orderBy('seq', 'desc')
          .limit(count);
        if (from !== undefined) query = query.where('captured_at', '>=', from);
        if (to !== undefined) query = query.where('captured_at', '<', to);
        if (last) query = query.where((eb) => eb(eb.refTuple('captured_at', 'seq'), '<', eb.tuple(last[0], last[1])));
        return query;
      };
      const rows: readonly Shot[] = await db
        .selectFrom(several(db, decisions.map(along)).as('u'))
        .selectAll()
        .orderBy('captured_at', 'desc')
        .orderBy('seq', 'desc')
        .limit(count)
        .execute();
      const ofTrack = await shotsOf(db, rows, asked);
      return rows.map((row) => ({ ...row, shots: ofTrack.get(trackOf(row)) ?? [row] }));
    },
    keyOf: (row) => [row.captured_at, row.seq],
    keep: (row) =>
      counts(row, asked) &&
      (cameraId === undefined || row.camera_id === cameraId) &&
      (cameras?.has(row.camera_id) ?? true) &&
      !row.shots.some((shot) => isLater(shot, row)),
    after,
    wanted,
  });
}

function isLater(a: Shot, b: Shot): boolean {
  return a.captured_at > b.captured_at || (a.captured_at === b.captured_at && a.seq > b.seq);
}

/** By track alone, the rest afterwards: asked for both at once the databases may well go through all undecided shots there are. */
async function shotsOf(db: Db, rows: readonly Shot[], asked: Asked): Promise<ReadonlyMap<string, readonly Shot[]>> {
  const tracks = new Set(rows.flatMap((row) => row.track_id ?? []));
  if (tracks.size === 0) return new Map();
  const shots = await db
    .selectFrom('detections')
    .select(COLUMNS)
    .where('track_id', 'in', [...tracks])
    .execute();
  return Map.groupBy(
    shots.filter((shot) => counts(shot, asked)),
    trackOf,
  );
}

function trackOf({ camera_id, track_id, id }: Shot): string {
  return JSON.stringify(track_id === null ? [id] : [camera_id, track_id]);
}

/** With what was decided about the best shot of each. */
export async function toUndecided(db: Db, anchors: readonly Anchor[]): Promise<readonly Undecided[]> {
  if (anchors.length === 0) return [];
  const bestIds = anchors.map(({ shots }) => bestOf(shots).id);
  const best = await selectDetections(db)
    .leftJoin('cameras as c', 'c.id', 'd.camera_id')
    .select('c.name as camera_name')
    .where('d.id', 'in', bestIds)
    .execute();
  const byId = new Map(best.map((row) => [row.id, row]));
  return anchors.flatMap(({ id, camera_id, track_id, captured_at, shots }, i) => {
    const row = byId.get(bestIds[i] ?? '');
    // Erased meanwhile.
    if (!row) return [];
    return {
      id,
      personId: null,
      trackId: track_id,
      cameraId: camera_id,
      cameraName: row.camera_name ?? camera_id,
      firstAt: shots.reduce((least, shot) => Math.min(least, shot.captured_at), captured_at),
      lastAt: captured_at,
      detections: shots.length,
      bestDetectionId: row.id,
      best: judgedOf(row),
    };
  });
}

function bestOf(shots: readonly Shot[]): Shot {
  return shots.reduce((best, shot) => ((shot.quality ?? 0) > (best.quality ?? 0) ? shot : best));
}
