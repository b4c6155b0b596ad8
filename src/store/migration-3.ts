// Schema 3: what a camera's program is told and what it says: settings, state, figures per day.

import { sql, type ColumnBuilderCallback, type RawBuilder } from 'kysely';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

const required: ColumnBuilderCallback = (column) => column.notNull();

export async function cameraSettings(db: Db, kind: Backend['kind']): Promise<void> {
  // As in the first schema.
  const text: RawBuilder<string> = kind === 'postgres' ? sql`text collate "C"` : sql`text`;

  const texts = ['settings', 'fixed_by', 'fixed_settings', 'program', 'state', 'reason', 'report'];
  for (const name of texts) await db.schema.alterTable('cameras').addColumn(name, text).execute();
  for (const name of ['program_at', 'state_since', 'said_at']) {
    await db.schema.alterTable('cameras').addColumn(name, 'bigint').execute();
  }
  for (const [name, value] of [
    ['version', 0],
    ['runs_here', 1],
    ['restarts', 0],
  ] as const) {
    await db.schema
      .alterTable('cameras')
      .addColumn(name, 'integer', (column) => column.notNull().defaultTo(value))
      .execute();
  }

  await db.schema
    .createTable('camera_days')
    .addColumn('camera_id', text, (column) => column.notNull().references('cameras.id').onDelete('cascade'))
    .addColumn('day', text, required)
    .addColumn('program', text, required)
    .addColumn('updated_at', 'bigint', required)
    .addColumn('figures', text, required)
    .addPrimaryKeyConstraint('camera_days_pkey', ['camera_id', 'day', 'program'])
    .execute();
}
