// "One of these", also of none at all, which SQL cannot say with `in ()`.

import { sql, type Expression, type SqlBool } from 'kysely';

export function isOneOf(column: Expression<string>, values: readonly string[]): Expression<SqlBool> {
  return values.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`${column} in (${sql.join(values)})`;
}
