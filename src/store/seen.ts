// A classified detection as rules see it.

import type { Seen } from '../alert-port.ts';
import { groupsOf } from './person-rows.ts';
import type { Db } from './schema.ts';

/** Null where it is not classified. */
export async function seenOf(db: Db, detectionId: string): Promise<Seen | null> {
  const row = await db
    .selectFrom('detections as d')
    .leftJoin('persons as p', 'p.id', 'd.person_id')
    .leftJoin('visits as v', 'v.id', 'd.visit_id')
    .select(['d.camera_id', 'd.track_id', 'd.captured_at', 'd.zones', 'd.decision', 'd.quality', 'd.distance'])
    .select(['d.person_id', 'p.kind', 'p.ignored', 'd.visit_id', 'v.detections'])
    .where('d.id', '=', detectionId)
    .where('d.state', '=', 'classified')
    .executeTakeFirst();
  if (!row || row.decision === null) return null;
  const { person_id: personId, visit_id: visitId, kind } = row;
  return {
    detectionId,
    cameraId: row.camera_id,
    trackId: row.track_id,
    capturedAt: row.captured_at,
    zones: row.zones === null ? [] : (JSON.parse(row.zones) as string[]),
    decision: row.decision,
    quality: row.quality,
    distance: row.distance,
    person:
      personId === null || kind === null
        ? null
        : {
            id: personId,
            kind,
            ignored: row.ignored === 1,
            groups: kind === 'known' ? ((await groupsOf(db, [personId])).get(personId) ?? []) : [],
          },
    visit: visitId === null ? null : { id: visitId, detections: row.detections ?? 1 },
  };
}
