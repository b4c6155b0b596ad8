// People: known ones, who were named, and unknown ones, whom the system made for strangers.

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { PersonKind } from '../domain.ts';
import type { PersonStore } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { decodeCursor, rowsToFetch, toPage } from './cursor.ts';
import { erasePerson } from './erasure.ts';
import { checkAttributes, checkName, containsPattern, foldName, nameSortKey, unknownSortKey } from './names.ts';
import { findPerson, livePerson, mustFindPerson, refuseTakenName, selectPersons, toPerson } from './person-rows.ts';
import type { Db } from './schema.ts';

export function createPersons(backend: Backend): PersonStore {
  return {
    add: (name) =>
      backend.writeChanges(async (db) => {
        const checked = checkName(name, 'name');
        const key = foldName(checked);
        await refuseTakenName(db, checked, key);
        const at = Date.now();
        const row = {
          id: randomUUID(),
          kind: 'known' as const,
          name: checked,
          name_key: key,
          sort_key: nameSortKey(checked),
          created_at: at,
          last_seen_at: null,
        };
        await db.insertInto('persons').values(row).execute();
        await logChanges(db, 'gallery', [{ entity: 'person', action: 'add', id: row.id }], at);
        return mustFindPerson(db, row.id);
      }),

    get: (id) => backend.read((db) => findPerson(db, id)),

    async list(filter, page) {
      const limit = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['string', 'string', 'string']);
      const rows = await backend.read((db) => {
        let query = selectPersons(db)
          .where('hidden_at', 'is', null)
          // "known" sorts before "unknown" by luck of the alphabet.
          .orderBy('kind')
          .orderBy('sort_key')
          .orderBy('id')
          .limit(limit);
        if (filter.kind) query = query.where('kind', '=', filter.kind);
        if (filter.ignored !== undefined) query = query.where('ignored', '=', filter.ignored ? 1 : 0);
        if (filter.query !== undefined && filter.query.trim() !== '') {
          const pattern = containsPattern(filter.query.trim());
          query = query.where(sql<boolean>`name_key like ${pattern} escape '\\'`);
        }
        if (after) {
          query = query.where((eb) =>
            eb(eb.refTuple('kind', 'sort_key', 'id'), '>', eb.tuple(after[0] as PersonKind, after[1], after[2])),
          );
        }
        return query.execute();
      });
      return toPage(rows, page, (row) => [row.kind, row.sort_key, row.id], toPerson);
    },

    counts: () =>
      backend.read(async (db) => {
        const rows = await db
          .selectFrom('persons')
          .select(['kind', (eb) => eb.fn.countAll<number>().as('n')])
          .where('hidden_at', 'is', null)
          .groupBy('kind')
          .execute();
        const counts: Record<PersonKind, number> = { known: 0, unknown: 0 };
        for (const { kind, n } of rows) counts[kind] = n;
        return counts;
      }),

    setAttributes: (id, attributes) =>
      backend.writeChanges(async (db) => {
        const text = JSON.stringify(checkAttributes(attributes));
        await livePerson(db, id);
        await db.updateTable('persons').set({ attributes: text }).where('id', '=', id).execute();
        await logChanges(db, 'gallery', [{ entity: 'person', action: 'change', id }], Date.now());
        return mustFindPerson(db, id);
      }),

    remove: (id) => backend.writeChanges((db) => erasePerson(db, id)),
  };
}

/** A stranger gets a number that is never used again. Inside `writeChanges`; the caller logs the change. */
export async function addUnknownPerson(db: Db, at: number, seenAt: number): Promise<string> {
  const { value } = await db
    .updateTable('counters')
    .set((eb) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', 'unknown person')
    .returning('value')
    .executeTakeFirstOrThrow();
  const id = randomUUID();
  const name = `Unknown ${value}`;
  await db
    .insertInto('persons')
    .values({
      id,
      kind: 'unknown',
      name,
      name_key: foldName(name),
      sort_key: unknownSortKey(value),
      created_at: at,
      last_seen_at: seenAt,
    })
    .execute();
  return id;
}
