// Finds or makes the visit a detection belongs to. Detections may come late and in any order.

import { randomUUID } from 'node:crypto';
import type { Db, VisitTable } from './schema.ts';

export interface Arrival {
  readonly personId: string;
  readonly cameraId: string;
  readonly detectionId: string;
  readonly at: number;
  readonly quality: number;
  /** Detections that are this near to one another belong together. */
  readonly gapMs: number;
}

/** Answers the visit's id. A late detection that lies between two visits makes them one: the earlier one stays. */
export async function joinVisit(db: Db, arrival: Arrival): Promise<string> {
  const { at, gapMs, detectionId, quality } = arrival;
  const near = await db
    .selectFrom('visits')
    .selectAll()
    .where('person_id', '=', arrival.personId)
    .where('camera_id', '=', arrival.cameraId)
    .where('last_at', '>=', at - gapMs)
    .where('first_at', '<=', at + gapMs)
    .orderBy('first_at')
    .orderBy('id')
    .execute();
  const alone: VisitTable = {
    id: randomUUID(),
    person_id: arrival.personId,
    camera_id: arrival.cameraId,
    first_at: at,
    last_at: at,
    detections: 1,
    best_detection_id: detectionId,
    best_quality: quality,
  };
  const [first, ...others] = near;
  if (!first) {
    await db.insertInto('visits').values(alone).execute();
    return alone.id;
  }
  const { id, ...values } = [...others, alone].reduce(merge, first);
  await db.updateTable('visits').set(values).where('id', '=', id).execute();
  const absorbed = others.map((visit) => visit.id);
  if (absorbed.length > 0) {
    await db.updateTable('detections').set({ visit_id: id }).where('visit_id', 'in', absorbed).execute();
    await db.deleteFrom('visits').where('id', 'in', absorbed).execute();
  }
  return id;
}

/** Of two equally good shots the one that was there first stays the best. */
function merge(visit: VisitTable, other: VisitTable): VisitTable {
  const better = other.best_quality > visit.best_quality ? other : visit;
  return {
    ...visit,
    first_at: Math.min(visit.first_at, other.first_at),
    last_at: Math.max(visit.last_at, other.last_at),
    detections: visit.detections + other.detections,
    best_detection_id: better.best_detection_id,
    best_quality: better.best_quality,
  };
}
