// Takes an entry of the history back: every row is again as the entry found it, if nothing else has changed it since.

import { sql } from 'kysely';
import { SYSTEM, type Actor, type IdentityEntry } from '../identity-port.ts';
import { KithError } from '../errors.ts';
import { follow, touchedBy } from './aftermath.ts';
import { noteInAlerts } from './alert-outcomes.ts';
import type { Backend } from './backend.ts';
import { fieldsOf, KEPT_OF_DETECTION, KEPT_OF_REFERENCE } from './entry-draft.ts';
import { mustFindEntry } from './history.ts';
import { noteEdit } from './person-edits.ts';
import { refuseTakenName } from './person-rows.ts';
import { CHANGED_OTHERWISE, type Db } from './schema.ts';

interface Wish {
  readonly seq: number;
  readonly actor: Actor;
  readonly visitGapMs: number;
}

/** Inside `writeChanges`. */
export async function undoEntry(db: Db, kind: Backend['kind'], wish: Wish): Promise<IdentityEntry> {
  const { seq, actor, visitGapMs } = wish;
  await refuseHopeless(db, seq);
  await refuseChanged(db, seq);
  const touched = await touchedBy(db, seq);
  const restored = await restorePersons(db, seq, actor);
  await restoreDetections(db, seq);
  if (actor.kind === 'human') await bindUndone(db, seq);
  await restoreReferences(db, seq);
  await restoreExclusions(db, seq);
  await refuseBroken(db, seq);
  const at = Date.now();
  await db
    .updateTable('identity_entries')
    .set({ undone_at: at, undone_by: actor.name })
    .where('seq', '=', seq)
    .execute();
  const { action } = await mustFindEntry(db, seq);
  // Also those whose row came back: somebody who was emptied since is not in the lists again.
  const personIds = [...new Set([...restored, ...touched.personIds])];
  const both = { moves: touched.moves, personIds };
  await follow(db, kind, seq, { touched: both, quiet: action === 'name', visitGapMs, at });
  await noteInAlerts(db, { seq, action, at, actor }, true);
  return mustFindEntry(db, seq);
}

/** A human who takes the system's grouping back has decided: it would only do the same again. */
async function bindUndone(db: Db, seq: number): Promise<void> {
  const { actor } = await mustFindEntry(db, seq);
  if (actor !== SYSTEM.name) return;
  await sql`
    update detections set decided_by = 'human'
    where person_id is not null
      and id in (select detection_id from identity_detection_changes where entry_seq = ${seq})`.execute(db);
}

async function refuseHopeless(db: Db, seq: number): Promise<void> {
  const row = Number.isSafeInteger(seq)
    ? await db.selectFrom('identity_entries').selectAll().where('seq', '=', seq).executeTakeFirst()
    : undefined;
  if (!row) throw new KithError('not_found', `There is no entry ${seq} in the history.`);
  if (row.undone_at !== null) {
    throw new KithError('conflict', `Entry ${seq} was undone already, by ${row.undone_by ?? 'somebody'}.`);
  }
  if (row.erased !== 0) {
    throw new KithError(
      'conflict',
      `Entry ${seq} cannot be undone: what it is about was removed for good, with all that was known of it.`,
    );
  }
}

/** A reference that was removed meanwhile is passed over: there is nothing to put back. */
async function refuseChanged(db: Db, seq: number): Promise<void> {
  const { rows } = await sql<{ last: number | null }>`
    select d.last_entry as last from identity_detection_changes c left join detections d on d.id = c.detection_id
      where c.entry_seq = ${seq} and d.last_entry is distinct from c.entry_seq
    union select p.last_entry from identity_person_changes c left join persons p on p.id = c.person_id
      where c.entry_seq = ${seq} and p.last_entry is distinct from c.entry_seq
    union select r.last_entry from identity_reference_changes c join person_references r on r.id = c.reference_id
      where c.entry_seq = ${seq} and r.last_entry is distinct from c.entry_seq
    union select x.last_entry from identity_exclusion_changes c
      left join exclusions x on x.detection_id = c.detection_id and x.person_id = c.person_id
      where c.entry_seq = ${seq} and c.present = 0 and x.last_entry is distinct from c.entry_seq
    union select x.last_entry from identity_exclusion_changes c
      join exclusions x on x.detection_id = c.detection_id and x.person_id = c.person_id
      where c.entry_seq = ${seq} and c.present = 1`.execute(db);
  if (rows.length === 0) return;
  // Taken back later: the row is gone, its history says by which entry.
  const taken = await sql<{ last: number | null }>`
    select max(l.entry_seq) as last from identity_exclusion_changes c
      join identity_exclusion_changes l on l.detection_id = c.detection_id and l.person_id = c.person_id
      join identity_entries e on e.seq = l.entry_seq
      where c.entry_seq = ${seq} and l.entry_seq > c.entry_seq and e.undone_at is null`.execute(db);
  const later = [...rows, ...taken.rows].flatMap((row) => row.last ?? []);
  refuse(seq, later.length > 0 ? later : [CHANGED_OTHERWISE]);
}

/** After putting back: what came since may not fit to it although it changed other rows. */
async function refuseBroken(db: Db, seq: number): Promise<void> {
  const { rows } = await sql<{ last: number | null }>`
    select p.last_entry as last from identity_detection_changes c
      join detections d on d.id = c.detection_id join persons p on p.id = d.person_id
      where c.entry_seq = ${seq} and p.merged_into is not null
    union select p.last_entry from identity_reference_changes c
      join person_references r on r.id = c.reference_id join persons p on p.id = r.person_id
      where c.entry_seq = ${seq} and r.retired_at is null and p.merged_into is not null
    union select x.last_entry from identity_detection_changes c
      join detections d on d.id = c.detection_id
      join exclusions x on x.detection_id = d.id and x.person_id = d.person_id
      where c.entry_seq = ${seq}`.execute(db);
  if (rows.length > 0)
    refuse(
      seq,
      rows.map((row) => row.last ?? CHANGED_OTHERWISE),
    );
}

function refuse(seq: number, later: readonly number[]): never {
  const last = Math.max(...later);
  const hopeless = later.some((one) => one === CHANGED_OTHERWISE);
  const message =
    last > seq && !hopeless
      ? `Entry ${seq} cannot be undone now: what it changed was changed again, undo entry ${last} first.`
      : `Entry ${seq} cannot be undone any more: what it changed was changed since, and no entry says how.`;
  throw new KithError('conflict', message);
}

/** Answers the persons whose rows it put back. Detections that came to them since follow their kind. */
async function restorePersons(db: Db, seq: number, actor: Actor): Promise<string[]> {
  const rows = await db.selectFrom('identity_person_changes').selectAll().where('entry_seq', '=', seq).execute();
  for (const { entry_seq: _, person_id: id, ...values } of rows) {
    if (values.kind === 'known' && values.hidden_at === null) {
      await refuseTakenName(db, values.name, values.name_key, id);
    }
    const now = await db.selectFrom('persons').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    await db.updateTable('persons').set(values).where('id', '=', id).execute();
    const columns = (['name', 'ignored', 'merged_into'] as const).filter((column) => now[column] !== values[column]);
    await noteEdit(db, id, { actor, at: Date.now(), fields: fieldsOf(columns) });
    await db
      .updateTable('detections')
      .set({
        person_kind: values.kind,
        decision: sql`case when decision in ('known', 'unknown') then ${values.kind} else decision end`,
      })
      .where('person_id', '=', id)
      .where('person_kind', '!=', values.kind)
      .where('id', 'not in', (eb) =>
        eb.selectFrom('identity_detection_changes').select('detection_id').where('entry_seq', '=', seq),
      )
      .execute();
  }
  return rows.map((row) => row.person_id);
}

/** One pass: fifty thousand rows with all their indexes are slow to write twice. */
async function restoreDetections(db: Db, seq: number): Promise<void> {
  await sql`
    update detections set ${keptOf(KEPT_OF_DETECTION)},
      person_kind = (select p.kind from persons p where p.id = c.person_id),
      visit_id = case when c.person_id is distinct from detections.person_id then null else detections.visit_id end
    from identity_detection_changes as c
    where c.entry_seq = ${seq} and c.detection_id = detections.id`.execute(db);
}

async function restoreReferences(db: Db, seq: number): Promise<void> {
  await sql`
    update person_references set ${keptOf(KEPT_OF_REFERENCE)} from identity_reference_changes as c
    where c.entry_seq = ${seq} and c.reference_id = person_references.id`.execute(db);
}

function keptOf(columns: readonly string[]) {
  return sql.join(columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(`c.${column}`)}`));
}

async function restoreExclusions(db: Db, seq: number): Promise<void> {
  await sql`
    delete from exclusions where (detection_id, person_id) in (
      select detection_id, person_id from identity_exclusion_changes where entry_seq = ${seq} and present = 0
    )`.execute(db);
  await sql`
    insert into exclusions (detection_id, person_id, made_by, at, last_entry)
    select detection_id, person_id, made_by, at, last_entry from identity_exclusion_changes
    where entry_seq = ${seq} and present = 1`.execute(db);
}
