// A known person by her name, compared as the store compares names.

import type { Person } from '../domain.ts';
import { foldName } from '../fold-name.ts';
import { everyPage } from '../queries.ts';
import type { Store } from '../store-port.ts';

export async function personNamed(store: Pick<Store, 'persons'>, name: string): Promise<Person | null> {
  const wanted = foldName(name.trim());
  for await (const persons of everyPage((page) => store.persons.list({ kind: 'known', query: name.trim() }, page))) {
    const found = persons.find((person) => foldName(person.name) === wanted);
    if (found) return found;
  }
  return null;
}
