// The best shots of strangers: chosen from what visits and detections say of their quality, then fetched all at once.

import { sql } from 'kysely';
import type { StrangerShot } from '../stranger-port.ts';
import { among } from './among.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './schema.ts';
import { bytesToVectors } from './vectors.ts';

/** So many of the latest detections, and of the latest visits, are looked at for the best. */
const LATEST = 60;
const BEST = 24;
const NOTHING = new Uint8Array();

type Cameras = readonly string[] | null;

export async function shotsOf(
  db: Db,
  ids: readonly string[],
  cameras: Cameras,
  model: string,
): Promise<ReadonlyMap<string, readonly StrangerShot[]>> {
  const best: string[] = [];
  for (const id of ids) best.push(...(await bestOf(db, id, cameras)));
  const shots: { readonly personId: string; readonly shot: StrangerShot }[] = [];
  for (const some of chunksOf(best)) {
    const rows = await db
      .selectFrom('detections as d')
      .leftJoin('detection_templates as t', (join) =>
        join.onRef('t.detection_id', '=', 'd.id').on('t.model', '=', model),
      )
      .select(['d.id', 'd.person_id', 'd.camera_id', 'd.captured_at', 'd.quality', 't.vector'])
      .where('d.id', 'in', some)
      .execute();
    const vectors = bytesToVectors(rows.map((row) => row.vector ?? NOTHING));
    for (const [i, { person_id: personId, ...row }] of rows.entries()) {
      if (personId === null) continue;
      const { id, camera_id: cameraId, captured_at: capturedAt, quality } = row;
      const vector = row.vector === null ? null : (vectors[i] ?? null);
      shots.push({ personId, shot: { id, cameraId, capturedAt, quality: quality ?? 0, vector } });
    }
  }
  const wanted = new Set(ids);
  return new Map(
    [...Map.groupBy(shots, ({ personId }) => personId)]
      .filter(([id]) => wanted.has(id))
      .map(([id, some]) => [
        id,
        some.map(({ shot }) => shot).toSorted((a, b) => b.quality - a.quality || b.capturedAt - a.capturedAt),
      ]),
  );
}

/** Ids, without a look at the templates. */
async function bestOf(db: Db, id: string, cameras: Cameras): Promise<string[]> {
  const { rows } = await sql<{ id: string; quality: number; at: number }>`
    select id, quality, at from (
      select v.best_detection_id as id, v.best_quality as quality, v.last_at as at from visits v
      where v.person_id = ${id} and ${among('v.camera_id', cameras)} order by v.last_at desc limit ${LATEST}
    ) as best
    union
    select id, quality, at from (
      select d.id, coalesce(d.quality, 0) as quality, d.captured_at as at from detections d
      where d.person_id = ${id} and ${among('d.camera_id', cameras)} order by d.captured_at desc limit ${LATEST}
    ) as latest`.execute(db);
  const ordered = rows.toSorted((a, b) => b.quality - a.quality || b.at - a.at);
  return [...new Set(ordered.map((row) => row.id))].slice(0, BEST);
}
