// A known person by her name, compared as the store compares names.

import type { Person } from '../domain.ts';
import type { Store } from '../store-port.ts';

export async function personNamed(store: Pick<Store, 'persons'>, name: string): Promise<Person | null> {
  const wanted = fold(name.trim());
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store['persons']['list']>> = await store.persons.list(
      { kind: 'known', query: name.trim() },
      { limit: 500, ...(cursor !== null && { cursor }) },
    );
    const found = page.items.find((person) => fold(person.name) === wanted);
    if (found) return found;
    cursor = page.next;
  } while (cursor !== null);
  return null;
}

function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFKC');
}
