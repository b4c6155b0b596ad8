// Persons that may still be changed: they exist, and were not merged into somebody else.

import type { Person } from '../domain.ts';
import type { Store } from '../store-port.ts';
import { KithError } from '../errors.ts';
import { notFound } from './context.ts';

/** KithError `not_found`; `conflict` says who a merged person is now. */
export async function personInForce(store: Pick<Store, 'persons'>, id: string): Promise<Person> {
  const person = await store.persons.get(id);
  if (!person) throw notFound('person', id);
  if (person.mergedInto === null) return person;
  const now = await store.persons.get(person.mergedInto);
  throw new KithError(
    'conflict',
    `${JSON.stringify(person.name)} was merged into ${JSON.stringify(now?.name ?? '')}: use her id ${person.mergedInto}, or undo the merge.`,
  );
}
