// Schema 6: indexes with which every filter of the log stays fast over a million rows.

import { sql } from 'kysely';
import type { Db } from './schema.ts';

export async function logFilters(db: Db): Promise<void> {
  // Few rows are like this, and people look for exactly these.
  await sql`create index detections_undecided on detections (decision, captured_at, seq) where decision in ('ambiguous', 'unidentified')`.execute(
    db,
  );
  // Strangers are counted over their visits: out of the index alone, person by person.
  await sql`drop index visits_person_camera`.execute(db);
  await sql`create index visits_tally on visits (person_id, camera_id, last_at, first_at, detections)`.execute(db);
}
