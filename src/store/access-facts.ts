// What a run is judged by, read inside the transaction that decides it.

import type { AccessFacts, AccessShot } from '../action-port.ts';
import { groupsOf } from './person-rows.ts';
import { findAction, hasOpened, toAction, toRun, type RunRow } from './run-rows.ts';
import type { Db } from './schema.ts';

/** Somebody may stand before a door for hours: the latest ones say enough. */
const MOST_SHOTS = 200;

export async function factsOf(db: Db, row: RunRow): Promise<AccessFacts> {
  const action = await findAction(db, row.action_id);
  const seen = row.detection_id === null ? undefined : await detectionOf(db, row.detection_id);
  const visitId = seen?.visit_id ?? null;
  return {
    // The visit that it belongs to now: it may have become a part of another one.
    run: { ...toRun(row), visitId },
    action: action ? toAction(action) : null,
    person: seen?.person_id ? await personOf(db, seen.person_id) : null,
    shots: visitId === null ? [] : await shotsOf(db, visitId),
    opened: visitId !== null && (await hasOpened(db, row.action_id, visitId)),
  };
}

function detectionOf(db: Db, id: string) {
  return db
    .selectFrom('detections')
    .select(['person_id', 'visit_id'])
    .where('id', '=', id)
    .where('state', '=', 'classified')
    .executeTakeFirst();
}

async function personOf(db: Db, id: string): Promise<AccessFacts['person']> {
  const person = await db
    .selectFrom('persons')
    .select(['id', 'kind', 'ignored'])
    .where('id', '=', id)
    .where('hidden_at', 'is', null)
    .executeTakeFirst();
  if (!person) return null;
  const groups = (await groupsOf(db, [id])).get(id) ?? [];
  return { id, kind: person.kind, ignored: person.ignored !== 0, groups };
}

async function shotsOf(db: Db, visitId: string): Promise<AccessShot[]> {
  const rows = await shots(db)
    .where('visit_id', '=', visitId)
    .where('state', '=', 'classified')
    .orderBy('captured_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(MOST_SHOTS)
    .execute();
  const [first] = rows;
  const others = first ? await othersOf(db, rows, { visitId, cameraId: first.camera_id }) : [];
  return [...rows, ...others].toSorted((a, b) => a.captured_at - b.captured_at || a.seq - b.seq).map(toShot);
}

/** Those of the same tracks that do not belong to the visit, the latest ones. By track alone, the rest afterwards: asked for all at once
 * the databases go through all shots of the camera. */
async function othersOf(
  db: Db,
  rows: readonly Row[],
  { visitId, cameraId }: { readonly visitId: string; readonly cameraId: string },
): Promise<readonly Row[]> {
  const tracks = new Set(rows.flatMap(({ track_id: track }) => track ?? []));
  if (tracks.size === 0) return [];
  const found = await shots(db)
    .where('track_id', 'in', [...tracks])
    .execute();
  return found
    .filter((row) => row.state === 'classified' && row.camera_id === cameraId && row.visit_id !== visitId)
    .toSorted((a, b) => b.captured_at - a.captured_at || b.seq - a.seq)
    .slice(0, MOST_SHOTS);
}

function shots(db: Db) {
  return db
    .selectFrom('detections')
    .select(['seq', 'id', 'person_id', 'camera_id', 'track_id', 'captured_at', 'decision', 'decided_by'])
    .select(['nearest_id', 'distance', 'runner_up_distance', 'quality', 'model', 'state', 'visit_id']);
}

type Row = Awaited<ReturnType<ReturnType<typeof shots>['execute']>>[number];

function toShot(row: Row): AccessShot {
  return {
    detectionId: row.id,
    personId: row.person_id,
    cameraId: row.camera_id,
    capturedAt: row.captured_at,
    decision: row.decision,
    decidedBy: row.decided_by,
    nearestId: row.nearest_id,
    distance: row.distance,
    runnerUpDistance: row.runner_up_distance,
    quality: row.quality,
    model: row.model,
  };
}
