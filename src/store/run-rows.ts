// Rows of actions and their runs as the rest of Kith sees them, and how a run is asked for.

import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { AccessPolicy, Action, Evidence, Run } from '../action-port.ts';
import type { ActionRunTable, ActionTable } from './alert-schema.ts';
import { logChanges } from './changes.ts';
import type { Db } from './schema.ts';

export type ActionRow = Selectable<ActionTable>;
export type RunRow = Selectable<ActionRunTable>;

export function findAction(db: Db, id: string): Promise<ActionRow | undefined> {
  return db.selectFrom('actions').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findRun(db: Db, id: string): Promise<RunRow | undefined> {
  return db.selectFrom('action_runs').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Inside `writeChanges`. Answers its id. */
export async function insertRun(
  db: Db,
  asked: Pick<
    Run,
    'actionId' | 'actionName' | 'cause' | 'by' | 'visitId' | 'personId' | 'detectionId' | 'cameraId' | 'alertId'
  >,
  at: number,
): Promise<string> {
  const id = randomUUID();
  await db
    .insertInto('action_runs')
    .values({
      id,
      action_id: asked.actionId,
      action_name: asked.actionName,
      cause: asked.cause,
      state: 'asked',
      at: Math.round(at),
      made_by: asked.by,
      visit_id: asked.visitId,
      person_id: asked.personId,
      detection_id: asked.detectionId,
      camera_id: asked.cameraId,
      alert_id: asked.alertId,
    })
    .execute();
  await logChanges(db, 'alert', [{ entity: 'run', action: 'add', id }], at);
  return id;
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
