// Rows of visits as visits: with the person, the camera's name, and what was decided about the best shot.

import type { Judged, Visit } from '../domain.ts';
import type { DetectionRow } from './detection-rows.ts';
import type { Db } from './schema.ts';

/** The base of every query for visits. */
export function selectVisits(db: Db) {
  return (
    db
      .selectFrom('visits as v')
      .innerJoin('persons as p', 'p.id', 'v.person_id')
      .leftJoin('cameras as c', 'c.id', 'v.camera_id')
      .leftJoin('detections as d', 'd.id', 'v.best_detection_id')
      // As for detections: somebody who has nothing left is not pointed to.
      .leftJoin('persons as n', (join) =>
        join
          .onRef('n.id', '=', 'd.nearest_id')
          .on((eb) => eb.or([eb('n.hidden_at', 'is', null), eb('n.merged_into', 'is not', null)])),
      )
      .leftJoin('persons as r', (join) =>
        join
          .onRef('r.id', '=', 'd.runner_up_id')
          .on((eb) => eb.or([eb('r.hidden_at', 'is', null), eb('r.merged_into', 'is not', null)])),
      )
      .selectAll('v')
      .select(['p.name', 'p.kind', 'c.name as camera_name'])
      .select(['d.decision', 'd.decided_by', 'd.distance', 'd.runner_up_distance', 'd.quality'])
      .select(['n.id as nearest', 'n.name as nearest_name', 'r.id as runner_up', 'r.name as runner_up_name'])
  );
}

export type VisitRow = Awaited<ReturnType<ReturnType<typeof selectVisits>['execute']>>[number];

export function toVisit(row: VisitRow): Visit {
  return {
    id: row.id,
    personId: row.person_id,
    personName: row.name,
    personKind: row.kind,
    cameraId: row.camera_id,
    cameraName: row.camera_name ?? row.camera_id,
    firstAt: row.first_at,
    lastAt: row.last_at,
    detections: row.detections,
    bestDetectionId: row.best_detection_id,
    best: judgedOf(row),
  };
}

export function judgedOf(
  row: Pick<
    DetectionRow,
    | 'decision'
    | 'decided_by'
    | 'nearest'
    | 'nearest_name'
    | 'distance'
    | 'runner_up'
    | 'runner_up_name'
    | 'runner_up_distance'
    | 'quality'
  >,
): Judged {
  return {
    decision: row.decision,
    decidedBy: row.decided_by,
    nearestId: row.nearest,
    nearestName: row.nearest_name,
    distance: row.distance,
    runnerUpId: row.runner_up,
    runnerUpName: row.runner_up_name,
    runnerUpDistance: row.runner_up_distance,
    quality: row.quality,
  };
}
