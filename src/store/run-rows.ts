// Rows of actions and their runs as the rest of Kith sees them, and how a run is asked for.

import { randomUUID } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { AccessPolicy, Action, Evidence, Run } from '../action-port.ts';
import type { ActionRunTable, ActionTable } from './alert-schema.ts';
import { logChanges } from './changes.ts';
import type { Db } from './schema.ts';

export type ActionRow = Selectable<ActionTable>;
export type RunRow = Selectable<ActionRunTable>;

/** Not over. As literals, and as the index says it: SQLite uses an index of some rows only where it sees that the query means no others,
 * and runs that are over become very many. */
export const UNDER_WAY = sql<boolean>`state in ('asked', 'granted', 'started')`;

export function findAction(db: Db, id: string): Promise<ActionRow | undefined> {
  return db.selectFrom('actions').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findRun(db: Db, id: string): Promise<RunRow | undefined> {
  return db.selectFrom('action_runs').selectAll().where('id', '=', id).executeTakeFirst();
}

type Asking = Pick<Run, 'cause' | 'by' | 'visitId' | 'personId' | 'detectionId' | 'cameraId' | 'alertId'>;

/** Inside `writeChanges`: one run of each of these actions. Answers their ids. */
export async function insertRuns(
  db: Db,
  actions: readonly Pick<ActionRow, 'id' | 'name'>[],
  asking: Asking,
  at: number,
): Promise<readonly string[]> {
  if (actions.length === 0) return [];
  const runs = actions.map(({ id, name }) => ({
    id: randomUUID(),
    action_id: id,
    action_name: name,
    cause: asking.cause,
    state: 'asked' as const,
    at: Math.round(at),
    made_by: asking.by,
    visit_id: asking.visitId,
    person_id: asking.personId,
    detection_id: asking.detectionId,
    camera_id: asking.cameraId,
    alert_id: asking.alertId,
  }));
  await db.insertInto('action_runs').values(runs).execute();
  const ids = runs.map(({ id }) => id);
  await logChanges(
    db,
    'alert',
    ids.map((id) => ({ entity: 'run', action: 'add', id })),
    at,
  );
  return ids;
}

/** Was it let through by this visit? Also where the visit was put together from others since. */
export async function hasOpened(db: Db, actionId: string, visitId: string): Promise<boolean> {
  const row = await db
    .selectFrom('action_runs as r')
    .select('r.id')
    .where('r.action_id', '=', actionId)
    .where('r.opens', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('r.opens', '=', visitId),
        eb('r.detection_id', 'in', eb.selectFrom('detections').select('id').where('visit_id', '=', visitId)),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export function toAction(row: ActionRow): Action {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    enabled: row.enabled !== 0,
    settings: JSON.parse(row.settings) as Action['settings'],
    access: row.access === null ? null : (JSON.parse(row.access) as AccessPolicy),
    createdAt: row.created_at,
    version: row.version,
    fixedBy: row.fixed_by,
  };
}

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    seq: row.seq,
    actionId: row.action_id,
    actionName: row.action_name,
    cause: row.cause,
    state: row.state,
    at: row.at,
    startedAt: row.started_at,
    doneAt: row.done_at,
    by: row.made_by,
    visitId: row.visit_id,
    personId: row.person_id,
    detectionId: row.detection_id,
    cameraId: row.camera_id,
    alertId: row.alert_id,
    evidence: row.evidence === null ? [] : (JSON.parse(row.evidence) as readonly Evidence[]),
    error: row.error,
  };
}
