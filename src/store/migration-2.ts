// Schema 2: what a human says about identities and the history of it, the enrolment gate's words, imports, several templates
// of one detection, settings.

import { sql, type ColumnBuilderCallback, type RawBuilder } from 'kysely';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

const required: ColumnBuilderCallback = (column) => column.notNull();
const flag: ColumnBuilderCallback = (column) => column.notNull().defaultTo(0);

export async function identities(db: Db, kind: Backend['kind']): Promise<void> {
  const postgres = kind === 'postgres';
  // As in the first schema.
  const text: RawBuilder<string> = postgres ? sql`text collate "C"` : sql`text`;
  const blob = postgres ? 'bytea' : 'blob';
  const real = 'double precision';
  const serial: RawBuilder<number> = postgres
    ? sql`bigint generated always as identity primary key`
    : sql`integer primary key autoincrement`;

  await db.schema.alterTable('persons').addColumn('ignored', 'integer', flag).execute();
  await db.schema
    .alterTable('persons')
    .addColumn('attributes', text, (column) => column.notNull().defaultTo('{}'))
    .execute();
  await db.schema.alterTable('persons').addColumn('merged_into', text).execute();
  await db.schema.alterTable('persons').addColumn('hidden_at', 'bigint').execute();
  await db.schema.alterTable('persons').addColumn('last_entry', 'bigint').execute();
  await db.schema.dropIndex('persons_known_name').execute();
  await db.schema.dropIndex('persons_order').execute();
  await run(`create unique index persons_known_name on persons (name_key) where kind = 'known' and hidden_at is null`);
  await run('create index persons_order on persons (kind, sort_key, id) where hidden_at is null');
  await run('create index persons_merged on persons (merged_into) where merged_into is not null');

  await db.schema
    .alterTable('person_references')
    .addColumn('warnings', text, (column) => column.notNull().defaultTo('[]'))
    .execute();
  await db.schema.alterTable('person_references').addColumn('retired_at', 'bigint').execute();
  await db.schema.alterTable('person_references').addColumn('last_entry', 'bigint').execute();
  await run(
    'create index person_references_detection on person_references (detection_id) where detection_id is not null',
  );
  await run('create index person_references_retired on person_references (retired_at) where retired_at is not null');

  await db.schema.alterTable('detections').addColumn('decided_by', text).execute();
  await db.schema.alterTable('detections').addColumn('nearest_id', text).execute();
  await db.schema.alterTable('detections').addColumn('last_entry', 'bigint').execute();
  await run(`update detections set decided_by = 'system' where state = 'classified'`);
  await run('create index detections_decision on detections (decision, captured_at, seq) where decision is not null');

  // Several models: the key takes the model in. SQLite cannot change a key, so both copy.
  await db.schema.alterTable('detection_templates').renameTo('detection_templates_1').execute();
  if (postgres) await run('alter table detection_templates_1 drop constraint detection_templates_pkey');
  await db.schema
    .createTable('detection_templates')
    .addColumn('detection_id', text, (column) => column.notNull().references('detections.id').onDelete('cascade'))
    .addColumn('model', text, required)
    .addColumn('vector', blob, required)
    .addPrimaryKeyConstraint('detection_templates_pkey', ['detection_id', 'model'])
    .execute();
  await run(
    'insert into detection_templates (detection_id, model, vector) select detection_id, model, vector from detection_templates_1',
  );
  await db.schema.dropTable('detection_templates_1').execute();

  await db.schema
    .createTable('exclusions')
    .addColumn('detection_id', text, (column) => column.notNull().references('detections.id').onDelete('cascade'))
    .addColumn('person_id', text, (column) => column.notNull().references('persons.id').onDelete('cascade'))
    .addColumn('made_by', text, required)
    .addColumn('at', 'bigint', required)
    .addColumn('last_entry', 'bigint')
    .addPrimaryKeyConstraint('exclusions_pkey', ['detection_id', 'person_id'])
    .execute();
  await index('exclusions', 'person', ['person_id']);

  await db.schema
    .createTable('identity_entries')
    .addColumn('seq', serial)
    .addColumn('at', 'bigint', required)
    .addColumn('actor', text, required)
    .addColumn('action', text, required)
    .addColumn('summary', text, required)
    .addColumn('detections', 'integer', required)
    .addColumn('erased', 'integer', flag)
    .addColumn('undone_at', 'bigint')
    .addColumn('undone_by', text)
    .execute();
  await history('identity_persons', ['person_id']).addColumn('position', 'integer', required).execute();
  await index('identity_persons', 'person', ['person_id', 'entry_seq']);
  await history('identity_person_changes', ['person_id'])
    .addColumn('kind', text, required)
    .addColumn('name', text, required)
    .addColumn('name_key', text, required)
    .addColumn('sort_key', text, required)
    .addColumn('ignored', 'integer', required)
    .addColumn('merged_into', text)
    .addColumn('hidden_at', 'bigint')
    .addColumn('last_entry', 'bigint')
    .execute();
  await history('identity_detection_changes', ['detection_id'])
    .addColumn('person_id', text)
    .addColumn('state', text, required)
    .addColumn('decision', text)
    .addColumn('decided_by', text)
    .addColumn('nearest_id', text)
    .addColumn('distance', real)
    .addColumn('runner_up_id', text)
    .addColumn('runner_up_distance', real)
    .addColumn('reason_code', text)
    .addColumn('reason_message', text)
    .addColumn('last_entry', 'bigint')
    .execute();
  await index('identity_detection_changes', 'detection', ['detection_id', 'entry_seq']);
  await history('identity_reference_changes', ['reference_id'])
    .addColumn('person_id', text, required)
    .addColumn('retired_at', 'bigint')
    .addColumn('last_entry', 'bigint')
    .execute();
  await index('identity_reference_changes', 'reference', ['reference_id', 'entry_seq']);
  await history('identity_exclusion_changes', ['detection_id', 'person_id'])
    .addColumn('present', 'integer', required)
    .addColumn('made_by', text)
    .addColumn('at', 'bigint')
    .addColumn('last_entry', 'bigint')
    .execute();
  await index('identity_exclusion_changes', 'detection', ['detection_id', 'entry_seq']);

  await db.schema
    .createTable('imports')
    .addColumn('id', text, (column) => column.notNull().primaryKey())
    .addColumn('source', text, (column) => column.notNull().unique())
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .execute();
  await index('imports', 'created', ['created_at', 'id']);
  await db.schema
    .createTable('import_photos')
    .addColumn('import_id', text, (column) => column.notNull().references('imports.id').onDelete('cascade'))
    .addColumn('file', text, required)
    .addColumn('name', text, required)
    .addColumn('verdict', text, required)
    .addColumn('findings', text, required)
    .addColumn('person_id', text)
    .addColumn('reference_id', text)
    .addPrimaryKeyConstraint('import_photos_pkey', ['import_id', 'file'])
    .execute();
  await index('import_photos', 'verdict', ['import_id', 'verdict', 'file']);
  await index('import_photos', 'person', ['person_id']);

  await db.schema
    .createTable('settings')
    .addColumn('name', text, (column) => column.notNull().primaryKey())
    .addColumn('value', text, required)
    .execute();

  async function run(statement: string): Promise<void> {
    await sql.raw(statement).execute(db);
  }

  async function index(table: string, name: string, columns: string[]): Promise<void> {
    await db.schema.createIndex(`${table}_${name}`).on(table).columns(columns).execute();
  }

  /** What an entry touched: by its number first, and by what it touched. */
  function history(table: string, keys: readonly string[]) {
    const begun = db.schema
      .createTable(table)
      .addColumn('entry_seq', 'bigint', (column) => column.notNull().references('identity_entries.seq'));
    return keys
      .reduce((builder, key) => builder.addColumn(key, text, required), begun)
      .addPrimaryKeyConstraint(`${table}_pkey`, ['entry_seq', ...keys] as never);
  }
}
