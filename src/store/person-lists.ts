// Lists of people by any filter, by name or by when they were seen last; and what one can filter by.

import { sql, type SelectQueryBuilder } from 'kysely';
import type { Person, PersonKind } from '../domain.ts';
import type { AttributeInUse, Cameras, PersonFilter, PersonStore } from '../people-port.ts';
import type { Page, PageRequest } from '../queries.ts';
import { foldName } from '../fold-name.ts';
import type { Backend } from './backend.ts';
import { decodeCursor, encodeCursor, rowsToFetch, toPage } from './cursor.ts';
import { containsPattern } from './names.ts';
import { isVisible, seenAt, selectPersons, toPersons } from './person-rows.ts';
import type { Db, Tables } from './schema.ts';

export function createPersonLists(backend: Backend): Pick<PersonStore, 'list' | 'count' | 'counts' | 'attributes'> {
  return {
    list: (filter, page) => backend.read((db) => listPersons(db, backend.kind, filter, page)),

    count: (filter) =>
      backend.read(async (db) => {
        const query = filtered(db.selectFrom('persons'), backend.kind, filter);
        const { n } = await query.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow();
        return n;
      }),

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

    attributes: (cameras) => backend.read((db) => attributesInUse(db, backend.kind, cameras)),
  };
}

/** First who is on the page, then all about those few. */
async function listPersons(
  db: Db,
  kind: Backend['kind'],
  filter: PersonFilter,
  page: PageRequest,
): Promise<Page<Person>> {
  const ids = await (filter.sort === 'seen' ? bySeen : byName)(db, kind, filter, page);
  const rows =
    ids.items.length === 0 ? [] : await selectPersons(db, filter.cameras).where('id', 'in', ids.items).execute();
  const persons = new Map((await toPersons(db, rows, filter.cameras)).map((person) => [person.id, person]));
  // Somebody may have gone in between.
  return { items: ids.items.flatMap((id) => persons.get(id) ?? []), next: ids.next };
}

async function byName(db: Db, kind: Backend['kind'], filter: PersonFilter, page: PageRequest): Promise<Page<string>> {
  const limit = rowsToFetch(page);
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['string', 'string', 'string']);
  let query = filtered(db.selectFrom('persons'), kind, filter)
    .select(['id', 'kind', 'sort_key'])
    // "known" sorts before "unknown" by luck of the alphabet.
    .orderBy('kind')
    .orderBy('sort_key')
    .orderBy('id')
    .limit(limit);
  if (after) {
    query = query.where((eb) =>
      eb(eb.refTuple('kind', 'sort_key', 'id'), '>', eb.tuple(after[0] as PersonKind, after[1], after[2])),
    );
  }
  return toPage(
    await query.execute(),
    page,
    (row) => [row.kind, row.sort_key, row.id],
    (row) => row.id,
  );
}

async function bySeen(db: Db, kind: Backend['kind'], filter: PersonFilter, page: PageRequest): Promise<Page<string>> {
  const limit = rowsToFetch(page);
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number', 'string']);
  // Never seen: last.
  const seen = sql<number>`coalesce(${seenAt(filter.cameras)}, 0)`;
  let query = filtered(db.selectFrom('persons'), kind, filter)
    .select(['id', seen.as('seen')])
    .orderBy(seen, 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (after) {
    const [at, id] = after;
    query = query.where((eb) => eb.or([eb(seen, '<', at), eb.and([eb(seen, '=', at), eb('id', '<', id)])]));
  }
  const rows = await query.execute();
  const last = rows[page.limit - 1];
  return {
    items: rows.slice(0, page.limit).map((row) => row.id),
    next: last && rows.length > page.limit ? encodeCursor([last.seen, last.id]) : null,
  };
}

function filtered<O>(
  query: SelectQueryBuilder<Tables, 'persons', O>,
  kind: Backend['kind'],
  filter: PersonFilter,
): SelectQueryBuilder<Tables, 'persons', O> {
  let some = query.where('hidden_at', 'is', null);
  if (filter.kind) some = some.where('kind', '=', filter.kind);
  if (filter.ignored !== undefined) some = some.where('ignored', '=', filter.ignored ? 1 : 0);
  if (filter.query !== undefined && filter.query.trim() !== '') {
    const pattern = containsPattern(filter.query.trim());
    some = some.where(sql<boolean>`name_key like ${pattern} escape '\\'`);
  }
  if (filter.group !== undefined) {
    const key = foldName(filter.group.trim());
    some = some.where((eb) =>
      eb('persons.id', 'in', eb.selectFrom('person_groups').select('person_id').where('name_key', '=', key)),
    );
  }
  if (filter.consent === 'none') some = some.where('consent', 'is', null);
  else if (filter.consent !== undefined) {
    some = some.where(sql<boolean>`consent like ${`{"state":"${filter.consent}",%`}`);
  }
  if (filter.attribute) some = some.where(hasAttribute(kind, filter.attribute));
  if (filter.cameras) some = some.where(isVisible(filter.cameras));
  return some;
}

function eachAttribute(kind: Backend['kind']) {
  return kind === 'sqlite' ? sql`json_each(persons.attributes)` : sql`json_each_text(persons.attributes::json)`;
}

function hasAttribute(kind: Backend['kind'], { key, value }: NonNullable<PersonFilter['attribute']>) {
  const same = value === undefined ? sql`` : sql`and a.value = ${value}`;
  return sql<boolean>`exists (select 1 from ${eachAttribute(kind)} as a where a.key = ${key} ${same})`;
}

const MOST_KEYS = 100;
const MOST_VALUES = 100;

async function attributesInUse(db: Db, kind: Backend['kind'], cameras: Cameras): Promise<AttributeInUse[]> {
  const seen = cameras ? isVisible(cameras) : sql`true`;
  const { rows } = await sql<{ key: string; value: string; persons: number }>`
    select a.key as key, a.value as value, count(*) as persons from persons, ${eachAttribute(kind)} as a
    where persons.hidden_at is null and persons.attributes <> '{}' and ${seen}
    group by a.key, a.value order by a.key, count(*) desc, a.value`.execute(db);
  const keys = new Map<string, { value: string; persons: number }[]>();
  for (const { key, value, persons } of rows) {
    const values = keys.get(key) ?? [];
    if (values.length === 0 && keys.size === MOST_KEYS) break;
    if (values.length < MOST_VALUES) values.push({ value, persons });
    keys.set(key, values);
  }
  return [...keys].map(([key, values]) => ({ key, values }));
}
