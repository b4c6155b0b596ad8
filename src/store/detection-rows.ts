// Rows of the detection log as detections, with the names of the people they point to.

import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';
import type { Box, Detection, FivePoints, Judged, Sighting } from '../domain.ts';
import type { DetectionFilter } from '../queries.ts';
import { isOneOf } from './one-of.ts';
import type { Db, DetectionTable, Tables } from './schema.ts';

/** The base of every query for detections: all columns, the person, the nearest and the runner-up. */
export function selectDetections(db: Db) {
  return db
    .selectFrom('detections as d')
    .leftJoin('persons as p', 'p.id', 'd.person_id')
    .leftJoin('persons as n', (join) => join.onRef('n.id', '=', 'd.nearest_id').on(isPointedTo('n')))
    .leftJoin('persons as r', (join) => join.onRef('r.id', '=', 'd.runner_up_id').on(isPointedTo('r')))
    .selectAll('d')
    .select(['p.name as person_name', 'p.kind as kind_of_person'])
    .select(['n.id as nearest', 'n.name as nearest_name', 'r.id as runner_up', 'r.name as runner_up_name']);
}

/** Somebody who has nothing left is not pointed to; one who was merged leads on. */
export function isPointedTo(person: 'n' | 'r'): Expression<SqlBool> {
  return sql<SqlBool>`(${sql.ref(`${person}.hidden_at`)} is null or ${sql.ref(`${person}.merged_into`)} is not null)`;
}

export type WithDetections = Tables & { d: DetectionTable };

/** For queries in which the detections are `d`. */
export function matchesFilter(filter: DetectionFilter): Expression<SqlBool> {
  const eb = expressionBuilder<WithDetections, 'd'>();
  const conditions: Expression<SqlBool>[] = [];
  if (filter.state) conditions.push(eb('d.state', '=', filter.state));
  if (filter.personId !== undefined) conditions.push(eb('d.person_id', '=', filter.personId));
  if (filter.cameraId !== undefined) conditions.push(eb('d.camera_id', '=', filter.cameraId));
  if (filter.cameraIds) conditions.push(isOneOf(sql.ref('d.camera_id'), filter.cameraIds));
  if (filter.trackId !== undefined) conditions.push(eb('d.track_id', '=', filter.trackId));
  if (filter.kind) conditions.push(eb('d.person_kind', '=', filter.kind));
  if (filter.decision) conditions.push(eb('d.decision', '=', filter.decision));
  if (filter.decidedBy) conditions.push(eb('d.decided_by', '=', filter.decidedBy));
  if (filter.qualityAtLeast !== undefined) conditions.push(eb('d.quality', '>=', filter.qualityAtLeast));
  if (filter.visitId !== undefined) conditions.push(eb('d.visit_id', '=', filter.visitId));
  if (filter.from !== undefined) conditions.push(eb('d.captured_at', '>=', filter.from));
  if (filter.to !== undefined) conditions.push(eb('d.captured_at', '<', filter.to));
  return eb.and(conditions);
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
    zones: zonesOf(row),
    picture: row.picture,
    receivedAt: row.received_at,
    state: row.state,
    attempts: row.attempts,
    classifiedAt: row.classified_at,
    personId: row.person_id,
    personName: row.person_name,
    personKind: row.kind_of_person,
    ...judgedOf(row),
    model: row.model,
    visitId: row.visit_id,
    // Why there is nobody says nothing any more once there is somebody.
    reason:
      row.reason_code === null || row.person_id !== null
        ? null
        : { code: row.reason_code, message: row.reason_message ?? '' },
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

export function zonesOf({ zones }: Pick<DetectionTable, 'zones'>): readonly string[] {
  return zones === null ? [] : (JSON.parse(zones) as readonly string[]);
}

type NewRow = Pick<
  DetectionTable,
  'id' | 'camera_id' | 'track_id' | 'captured_at' | 'box' | 'points' | 'zones' | 'picture' | 'received_at'
> & { readonly state: 'pending'; readonly attempts: 0; readonly lease_until: 0 };

export function toNewRow(sighting: Sighting, picture: string, receivedAt: number): NewRow {
  return {
    id: sighting.id,
    camera_id: sighting.cameraId,
    track_id: sighting.trackId,
    captured_at: Math.round(sighting.capturedAt),
    box: sighting.box && JSON.stringify(sighting.box),
    points: sighting.points && JSON.stringify(sighting.points),
    zones: sighting.zones.length === 0 ? null : JSON.stringify(sighting.zones),
    picture,
    received_at: Math.round(receivedAt),
    state: 'pending',
    attempts: 0,
    lease_until: 0,
  };
}
