// Schema 1: people, their references and templates, the detection log, visits, cameras, keys, the change log.

import { sql, type ColumnBuilderCallback, type RawBuilder } from 'kysely';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

const required: ColumnBuilderCallback = (column) => column.notNull();
const primary: ColumnBuilderCallback = (column) => column.notNull().primaryKey();
const counting: ColumnBuilderCallback = (column) => column.notNull().defaultTo(0);

export async function firstSchema(db: Db, kind: Backend['kind']): Promise<void> {
  const postgres = kind === 'postgres';
  // Byte order on both, so that lists and cursors do not depend on the locale of the server.
  const text: RawBuilder<string> = postgres ? sql`text collate "C"` : sql`text`;
  const blob = postgres ? 'bytea' : 'blob';
  const real = 'double precision';
  // Never used twice, also when the last row was removed.
  const serial: RawBuilder<number> = postgres
    ? sql`bigint generated always as identity primary key`
    : sql`integer primary key autoincrement`;

  await db.schema
    .createTable('persons')
    .addColumn('id', text, primary)
    .addColumn('kind', text, required)
    .addColumn('name', text, required)
    .addColumn('name_key', text, required)
    .addColumn('sort_key', text, required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('last_seen_at', 'bigint')
    .execute();
  await sql`create unique index persons_known_name on persons (name_key) where kind = 'known'`.execute(db);
  await index('persons', 'order', ['kind', 'sort_key', 'id']);

  await db.schema
    .createTable('person_references')
    .addColumn('id', text, primary)
    .addColumn('person_id', text, (column) => column.notNull().references('persons.id').onDelete('cascade'))
    .addColumn('picture', text, required)
    .addColumn('source', text, required)
    .addColumn('detection_id', text)
    .addColumn('quality', real, required)
    .addColumn('created_at', 'bigint', required)
    .execute();
  await index('person_references', 'person', ['person_id', 'created_at', 'id']);
  await index('person_references', 'picture', ['picture']);

  await db.schema
    .createTable('reference_templates')
    .addColumn('seq', serial)
    .addColumn('reference_id', text, (column) =>
      column.notNull().references('person_references.id').onDelete('cascade'),
    )
    .addColumn('person_id', text, required)
    .addColumn('model', text, required)
    .addColumn('vector', blob, required)
    .addUniqueConstraint('reference_templates_key', ['reference_id', 'model'])
    .execute();

  await db.schema
    .createTable('visits')
    .addColumn('id', text, primary)
    .addColumn('person_id', text, (column) => column.notNull().references('persons.id').onDelete('cascade'))
    .addColumn('camera_id', text, required)
    .addColumn('first_at', 'bigint', required)
    .addColumn('last_at', 'bigint', required)
    .addColumn('detections', 'integer', required)
    .addColumn('best_detection_id', text, required)
    .addColumn('best_quality', real, required)
    .execute();
  await index('visits', 'time', ['last_at', 'id']);
  await index('visits', 'person', ['person_id', 'last_at', 'id']);
  await index('visits', 'camera', ['camera_id', 'last_at', 'id']);
  await index('visits', 'person_camera', ['person_id', 'camera_id', 'last_at']);

  await db.schema
    .createTable('detections')
    .addColumn('seq', serial)
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('camera_id', text, required)
    .addColumn('track_id', text)
    .addColumn('captured_at', 'bigint', required)
    .addColumn('box', text)
    .addColumn('points', text)
    .addColumn('picture', text, required)
    .addColumn('received_at', 'bigint', required)
    .addColumn('state', text, required)
    .addColumn('attempts', 'integer', counting)
    .addColumn('lease_owner', text)
    .addColumn('lease_until', 'bigint', counting)
    .addColumn('classified_at', 'bigint')
    .addColumn('person_id', text, (column) => column.references('persons.id').onDelete('set null'))
    .addColumn('person_kind', text)
    .addColumn('decision', text)
    .addColumn('distance', real)
    .addColumn('runner_up_id', text)
    .addColumn('runner_up_distance', real)
    .addColumn('quality', real)
    .addColumn('model', text)
    .addColumn('visit_id', text, (column) => column.references('visits.id').onDelete('set null'))
    .addColumn('reason_code', text)
    .addColumn('reason_message', text)
    .execute();
  await index('detections', 'time', ['captured_at', 'seq']);
  await index('detections', 'state', ['state', 'captured_at', 'seq']);
  await index('detections', 'camera', ['camera_id', 'captured_at', 'seq']);
  await index('detections', 'camera_state', ['camera_id', 'state', 'captured_at', 'seq']);
  await index('detections', 'received', ['received_at', 'state']);
  await index('detections', 'picture', ['picture']);
  // Only the rows that have the column: an index over a million nulls helps nobody.
  await sql`create index detections_queue on detections (seq) where state = 'pending'`.execute(db);
  await sql`create index detections_person on detections (person_id, captured_at, seq) where person_id is not null`.execute(
    db,
  );
  await sql`create index detections_kind on detections (person_kind, captured_at, seq) where person_kind is not null`.execute(
    db,
  );
  await sql`create index detections_visit on detections (visit_id, captured_at, seq) where visit_id is not null`.execute(
    db,
  );
  await sql`create index detections_track on detections (track_id, captured_at, seq) where track_id is not null`.execute(
    db,
  );

  if (!postgres) await countDetections(db);

  await db.schema
    .createTable('detection_templates')
    .addColumn('detection_id', text, (column) =>
      column.notNull().primaryKey().references('detections.id').onDelete('cascade'),
    )
    .addColumn('model', text, required)
    .addColumn('vector', blob, required)
    .execute();

  await db.schema
    .createTable('cameras')
    .addColumn('id', text, primary)
    .addColumn('name', text, required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('last_seen_at', 'bigint')
    .execute();

  await db.schema
    .createTable('api_keys')
    .addColumn('id', text, primary)
    .addColumn('name', text, required)
    .addColumn('scopes', text, required)
    .addColumn('camera_id', text)
    .addColumn('hash', text, (column) => column.notNull().unique())
    .addColumn('created_at', 'bigint', required)
    .addColumn('last_used_at', 'bigint')
    .execute();

  await db.schema
    .createTable('changes')
    .addColumn('seq', serial)
    .addColumn('topic', text, required)
    .addColumn('entity', text, required)
    .addColumn('action', text, required)
    .addColumn('entity_id', text, required)
    .addColumn('at', 'bigint', required)
    .execute();
  await index('changes', 'topic', ['topic', 'seq']);

  await db.schema
    .createTable('counters')
    .addColumn('name', text, primary)
    .addColumn('value', 'bigint', required)
    .execute();
  await db.insertInto('counters').values({ name: 'unknown person', value: 0 }).execute();

  async function index(table: string, name: string, columns: string[]): Promise<void> {
    await db.schema.createIndex(`${table}_${name}`).on(table).columns(columns).execute();
  }
}

/** PostgreSQL counts without holding anybody up; there the few counted rows would be what all writers wait for. */
async function countDetections(db: Db): Promise<void> {
  await sql`create table detection_counts (state text primary key, n integer not null)`.execute(db);
  const more = 'insert into detection_counts values (new.state, 1) on conflict (state) do update set n = n + 1';
  const less = 'update detection_counts set n = n - 1 where state = old.state';
  const triggers = {
    added: `insert on detections begin ${more}; end`,
    changed: `update of state on detections when old.state <> new.state begin ${less}; ${more}; end`,
    removed: `delete on detections begin ${less}; end`,
  };
  for (const [name, rule] of Object.entries(triggers)) {
    await sql.raw(`create trigger detections_${name} after ${rule}`).execute(db);
  }
}
