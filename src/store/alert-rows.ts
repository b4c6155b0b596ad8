// Rows of alerts as alerts, with their sightings and what became of them.

import type { Selectable } from 'kysely';
import type { Alert, AlertOutcome, AlertSighting } from '../alert-port.ts';
import type { AlertTable } from './alert-schema.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './schema.ts';
import { summaryText } from './summary.ts';

export async function findAlert(db: Db, id: string): Promise<Alert | null> {
  const [alert] = await findAlerts(db, [id]);
  return alert ?? null;
}

/** In the order of the ids; those that are gone are left out. */
export async function findAlerts(db: Db, ids: readonly string[]): Promise<Alert[]> {
  const alerts = new Map<string, Alert>();
  for (const some of chunksOf(ids)) {
    const rows = await db.selectFrom('alerts').selectAll().where('id', 'in', some).execute();
    const sightings = await sightingsOf(db, some);
    const outcomes = await outcomesOf(db, some);
    for (const row of rows) {
      alerts.set(row.id, toAlert(row, sightings.get(row.id) ?? [], outcomes.get(row.id) ?? []));
    }
  }
  return ids.flatMap((id) => alerts.get(id) ?? []);
}

function toAlert(
  row: Selectable<AlertTable>,
  sightings: readonly AlertSighting[],
  outcomes: readonly AlertOutcome[],
): Alert {
  return {
    id: row.id,
    seq: row.seq,
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    event: row.event,
    at: row.at,
    cameraId: row.camera_id,
    personId: row.person_id,
    since: row.since,
    sightings,
    outcomes,
    version: row.version,
  };
}

async function sightingsOf(db: Db, alertIds: readonly string[]): Promise<Map<string, AlertSighting[]>> {
  const rows = await db
    .selectFrom('alert_sightings')
    .selectAll()
    .where('alert_id', 'in', alertIds)
    .orderBy('alert_id')
    .orderBy('position')
    .execute();
  const of = new Map<string, AlertSighting[]>();
  for (const row of rows) {
    add(of, row.alert_id, {
      detectionId: row.detection_id,
      visitId: row.visit_id,
      personId: row.person_id,
      at: row.at,
      cameraId: row.camera_id,
    });
  }
  return of;
}

async function outcomesOf(db: Db, alertIds: readonly string[]): Promise<Map<string, AlertOutcome[]>> {
  const rows = await db
    .selectFrom('alert_outcomes as o')
    .leftJoin('identity_entries as e', 'e.seq', 'o.entry_seq')
    .select(['o.alert_id', 'o.at', 'o.actor', 'o.said', 'e.summary'])
    .where('o.alert_id', 'in', alertIds)
    .orderBy('o.seq')
    .execute();
  const of = new Map<string, AlertOutcome[]>();
  for (const { alert_id: id, at, actor, said, summary } of rows) {
    const text = [said, summary === null ? null : summaryText(summary)].filter((part) => part !== null).join(': ');
    add(of, id, { at, by: actor, text });
  }
  return of;
}

function add<T>(of: Map<string, T[]>, key: string, value: T): void {
  const known = of.get(key);
  if (known) known.push(value);
  else of.set(key, [value]);
}
