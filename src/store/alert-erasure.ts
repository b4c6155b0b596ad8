// Takes somebody who is erased out of rules and alerts. An alert that is left without a sighting goes, with its deliveries.

import { sql } from 'kysely';
import { outdate } from './alert-outcomes.ts';
import { coolMark } from '../alert-memory.ts';
import { logChanges } from './changes.ts';
import { chunksOf } from './chunks.ts';
import { toRule } from './rules.ts';
import type { Db } from './schema.ts';
import { FORGOTTEN } from './summary.ts';
import { wholeName } from './whole-name.ts';

/** Inside `writeChanges`, before the detections go. */
export async function forgetAlertSightings(db: Db, detectionIds: readonly string[], at: number): Promise<void> {
  for (const some of chunksOf(detectionIds)) {
    const gone = await db
      .deleteFrom('alert_sightings')
      .where('detection_id', 'in', some)
      .returning(['alert_id', 'visit_id', 'person_id', 'camera_id'])
      .execute();
    if (gone.length === 0) continue;
    const alertIds = [...new Set(gone.map((row) => row.alert_id))];
    const marks = gone.flatMap((row) => [
      ...(row.visit_id === null ? [] : [`once:visit:${row.visit_id}`]),
      ...(row.person_id === null ? [] : [coolMark(row.person_id, row.camera_id)]),
    ]);
    await db
      .deleteFrom('rule_marks')
      .where('mark', 'in', [...marks, ''])
      .execute();
    await refreshAlerts(db, alertIds, at);
  }
}

async function refreshAlerts(db: Db, alertIds: readonly string[], at: number): Promise<void> {
  const empty = await db
    .deleteFrom('alerts')
    .where('id', 'in', alertIds)
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('alert_sightings').select('alert_id').whereRef('alert_id', '=', 'alerts.id'))),
    )
    .returning('id')
    .execute();
  const gone = new Set(empty.map((row) => row.id));
  await logChanges(
    db,
    'alert',
    [...gone].map((id) => ({ entity: 'alert', action: 'remove', id })),
    at,
  );
  // What is left is about the first one that is left.
  const left = alertIds.filter((id) => !gone.has(id));
  for (const id of left) {
    const first = await db
      .selectFrom('alert_sightings')
      .select(['camera_id', 'person_id'])
      .where('alert_id', '=', id)
      .orderBy('position')
      .limit(1)
      .executeTakeFirstOrThrow();
    await db
      .updateTable('alerts')
      .set({ camera_id: first.camera_id, subject: first.person_id ?? '' })
      .where('id', '=', id)
      .execute();
  }
  await outdate(db, left, at);
}

/** Inside `writeChanges`, before the persons go. `names`: those they have and had. */
export async function forgetInAlerts(
  db: Db,
  personIds: readonly string[],
  names: readonly string[],
  at: number,
): Promise<void> {
  await db.updateTable('alert_sightings').set({ person_id: null }).where('person_id', 'in', personIds).execute();
  await db.updateTable('alerts').set({ subject: '' }).where('subject', 'in', personIds).execute();
  const missed = await db.deleteFrom('alerts').where('person_id', 'in', personIds).returning('id').execute();
  await logChanges(
    db,
    'alert',
    missed.map(({ id }) => ({ entity: 'alert', action: 'remove', id })),
    at,
  );
  await db.deleteFrom('snoozes').where('person_id', 'in', personIds).execute();
  await forgetMarks(db, personIds);
  for (const name of names) await forgetInOutcomes(db, name);
  await forgetInRules(db, personIds, at);
}

/** Inside a transaction, before their visits go. */
export async function forgetMarks(db: Db, personIds: readonly string[]): Promise<void> {
  const visits = db
    .selectFrom('visits')
    .select(sql<string>`'once:visit:' || id`.as('mark'))
    .where('person_id', 'in', personIds);
  await db.deleteFrom('rule_marks').where('mark', 'in', visits).execute();
  for (const id of personIds) await db.deleteFrom('rule_marks').where('mark', 'like', `cool:${id}:%`).execute();
}

/** "Alerts of Ann are off for an hour." */
async function forgetInOutcomes(db: Db, name: string): Promise<void> {
  const { pattern, whole } = wholeName(name);
  const rows = await db
    .selectFrom('alert_outcomes')
    .select(['seq', 'said'])
    .where(sql<boolean>`said like ${pattern} escape '\\'`)
    .execute();
  for (const { seq, said } of rows) {
    const text = said?.replaceAll(whole, FORGOTTEN) ?? null;
    await db.updateTable('alert_outcomes').set({ said: text }).where('seq', '=', seq).execute();
  }
}

/** A rule that was about her alone is switched off: without her it would be about everybody. */
async function forgetInRules(db: Db, personIds: readonly string[], at: number): Promise<void> {
  for (const row of await db.selectFrom('rules').selectAll().execute()) {
    const rule = toRule(row);
    const persons = rule.persons.filter((id) => !personIds.includes(id));
    if (persons.length === rule.persons.length) continue;
    const definition = JSON.stringify({ ...(JSON.parse(row.definition) as object), persons });
    const enabled = persons.length + rule.groups.length > 0 ? row.enabled : 0;
    await db
      .updateTable('rules')
      .set({ definition, enabled, version: row.version + 1 })
      .where('id', '=', row.id)
      .execute();
    await logChanges(db, 'alert', [{ entity: 'rule', action: 'change', id: row.id }], at);
  }
}
