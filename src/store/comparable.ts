// Those whom a stranger may be: names and references of many persons at once.

import type { Comparable } from '../stranger-port.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './schema.ts';

export async function toCompare(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Comparable>> {
  const asked = await personsOf(db, ids);
  const became = await personsOf(
    db,
    [...asked.values()].flatMap((person) => person.merged_into ?? []),
  );
  const found = [...asked].flatMap(([id, person]) => {
    const now = person.merged_into === null ? person : became.get(person.merged_into);
    return now ? [[id, now] as const] : [];
  });
  const references = await referencesOf(
    db,
    found.map(([, person]) => person.id),
  );
  return new Map(
    found.map(([asFor, { id, name, kind }]) => [asFor, { id, name, kind, references: references.get(id) ?? [] }]),
  );
}

async function personsOf(db: Db, ids: readonly string[]) {
  const rows = [];
  for (const some of chunksOf([...new Set(ids)])) {
    const columns = ['id', 'name', 'kind', 'merged_into'] as const;
    rows.push(...(await db.selectFrom('persons').select(columns).where('id', 'in', some).execute()));
  }
  return new Map(rows.map((row) => [row.id, row]));
}

async function referencesOf(db: Db, personIds: readonly string[]) {
  const rows = [];
  for (const some of chunksOf([...new Set(personIds)])) {
    const found = await db
      .selectFrom('person_references')
      .select(['id', 'person_id', 'detection_id as detectionId'])
      .where('person_id', 'in', some)
      .where('retired_at', 'is', null)
      .orderBy('quality', 'desc')
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    rows.push(...found);
  }
  return Map.groupBy(rows, (row) => row.person_id);
}
