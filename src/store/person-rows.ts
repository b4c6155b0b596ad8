// Rows of people as persons, and which of them somebody may still do something with.

import type { ExpressionBuilder, Selectable } from 'kysely';
import type { Person } from '../domain.ts';
import { KithError } from '../errors.ts';
import type { Db, PersonTable, Tables } from './schema.ts';

export function selectPersons(db: Db) {
  return db.selectFrom('persons').selectAll().select(countReferences);
}

function countReferences(eb: ExpressionBuilder<Tables, 'persons'>) {
  return eb
    .selectFrom('person_references')
    .select((inner) => inner.fn.countAll<number>().as('n'))
    .whereRef('person_references.person_id', '=', 'persons.id')
    .where('person_references.retired_at', 'is', null)
    .as('references');
}

/** A merged person is found, for she leads on; an unknown one who has nothing left is not. */
export async function findPerson(db: Db, id: string): Promise<Person | null> {
  const row = await selectPersons(db)
    .where('id', '=', id)
    .where((eb) => eb.or([eb('hidden_at', 'is', null), eb('merged_into', 'is not', null)]))
    .executeTakeFirst();
  return row ? toPerson(row) : null;
}

export async function mustFindPerson(db: Db, id: string): Promise<Person> {
  const person = await findPerson(db, id);
  if (!person) throw noPerson(id);
  return person;
}

/** KithError `not_found` when she is gone, `conflict` when she was merged into somebody else. */
export async function livePerson(db: Db, id: string): Promise<Selectable<PersonTable>> {
  const row = await db.selectFrom('persons').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || (row.hidden_at !== null && row.merged_into === null)) throw noPerson(id);
  if (row.merged_into !== null) {
    throw new KithError('conflict', `${row.name} was merged into another person: use ${row.merged_into} instead.`);
  }
  return row;
}

export function noPerson(id: string): KithError {
  return new KithError('not_found', `There is no person ${id}: she may have been removed.`);
}

/** KithError `conflict` when another known person has the name. */
export async function refuseTakenName(db: Db, name: string, key: string, except?: string): Promise<void> {
  let query = db
    .selectFrom('persons')
    .select('name')
    .where('kind', '=', 'known')
    .where('hidden_at', 'is', null)
    .where('name_key', '=', key);
  if (except !== undefined) query = query.where('id', '!=', except);
  const taken = await query.executeTakeFirst();
  if (taken) {
    throw new KithError(
      'conflict',
      `There is a person named "${taken.name}" already: choose another name than "${name}", or add the photos to that person.`,
    );
  }
}

export function toPerson(row: Selectable<PersonTable> & { readonly references: number | null }): Person {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    references: row.references ?? 0,
    ignored: row.ignored !== 0,
    attributes: JSON.parse(row.attributes) as Person['attributes'],
    mergedInto: row.merged_into,
  };
}
