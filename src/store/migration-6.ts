// Schema 6: indexes with which every filter of the log stays fast over a million rows.

import { sql } from 'kysely';
import type { Db } from './schema.ts';

export async function logFilters(db: Db): Promise<void> {
  // Few rows are like this, and people look for exactly these. Of the bare column SQLite would take the index of single decisions and
  // sort all rows.
  await sql`create index detections_undecided on detections (captured_at, seq) where coalesce(decision, '') in ('ambiguous', 'unidentified')`.execute(
    db,
  );
  // And one kind of them, for the queue of "A or B?".
  await sql`create index detections_open on detections (decision, captured_at, seq) where decision in ('ambiguous', 'unidentified')`.execute(
    db,
  );
  // Few visits are so long: those that were under way at some time far back are found without going through all since then.
  await sql`create index visits_long on visits (last_at, id) where last_at - first_at >= 3600000`.execute(db);
  // One person at one camera in the order of pages; strangers are counted over it, and the days over the other, out of the index alone.
  await sql`drop index visits_person_camera`.execute(db);
  await sql`create index visits_person_camera on visits (person_id, camera_id, last_at, id, first_at, detections)`.execute(
    db,
  );
  await sql`create index visits_count on visits (last_at, camera_id, person_id)`.execute(db);
}
