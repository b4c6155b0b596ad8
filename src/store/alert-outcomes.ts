// What became of an alert: a human's word about its sightings is an outcome in the transaction of that word, and whatever makes
// somebody else of them makes the messages that show them old.

import { sql } from 'kysely';
import type { Actor, IdentityAction } from '../identity-port.ts';
import { growAlerts } from './alert-growth.ts';
import { logChanges } from './changes.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './schema.ts';

/** Nobody waits for an answer to an older one, and somebody who is renamed after years shall not change thousands of messages. */
const ANSWERED_MS = 7 * 86_400_000;
const MOST_ALERTS = 100;

interface Entry {
  readonly seq: number;
  readonly action: IdentityAction;
  readonly at: number;
  readonly actor: Actor;
}

/** Of persons: no detection of theirs changes. */
const ABOUT_PERSONS: readonly IdentityAction[] = ['name', 'ignore', 'unignore'];

/** At the end of each entry of the history, and of its undo (`isUndo`), inside its transaction. */
export async function noteInAlerts(db: Db, entry: Entry, isUndo = false): Promise<void> {
  const { seq, at, actor } = entry;
  const ids = await touchedAlerts(db, entry);
  await outdate(db, ids, at);
  // What the system groups anew is no answer: the messages only show who it is now.
  if (actor.kind !== 'human') return;
  for (const id of ids) {
    await db
      .insertInto('alert_outcomes')
      .values({ alert_id: id, at, actor: actor.name, said: isUndo ? 'Taken back' : null, entry_seq: seq })
      .execute();
  }
}

/** Earlier shots that went along to somebody else. */
export async function outdateAlertsOf(db: Db, detectionIds: readonly string[], at: number): Promise<void> {
  for (const some of chunksOf(detectionIds)) {
    const rows = await db
      .selectFrom('alert_sightings')
      .select('alert_id')
      .distinct()
      .where('detection_id', 'in', some)
      .execute();
    await outdate(
      db,
      rows.map((row) => row.alert_id),
      at,
    );
  }
}

async function touchedAlerts(db: Db, { seq, action, at, actor }: Entry): Promise<readonly string[]> {
  const since = at - ANSWERED_MS;
  // Set by set, along the indexes: an entry may be about fifty thousand detections.
  const changed = sql`select c.detection_id as id from identity_detection_changes c join detections d on d.id = c.detection_id
    where c.entry_seq = ${seq} and d.captured_at >= ${since}${
      actor.kind === 'human' ? sql`` : sql` and c.person_id is distinct from d.person_id`
    }`;
  const excluded = sql`select detection_id as id from identity_exclusion_changes where entry_seq = ${seq}`;
  const hers = sql`select d.id from identity_persons i join detections d on d.person_id = i.person_id
    where i.entry_seq = ${seq} and d.captured_at >= ${since}`;
  const sets = ABOUT_PERSONS.includes(action) ? [changed, hers] : [changed, excluded];
  const { rows } = await sql<{ id: string }>`
    select s.alert_id as id from alert_sightings s join alerts a on a.id = s.alert_id
    where a.at >= ${since} and s.detection_id in (${sql.join(sets, sql` union `)})
    group by s.alert_id order by max(a.seq) desc limit ${sql.lit(MOST_ALERTS)}`.execute(db);
  return rows.map((row) => row.id);
}

/** Messages that show an older version are changed. */
export async function outdate(db: Db, alertIds: readonly string[], at: number): Promise<void> {
  if (alertIds.length === 0) return;
  await growAlerts(db, alertIds);
  await logChanges(
    db,
    'alert',
    alertIds.map((id) => ({ entity: 'alert', action: 'change', id })),
    at,
  );
}
