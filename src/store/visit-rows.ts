// Rows of visits as visits: with the person, the camera's name, and what was decided about the best shot.

import type { Visit } from '../domain.ts';
import { isPointedTo, judgedOf } from './detection-rows.ts';
import type { Db } from './schema.ts';

/** The base of every query for visits. */
export function selectVisits(db: Db) {
  return db
    .selectFrom('visits as v')
    .innerJoin('persons as p', 'p.id', 'v.person_id')
    .leftJoin('cameras as c', 'c.id', 'v.camera_id')
    .leftJoin('detections as d', 'd.id', 'v.best_detection_id')
    .leftJoin('persons as n', (join) => join.onRef('n.id', '=', 'd.nearest_id').on(isPointedTo('n')))
    .leftJoin('persons as r', (join) => join.onRef('r.id', '=', 'd.runner_up_id').on(isPointedTo('r')))
    .selectAll('v')
    .select(['p.name', 'p.kind', 'c.name as camera_name'])
    .select(['d.decision', 'd.decided_by', 'd.distance', 'd.runner_up_distance', 'd.quality'])
    .select(['n.id as nearest', 'n.name as nearest_name', 'r.id as runner_up', 'r.name as runner_up_name']);
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
