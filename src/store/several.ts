// Several ordered and limited queries of one table as one: each runs along its own index.

import type { SelectQueryBuilder } from 'kysely';
import type { Db, Tables } from './schema.ts';

/** At least one. Their rows together, in no order. */
export function several<Table extends keyof Tables, Row extends object>(
  db: Db,
  queries: readonly SelectQueryBuilder<Tables, Table, Row>[],
): SelectQueryBuilder<Tables, never, Row> {
  const [first, ...rest] = queries.map((query) => db.selectFrom(query.as('one')).selectAll());
  if (!first) throw new Error('There is nothing to read.');
  return rest.reduce((all, query) => all.unionAll(query), first) as unknown as SelectQueryBuilder<Tables, never, Row>;
}
