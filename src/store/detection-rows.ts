// Rows of the detection log as detections, with the names of the people they point to.

import type { Box, Detection, FivePoints, Sighting } from '../domain.ts';
import type { Db, DetectionTable } from './schema.ts';

/** The base of every query for detections: all columns, the person and the runner-up. */
export function selectDetections(db: Db) {
  return db
    .selectFrom('detections as d')
    .leftJoin('persons as p', 'p.id', 'd.person_id')
    .leftJoin('persons as r', 'r.id', 'd.runner_up_id')
    .selectAll('d')
    .select(['p.name as person_name', 'p.kind as kind_of_person', 'r.id as runner_up', 'r.name as runner_up_name']);
}

export type DetectionRow = Awaited<ReturnType<ReturnType<typeof selectDetections>['execute']>>[number];

export async function findDetection(db: Db, id: string): Promise<Detection | null> {
  const row = await selectDetections(db).where('d.id', '=', id).executeTakeFirst();
  return row ? toDetection(row) : null;
}

export function toDetection(row: DetectionRow): Detection {
  return {
    seq: row.seq,
    id: row.id,
    cameraId: row.camera_id,
    trackId: row.track_id,
    capturedAt: row.captured_at,
    box: row.box === null ? null : (JSON.parse(row.box) as Box),
    points: row.points === null ? null : (JSON.parse(row.points) as FivePoints),
    picture: row.picture,
    receivedAt: row.received_at,
    state: row.state,
    attempts: row.attempts,
    classifiedAt: row.classified_at,
    personId: row.person_id,
    personName: row.person_name,
    personKind: row.kind_of_person,
    decision: row.decision,
    distance: row.distance,
    // A runner-up who was removed since is not pointed to.
    runnerUpId: row.runner_up,
    runnerUpName: row.runner_up_name,
    runnerUpDistance: row.runner_up_distance,
    quality: row.quality,
    model: row.model,
    visitId: row.visit_id,
    reason: row.reason_code === null ? null : { code: row.reason_code, message: row.reason_message ?? '' },
  };
}

type NewRow = Pick<
  DetectionTable,
  'id' | 'camera_id' | 'track_id' | 'captured_at' | 'box' | 'points' | 'picture' | 'received_at'
> & { readonly state: 'pending'; readonly attempts: 0; readonly lease_until: 0 };

export function toNewRow(sighting: Sighting, picture: string, receivedAt: number): NewRow {
  return {
    id: sighting.id,
    camera_id: sighting.cameraId,
    track_id: sighting.trackId,
    captured_at: Math.round(sighting.capturedAt),
    box: sighting.box && JSON.stringify(sighting.box),
    points: sighting.points && JSON.stringify(sighting.points),
    picture,
    received_at: Math.round(receivedAt),
    state: 'pending',
    attempts: 0,
    lease_until: 0,
  };
}
