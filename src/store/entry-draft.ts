// An entry of the history while it is made: each change keeps the rows as they were, then changes them, set by set, so that
// tens of thousands of detections change hands at once. `last_entry` of a row says which entry changed it last; an undo goes by it.

import { expressionBuilder, sql, type Expression, type Insertable, type SqlBool } from 'kysely';
import type { Actor, IdentityAction } from '../identity-port.ts';
import type { PersonField } from '../people-port.ts';
import { noteEdit } from './person-edits.ts';
import type { Db, DetectionTable, PersonTable, ReferenceTable, Tables } from './schema.ts';

export interface Draft {
  readonly db: Db;
  readonly seq: number;
  readonly at: number;
  readonly actor: Actor;
}

export const KEPT_OF_DETECTION = [
  'person_id',
  'state',
  'decision',
  'decided_by',
  'nearest_id',
  'distance',
  'runner_up_id',
  'runner_up_distance',
  'reason_code',
  'reason_message',
  'last_entry',
] as const;

export const KEPT_OF_PERSON = [
  'kind',
  'name',
  'name_key',
  'sort_key',
  'ignored',
  'merged_into',
  'hidden_at',
  'last_entry',
] as const;

export const KEPT_OF_REFERENCE = ['person_id', 'retired_at', 'last_entry'] as const;

/** Conditions over the table `detections`. */
export const ofDetections = expressionBuilder<Tables, 'detections'>();
/** Conditions over the table `person_references`. */
export const ofReferences = expressionBuilder<Tables, 'person_references'>();

export type Condition = Expression<SqlBool>;
export type DetectionValues = Partial<Omit<DetectionTable, 'seq' | 'id' | 'last_entry'>>;

/** Inside `writeChanges`. */
export async function beginEntry(db: Db, action: IdentityAction, actor: Actor): Promise<Draft> {
  const at = Date.now();
  const { seq } = await db
    .insertInto('identity_entries')
    .values({ at, actor: actor.name, action, summary: '[]', detections: 0 })
    .returning('seq')
    .executeTakeFirstOrThrow();
  return { db, seq, at, actor };
}

/** Nobody: no person, and open to be decided anew. */
export const NOBODY = {
  person_id: null,
  person_kind: null,
  decision: 'unidentified',
  decided_by: 'system',
} as const satisfies DetectionValues;

export async function changeDetections(
  { db, seq }: Draft,
  condition: Condition,
  values: DetectionValues,
): Promise<void> {
  await db
    .insertInto('identity_detection_changes')
    .columns(['entry_seq', 'detection_id', ...KEPT_OF_DETECTION])
    .expression((eb) =>
      eb
        .selectFrom('detections')
        .select([entry(seq), 'detections.id', ...KEPT_OF_DETECTION.map((column) => `detections.${column}` as const)])
        .where(condition),
    )
    // Changed twice by one entry: the first state is the one to come back to.
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { person_id: personId } = values;
  await db
    .updateTable('detections')
    .set({ ...values, last_entry: seq })
    // Off their visits in the same pass: the regrouping finds the new ones.
    .$if(personId !== undefined, (query) =>
      query.set({ visit_id: sql`case when person_id is distinct from ${personId} then null else visit_id end` }),
    )
    .where(condition)
    .execute();
}

export async function changeReferences(
  { db, seq }: Draft,
  condition: Condition,
  values: Partial<Pick<Insertable<ReferenceTable>, 'person_id' | 'retired_at'>>,
): Promise<void> {
  await db
    .insertInto('identity_reference_changes')
    .columns(['entry_seq', 'reference_id', ...KEPT_OF_REFERENCE])
    .expression((eb) =>
      eb
        .selectFrom('person_references')
        .select([
          entry(seq),
          'person_references.id',
          ...KEPT_OF_REFERENCE.map((column) => `person_references.${column}` as const),
        ])
        .where(condition),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db
    .updateTable('person_references')
    .set({ ...values, last_entry: seq })
    .where(condition)
    .execute();
}

export async function changePerson(
  { db, seq, at, actor }: Draft,
  id: string,
  values: Partial<Pick<Insertable<PersonTable>, Exclude<(typeof KEPT_OF_PERSON)[number], 'last_entry'>>>,
): Promise<void> {
  await db
    .insertInto('identity_person_changes')
    .columns(['entry_seq', 'person_id', ...KEPT_OF_PERSON])
    .expression((eb) =>
      eb
        .selectFrom('persons')
        .select([entry(seq), 'persons.id', ...KEPT_OF_PERSON.map((column) => `persons.${column}` as const)])
        .where('persons.id', '=', id),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db
    .updateTable('persons')
    .set({ ...values, last_entry: seq })
    .where('id', '=', id)
    .execute();
  await noteEdit(db, id, { actor, at, fields: fieldsOf(Object.keys(values)) });
}

/** As people call the columns that an entry may change. */
export function fieldsOf(columns: readonly string[]): PersonField[] {
  const fields = { name: 'name', ignored: 'ignored', merged_into: 'merge' } as const;
  return Object.entries(fields).flatMap(([column, field]) => (columns.includes(column) ? [field] : []));
}

/** A reference that the entry itself has made: an undo retires it. */
export async function keepMadeReference({ db, seq, at }: Draft, referenceId: string, personId: string): Promise<void> {
  await db
    .insertInto('identity_reference_changes')
    .values({ entry_seq: seq, reference_id: referenceId, person_id: personId, retired_at: at, last_entry: null })
    .execute();
  await db.updateTable('person_references').set({ last_entry: seq }).where('id', '=', referenceId).execute();
}

/** The number as a column of a select, with a type that both databases understand. */
export function entry(seq: number) {
  return sql<number>`cast(${seq} as bigint)`.as('entry_seq');
}
