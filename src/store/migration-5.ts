// Schema 5: what is kept on people beside their photos: groups, notes, consent; and a version that tells two editors apart.

import { sql, type RawBuilder } from 'kysely';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

export async function peopleInDetail(db: Db, kind: Backend['kind']): Promise<void> {
  // As in the first schema.
  const text: RawBuilder<string> = kind === 'postgres' ? sql`text collate "C"` : sql`text`;

  await db.schema
    .alterTable('persons')
    .addColumn('version', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema
    .alterTable('persons')
    .addColumn('notes', text, (column) => column.notNull().defaultTo(''))
    .execute();
  await db.schema.alterTable('persons').addColumn('consent', text).execute();

  await db.schema
    .createTable('person_groups')
    .addColumn('person_id', text, (column) => column.notNull().references('persons.id').onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('name_key', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('person_groups_pkey', ['person_id', 'name_key'])
    .execute();
  await db.schema.createIndex('person_groups_name').on('person_groups').columns(['name_key', 'person_id']).execute();

  await db.schema
    .createTable('person_edits')
    .addColumn('person_id', text, (column) => column.notNull().references('persons.id').onDelete('cascade'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor', text, (column) => column.notNull())
    .addColumn('fields', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('person_edits_pkey', ['person_id', 'version'])
    .execute();
}
