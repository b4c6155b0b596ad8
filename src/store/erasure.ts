// Forgets a person for good, and everybody who was merged into her, for they are the same human being.

import { forgetInAlerts } from './alert-erasure.ts';
import { logChanges } from './changes.ts';
import { noPerson } from './person-rows.ts';
import { picturesOutOfUse } from './pictures-in-use.ts';
import { forgetRunsOf } from './run-erasure.ts';
import { CHANGED_OTHERWISE, type Db } from './schema.ts';
import { forgetIn } from './summary.ts';

export interface Found {
  readonly id: string;
  readonly name: string;
}

/** Inside `writeChanges`. Answers the pictures that nothing points to any more. KithError `not_found`. */
export async function erasePerson(db: Db, id: string): Promise<string[]> {
  const person = await db.selectFrom('persons').select(['id', 'name']).where('id', '=', id).executeTakeFirst();
  if (!person) throw noPerson(id);
  const persons = await withMerged(db, person);
  const ids = persons.map((one) => one.id);
  const references = await db
    .selectFrom('person_references')
    .select(['id', 'picture'])
    .where('person_id', 'in', ids)
    .execute();
  const names = await namesOf(db, persons);
  const at = Date.now();
  await forgetHistory(db, new Set(ids));
  await forgetImports(db, ids, names);
  await forgetRunsOf(db, ids);
  await forgetInAlerts(db, ids, names, at);
  await db
    .updateTable('detections')
    .set({ person_kind: null, last_entry: CHANGED_OTHERWISE })
    .where('person_id', 'in', ids)
    .execute();
  // The foreign keys take references, templates, visits and exclusions along, and her name off her detections.
  await db.deleteFrom('persons').where('id', 'in', ids).execute();
  await logChanges(
    db,
    'gallery',
    references.map((reference) => ({ entity: 'reference', action: 'remove', id: reference.id })),
    at,
  );
  await logChanges(
    db,
    'gallery',
    ids.map((one) => ({ entity: 'person', action: 'remove', id: one })),
    at,
  );
  return picturesOutOfUse(
    db,
    references.map((reference) => reference.picture),
  );
}

/** Her, and everybody who was merged into her. */
export async function withMerged(db: Db, person: Found): Promise<Found[]> {
  const all: Found[] = [];
  for (let some = [person]; some.length > 0;) {
    all.push(...some);
    const into = some.map((one) => one.id);
    some = await db.selectFrom('persons').select(['id', 'name']).where('merged_into', 'in', into).execute();
  }
  return all;
}

/** Entries that touched her lose her names, and what an undo would need. */
async function forgetHistory(db: Db, ids: ReadonlySet<string>): Promise<void> {
  const touching = await db
    .selectFrom('identity_persons')
    .select('entry_seq')
    .distinct()
    .where('person_id', 'in', [...ids])
    .execute();
  for (const { entry_seq: seq } of touching) {
    const { summary } = await db
      .selectFrom('identity_entries')
      .select('summary')
      .where('seq', '=', seq)
      .executeTakeFirstOrThrow();
    await db
      .updateTable('identity_entries')
      .set({ summary: forgetIn(summary, ids), erased: 1 })
      .where('seq', '=', seq)
      .execute();
  }
  await db
    .deleteFrom('identity_person_changes')
    .where('person_id', 'in', [...ids])
    .execute();
}

/** Those she has, and those she had. */
export async function namesOf(db: Db, persons: readonly Found[]): Promise<string[]> {
  const former = await db
    .selectFrom('identity_person_changes')
    .select('name')
    .distinct()
    .where(
      'person_id',
      'in',
      persons.map((person) => person.id),
    )
    .execute();
  return [...new Set([...persons, ...former].map(({ name }) => name))];
}

/** A verdict on a photo that was refused knows her only by name. */
async function forgetImports(db: Db, ids: readonly string[], names: readonly string[]): Promise<void> {
  await db
    .deleteFrom('import_photos')
    .where((eb) => eb.or([eb('person_id', 'in', ids), eb.and([eb('person_id', 'is', null), eb('name', 'in', names)])]))
    .execute();
}
