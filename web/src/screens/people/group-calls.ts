// What the API does to a whole group, and what it takes to put a removed one together again.

import { api, dataOf, type Schemas } from '../../api/client.ts';

/** People in one request. */
const MOST = 500;

export function renameGroup(name: string, to: string): Promise<Schemas['PersonGroup']> {
  return dataOf(api.PATCH('/api/v1/groups', { body: { name, to } }));
}

export async function removeGroup(name: string): Promise<void> {
  await dataOf(api.DELETE('/api/v1/groups', { params: { query: { name } } }));
}

/** Everybody in the group, by id. */
export async function membersOf(group: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: { group: string; limit: number; cursor?: string } = { group, limit: MOST, ...(cursor && { cursor }) };
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(query);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  }
  return ids;
}

function readPage(query: { readonly group: string; readonly limit: number; readonly cursor?: string }) {
  return dataOf(api.GET('/api/v1/persons', { params: { query } }));
}

export async function putIntoGroup(name: string, persons: readonly string[]): Promise<void> {
  for (let from = 0; from < persons.length; from += MOST) {
    await dataOf(
      api.POST('/api/v1/persons/groups', { body: { persons: persons.slice(from, from + MOST), add: [name] } }),
    );
  }
}
