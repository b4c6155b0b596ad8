// Forgets detections for good: rows, templates, the references that came from them, and what the history kept of them.

import { sql } from 'kysely';
import { KithError } from '../errors.ts';
import { refreshPersons } from './aftermath.ts';
import { forgetAlertSightings } from './alert-erasure.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { chunksOf } from './chunks.ts';
import { picturesOutOfUse } from './pictures-in-use.ts';
import { forgetRunsBy } from './run-erasure.ts';
import type { Db } from './schema.ts';
import { regroupVisits, type Move } from './visit-regroup.ts';

/** Inside `writeChanges`. Answers the pictures that nothing points to any more. */
export async function eraseDetections(
  db: Db,
  kind: Backend['kind'],
  detectionIds: readonly string[],
  visitGapMs: number,
): Promise<string[]> {
  const at = Date.now();
  const wanted = [...new Set(detectionIds)];
  const moves: Move[] = [];
  const pictures: string[] = [];
  const owners = new Set<string>();
  const references: string[] = [];
  for (const ids of chunksOf(wanted)) {
    await forgetHistory(db, ids);
    await forgetRunsBy(db, ids);
    await forgetAlertSightings(db, ids, at);
    // Also those that were taken out of the gallery: an undo would bring them back.
    const gone = await db
      .deleteFrom('person_references')
      .where('detection_id', 'in', ids)
      .returning(['id', 'person_id', 'picture'])
      .execute();
    for (const reference of gone) {
      references.push(reference.id);
      owners.add(reference.person_id);
      pictures.push(reference.picture);
    }
    // Templates and what each is not go with the row.
    const rows = await db
      .deleteFrom('detections')
      .where('id', 'in', ids)
      .returning(['id', 'person_id', 'camera_id', 'captured_at', 'picture'])
      .execute();
    if (rows.length < ids.length) {
      const known = new Set(rows.map((row) => row.id));
      const missing = ids.find((id) => !known.has(id)) ?? '';
      throw new KithError('not_found', `There is no detection ${JSON.stringify(missing)}: nothing was erased.`);
    }
    for (const row of rows) {
      pictures.push(row.picture);
      if (row.person_id === null) continue;
      owners.add(row.person_id);
      moves.push({ before: row.person_id, now: null, camera_id: row.camera_id, captured_at: row.captured_at });
    }
  }
  await regroupVisits(db, kind, moves, visitGapMs);
  const actions = await refreshPersons(db, [...owners], at);
  const persons = [...actions].map(([id, action]) => ({ entity: 'person', action, id }) as const);
  await logChanges(db, 'gallery', [...persons, ...removed('reference', references)], at);
  await logChanges(db, 'journal', removed('detection', wanted), at);
  return picturesOutOfUse(db, pictures);
}

function removed(entity: 'reference' | 'detection', ids: readonly string[]) {
  return ids.map((id) => ({ entity, action: 'remove', id }) as const);
}

/** An entry that was about these alone cannot be undone any more; of one that was about others too, the rest still can. */
async function forgetHistory(db: Db, ids: readonly string[]): Promise<void> {
  const touched = new Set<number>();
  const forget = (table: 'identity_detection_changes' | 'identity_exclusion_changes') =>
    db.deleteFrom(table).where('detection_id', 'in', ids).returning('entry_seq').execute();
  for (const { entry_seq } of await forget('identity_detection_changes')) touched.add(entry_seq);
  for (const { entry_seq } of await forget('identity_exclusion_changes')) touched.add(entry_seq);
  const ofReferences = await db
    .deleteFrom('identity_reference_changes')
    .where('reference_id', 'in', (eb) =>
      eb.selectFrom('person_references').select('id').where('detection_id', 'in', ids),
    )
    .returning('entry_seq')
    .execute();
  for (const { entry_seq } of ofReferences) touched.add(entry_seq);
  for (const seq of touched) {
    await sql`
      update identity_entries set erased = 1 where seq = ${seq}
        and not exists (select 1 from identity_detection_changes where entry_seq = ${seq})
        and not exists (select 1 from identity_exclusion_changes where entry_seq = ${seq})
        and not exists (select 1 from identity_reference_changes where entry_seq = ${seq})
        and not exists (select 1 from identity_person_changes where entry_seq = ${seq})`.execute(db);
  }
}
