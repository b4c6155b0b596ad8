// What follows from detections and references that changed hands: visits, when somebody was seen last, who has nothing left,
// the copies in the templates, the change log.

import { sql } from 'kysely';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './schema.ts';
import { regroupVisits, type Move } from './visit-regroup.ts';

/** What an entry has changed, or what an undo is about to change back. */
export interface Touched {
  readonly moves: readonly Move[];
  /** Owners before and after. */
  readonly personIds: readonly string[];
}

/** Reads what an entry changed, as long as its changes stand. */
export async function touchedBy(db: Db, seq: number): Promise<Touched> {
  const moves = await db
    .selectFrom('identity_detection_changes as c')
    .innerJoin('detections as d', 'd.id', 'c.detection_id')
    .select(['c.person_id as before', 'd.person_id as now', 'd.camera_id', 'd.captured_at'])
    .where('c.entry_seq', '=', seq)
    .where((eb) => eb('c.person_id', 'is distinct from', eb.ref('d.person_id')))
    .execute();
  const references = await db
    .selectFrom('identity_reference_changes as c')
    .innerJoin('person_references as r', 'r.id', 'c.reference_id')
    .select(['c.person_id as before', 'r.person_id as now'])
    .distinct()
    .where('c.entry_seq', '=', seq)
    .execute();
  const personIds = new Set<string>();
  for (const { now, before } of [...moves, ...references]) {
    if (now !== null) personIds.add(now);
    if (before !== null) personIds.add(before);
  }
  return { moves, personIds: [...personIds] };
}

export interface Aftermath {
  readonly touched: Touched;
  /** Persons that the entry itself has made, and others whose row it changed. */
  readonly madeIds?: readonly string[];
  readonly changedIds?: readonly string[];
  /** A name changes no detection for those who follow the log. */
  readonly quiet?: boolean;
  readonly visitGapMs: number;
  readonly at: number;
}

/** Inside `writeChanges`, after the changes of the entry (or of its undo). */
export async function follow(db: Db, kind: Backend['kind'], seq: number, after: Aftermath): Promise<void> {
  const { touched, at } = after;
  const { personIds } = touched;
  await regroupVisits(db, kind, touched.moves, after.visitGapMs);
  await copyOwners(db, seq);
  const actions = await refreshPersons(db, personIds, at);
  for (const id of after.changedIds ?? []) if (!actions.has(id)) actions.set(id, 'change');
  for (const id of after.madeIds ?? []) if (actions.get(id) !== 'remove') actions.set(id, 'add');
  // Persons before their references, so that whoever follows knows whose they are.
  await logChanges(
    db,
    'gallery',
    [...actions].map(([id, action]) => ({ entity: 'person', action, id })),
    at,
  );
  await sql`
    insert into changes (topic, entity, action, entity_id, at)
    select 'gallery', 'reference', 'change', reference_id, cast(${at} as bigint)
    from identity_reference_changes where entry_seq = ${seq}`.execute(db);
  if (after.quiet) return;
  await sql`
    insert into changes (topic, entity, action, entity_id, at)
    select 'journal', 'detection', 'change', d.id, cast(${at} as bigint)
    from identity_detection_changes c join detections d on d.id = c.detection_id
    where c.entry_seq = ${seq} order by d.seq`.execute(db);
}

/** The templates know the owner of their reference, and the detections the kind of their person. */
async function copyOwners(db: Db, seq: number): Promise<void> {
  await sql`
    update reference_templates set person_id =
      (select r.person_id from person_references r where r.id = reference_templates.reference_id)
    where reference_id in (select reference_id from identity_reference_changes where entry_seq = ${seq})`.execute(db);
}

export type PersonAction = 'add' | 'change' | 'remove';

/** Writes what follows for persons from what is theirs now: an unknown one who has nothing left is hidden, and comes back with
 * the first thing that is hers again. Answers what became of each. */
export async function refreshPersons(
  db: Db,
  personIds: readonly string[],
  at: number,
): Promise<Map<string, PersonAction>> {
  const actions = new Map<string, PersonAction>();
  for (const ids of chunksOf(personIds)) {
    const hiddenBefore = await hiddenOf(db, ids);
    await db
      .updateTable('persons')
      .set({
        last_seen_at: sql<number>`(select max(captured_at) from detections where person_id = persons.id)`,
      })
      .where('id', 'in', ids)
      .execute();
    await db
      .updateTable('persons')
      .set({
        hidden_at: sql<number>`case
          when exists (select 1 from detections where person_id = persons.id) then null
          when exists (select 1 from person_references where person_id = persons.id and retired_at is null) then null
          else coalesce(hidden_at, ${at}) end`,
      })
      .where('id', 'in', ids)
      .where('kind', '=', 'unknown')
      .where('merged_into', 'is', null)
      .execute();
    for (const [id, hidden] of await hiddenOf(db, ids)) {
      const before = hiddenBefore.get(id);
      actions.set(id, hidden && before === false ? 'remove' : !hidden && before === true ? 'add' : 'change');
    }
  }
  return actions;
}

/** A merged person counts as shown here: whoever asks for her hears who she is now. */
async function hiddenOf(db: Db, ids: readonly string[]): Promise<Map<string, boolean>> {
  const rows = await db
    .selectFrom('persons')
    .select(['id', 'hidden_at', 'merged_into'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row.hidden_at !== null && row.merged_into === null]));
}
