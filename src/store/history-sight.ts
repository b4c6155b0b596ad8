// Which entries of the history are for callers who may see some cameras only.

import { sql } from 'kysely';
import { idsOf, isVisible } from './person-rows.ts';
import type { Db } from './schema.ts';

type ChangedTable = 'identity_detection_changes' | 'identity_exclusion_changes';

function changed(table: ChangedTable) {
  return sql<boolean>`exists (select 1 from ${sql.table(table)} c where c.entry_seq = e.seq)`;
}

/** Of these entries those that changed a detection of one of the cameras, and of those that changed none at all (a name, a group) those
 * about somebody whom the caller may see. */
export async function entriesSeen(
  db: Db,
  seqs: readonly number[],
  cameras: readonly string[],
): Promise<ReadonlySet<number>> {
  if (seqs.length === 0) return new Set();
  const atHers = (table: ChangedTable) =>
    sql<boolean>`exists (select 1 from ${sql.table(table)} c join detections d on d.id = c.detection_id
      where c.entry_seq = e.seq and d.camera_id in (${sql.join(idsOf(cameras))}))`;
  const aboutSomebody = sql<boolean>`exists (select 1 from identity_persons p join persons on persons.id = p.person_id
    where p.entry_seq = e.seq and ${isVisible(cameras)})`;
  const rows = await db
    .selectFrom('identity_entries as e')
    .select('e.seq')
    .where('e.seq', 'in', seqs)
    .where((eb) =>
      eb.or([
        atHers('identity_detection_changes'),
        atHers('identity_exclusion_changes'),
        eb.and([
          eb.not(changed('identity_detection_changes')),
          eb.not(changed('identity_exclusion_changes')),
          aboutSomebody,
        ]),
      ]),
    )
    .execute();
  return new Set(rows.map(({ seq }) => seq));
}
