// SQLite: the visits of each person, added up. To add up a quarter of a million of them whenever somebody looks at the strangers would hold
// the event loop up. Triggers take away the sums of whoever's visits change; they are made anew when somebody looks.

import { sql } from 'kysely';
import { isKithError } from '../errors.ts';
import { HALF_LIFE_MS } from '../stranger-port.ts';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

/** The camera of the sum over all cameras. */
export const EVERYWHERE = '';
/** Persons of one transaction. */
const AT_ONCE = 100;

/** What one sighting counts at `now`. */
export function faded(now: number, since: 'v.last_at' | 's.weighed_at') {
  return sql<number>`power(0.5, (cast(${now} as double precision) - ${sql.ref(since)}) / ${HALF_LIFE_MS})`;
}

/** Whose sums are to be made. */
export async function withoutSums(db: Db, limit?: number): Promise<string[]> {
  const rows = await db
    .selectFrom('visit_sums')
    .select('person_id')
    .where('sightings', 'is', null)
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
  return rows.map((row) => row.person_id);
}

export async function sumVisits(backend: Backend, now: number): Promise<void> {
  // A look is cheaper than a transaction, and mostly there is nothing to do.
  if ((await backend.read((db) => withoutSums(db, 1))).length === 0) return;
  try {
    while (await backend.write((db) => sumSome(db, now)));
  } catch (error) {
    // A full disk: those without a sum are counted from their visits.
    if (!isKithError(error)) throw error;
  }
}

/** Answers whether there may be more. */
async function sumSome(db: Db, now: number): Promise<boolean> {
  const persons = await withoutSums(db, AT_ONCE);
  if (persons.length === 0) return false;
  await db.deleteFrom('visit_sums').where('person_id', 'in', persons).execute();
  const hers = sql`person_id in (${sql.join(persons)})`;
  await sql`insert into visit_sums
    select v.person_id, v.camera_id, sum(v.detections), max(v.last_at), sum(v.detections * ${faded(now, 'v.last_at')}), ${now}
    from visits v where ${hers} group by v.person_id, v.camera_id`.execute(db);
  await sql`insert into visit_sums
    select person_id, ${EVERYWHERE}, sum(sightings), max(last_at), sum(weight), ${now}
    from visit_sums where ${hers} group by person_id`.execute(db);
  return persons.length === AT_ONCE;
}
