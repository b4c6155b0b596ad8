// Shots that are nobody's, by track: what people look at where there is no visit. A track stands where its latest such shot stands.

import { sql } from 'kysely';
import type { Undecided } from '../domain.ts';
import type { TimelineFilter } from '../queries.ts';
import { selectDetections } from './detection-rows.ts';
import { scan, type Scanned, type ScanKey } from './scan.ts';
import type { Db } from './schema.ts';
import { judgedOf } from './visit-rows.ts';

interface Anchor {
  readonly seq: number;
  readonly id: string;
  readonly camera_id: string;
  readonly track_id: string | null;
  readonly captured_at: number;
  /** 1: a later shot of the track stands for it. */
  readonly later: number | boolean;
}

export type Asked = Pick<TimelineFilter, 'cameraId' | 'cameraIds' | 'decision' | 'qualityAtLeast' | 'from' | 'to'>;

/** Spelt as in the index `detections_undecided`, which SQLite compares word for word. */
export function isUndecided(table: string) {
  return sql`coalesce(${sql.ref(`${table}.decision`)}, '') in ('ambiguous', 'unidentified')`;
}

/** The same of the rows of `table` in one track: which of its shots count. */
function counts(table: string, { decision, qualityAtLeast, to }: Asked) {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql.join(
    [
      isUndecided(table),
      sql`${column('state')} = 'classified'`,
      ...(decision === undefined ? [] : [sql`${column('decision')} = ${decision}`]),
      ...(qualityAtLeast === undefined ? [] : [sql`${column('quality')} >= ${qualityAtLeast}`]),
      ...(to === undefined ? [] : [sql`${column('captured_at')} < ${to}`]),
    ],
    sql` and `,
  );
}

/** The latest first. */
export async function scanUndecided(
  db: Db,
  asked: Asked,
  { after, wanted }: { readonly after: ScanKey<number> | undefined; readonly wanted: number },
): Promise<Scanned<Anchor, number>> {
  const { from, decision, qualityAtLeast, cameraId } = asked;
  const cameras = asked.cameraIds && new Set(asked.cameraIds);
  return scan<Anchor & { quality: number | null; decision: string }, number>({
    read: async (last, count) => {
      const { rows } = await sql<Anchor & { quality: number | null; decision: string }>`
        select d.seq, d.id, d.camera_id, d.track_id, d.captured_at, d.quality, d.decision,
          d.track_id is not null and exists (
            select 1 from detections l where l.track_id = d.track_id and l.camera_id = d.camera_id and ${counts('l', asked)}
              and (l.captured_at, l.seq) > (d.captured_at, d.seq)
          ) as later
        from (
          select * from detections as u where ${isUndecided('u')}
            ${asked.to === undefined ? sql`` : sql`and captured_at < ${asked.to}`}
            ${from === undefined ? sql`` : sql`and captured_at >= ${from}`}
            ${last === undefined ? sql`` : sql`and (captured_at, seq) < (${last[0]}, ${last[1]})`}
          order by captured_at desc, seq desc limit ${count}
        ) as d order by d.captured_at desc, d.seq desc`.execute(db);
      return rows;
    },
    keyOf: (row) => [row.captured_at, row.seq],
    keep: (row) =>
      !row.later &&
      (cameraId === undefined || row.camera_id === cameraId) &&
      (cameras?.has(row.camera_id) ?? true) &&
      (decision === undefined || row.decision === decision) &&
      (qualityAtLeast === undefined || (row.quality ?? 0) >= qualityAtLeast),
    after,
    wanted,
  });
}

interface Shot {
  readonly id: string;
  readonly camera_id: string;
  readonly track_id: string | null;
  readonly captured_at: number;
  readonly quality: number | null;
}

/** Each with all shots of its track that count. */
export async function toUndecided(db: Db, anchors: readonly Anchor[], asked: Asked): Promise<readonly Undecided[]> {
  if (anchors.length === 0) return [];
  const tracks = anchors.flatMap((row) => row.track_id ?? []);
  const { rows: shots } =
    tracks.length === 0
      ? { rows: [] }
      : await sql<Shot>`
          select id, camera_id, track_id, captured_at, quality from detections as u
          where track_id in (${sql.join(tracks)}) and ${counts('u', asked)}`.execute(db);
  const ofTrack = Map.groupBy(shots, trackOf);
  const groups = anchors.map((anchor) => {
    const own = anchor.track_id === null ? undefined : ofTrack.get(trackOf(anchor));
    return { anchor, shots: own ?? [{ ...anchor, quality: null }] };
  });
  const bestIds = groups.map((group) => bestOf(group.shots).id);
  const best = await selectDetections(db)
    .leftJoin('cameras as c', 'c.id', 'd.camera_id')
    .select('c.name as camera_name')
    .where('d.id', 'in', bestIds)
    .execute();
  const byId = new Map(best.map((row) => [row.id, row]));
  return groups.flatMap(({ anchor, shots }, i) => {
    const row = byId.get(bestIds[i] ?? '');
    // Decided meanwhile, or erased.
    if (!row) return [];
    return {
      id: anchor.id,
      personId: null,
      trackId: anchor.track_id,
      cameraId: anchor.camera_id,
      cameraName: row.camera_name ?? anchor.camera_id,
      firstAt: shots.reduce((least, shot) => Math.min(least, shot.captured_at), anchor.captured_at),
      lastAt: anchor.captured_at,
      detections: shots.length,
      bestDetectionId: row.id,
      best: judgedOf(row),
    };
  });
}

function trackOf({ camera_id, track_id }: Pick<Shot, 'camera_id' | 'track_id'>): string {
  return JSON.stringify([camera_id, track_id]);
}

function bestOf<T extends Pick<Shot, 'quality'>>(shots: readonly T[]): T {
  return shots.reduce((best, shot) => ((shot.quality ?? 0) > (best.quality ?? 0) ? shot : best));
}
