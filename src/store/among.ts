// Conditions over cameras.

import { sql, type RawBuilder, type SqlBool } from 'kysely';

/** Null: all; none: nothing. */
export function among(
  column: 'v.camera_id' | 's.camera_id' | 'd.camera_id',
  cameras: readonly string[] | null,
): RawBuilder<SqlBool> {
  if (cameras === null) return sql<SqlBool>`1 = 1`;
  if (cameras.length === 0) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`${sql.ref(column)} in (${sql.join(cameras)})`;
}
