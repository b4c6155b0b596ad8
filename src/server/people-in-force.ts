// Persons that may still be changed: they exist for the caller, and were not merged into somebody else.

import type { Person } from '../domain.ts';
import { KithError } from '../errors.ts';
import type { Cameras } from '../people-port.ts';
import type { Store } from '../store-port.ts';
import { notFound } from './context.ts';

/** KithError `not_found`, also for a stranger whom none of these cameras has seen; `conflict` says who a merged person is now. */
export async function personInForce(store: Pick<Store, 'persons'>, id: string, cameras?: Cameras): Promise<Person> {
  const person = await store.persons.get(id);
  if (!person) throw notFound('person', id);
  // What cameras saw of a merged one is the other one's now.
  const now = await store.persons.get(person.mergedInto ?? id, cameras);
  if (!now) throw notFound('person', id);
  if (person.mergedInto === null) return person;
  throw new KithError(
    'conflict',
    `${JSON.stringify(person.name)} was merged into ${JSON.stringify(now.name)}: use her id ${person.mergedInto}, or undo the merge.`,
  );
}
