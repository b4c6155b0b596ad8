// Whom a command means: an id, or a name as people write it.

import { pagesOf, type Client } from '../client.ts';
import { KithError } from '../errors.ts';

export interface FoundPerson {
  readonly id: string;
  readonly name: string;
  readonly kind: 'known' | 'unknown';
  readonly mergedInto: string | null;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;
const MOST_NAME = 200;

/** By name first (of a known person, else of an unknown one), then by id. KithError `not_found`. */
export async function findPerson(client: Client, idOrName: string): Promise<FoundPerson> {
  const wanted = idOrName.trim();
  for (const kind of wanted === '' || wanted.length > MOST_NAME ? [] : ['known', 'unknown']) {
    const named = await findNamed(client, wanted, kind);
    if (named) return named;
  }
  if (ID.test(wanted)) return client.call({ method: 'GET', path: `/persons/${encodeURIComponent(wanted)}` });
  throw new KithError(
    'not_found',
    `There is no person ${JSON.stringify(idOrName)}: "npx kith person list" shows names and ids.`,
  );
}

async function findNamed(client: Client, name: string, kind: string): Promise<FoundPerson | undefined> {
  const path = `/persons?kind=${kind}&query=${encodeURIComponent(name)}`;
  for await (const persons of pagesOf<FoundPerson>(client, path)) {
    const found = persons.find((person) => person.name.toLowerCase() === name.toLowerCase());
    if (found) return found;
  }
  return undefined;
}
