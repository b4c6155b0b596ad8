// Schema 8: who is told and what is done: rules, alerts, channels, deliveries, actions and their runs, people in chats.

import { sql, type ColumnBuilderCallback, type RawBuilder } from 'kysely';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

const required: ColumnBuilderCallback = (column) => column.notNull();
const primary: ColumnBuilderCallback = (column) => column.notNull().primaryKey();
/** Goes with the row that it belongs to. */
const of =
  (column: `${string}.id`): ColumnBuilderCallback =>
  (builder) =>
    builder.notNull().references(column).onDelete('cascade');

export async function alerts(db: Db, kind: Backend['kind']): Promise<void> {
  const postgres = kind === 'postgres';
  // As in the first schema.
  const text: RawBuilder<string> = postgres ? sql`text collate "C"` : sql`text`;
  const serial: RawBuilder<number> = postgres
    ? sql`bigint generated always as identity primary key`
    : sql`integer primary key autoincrement`;

  /** JSON: names of the zones that the face was in. */
  await db.schema.alterTable('detections').addColumn('zones', text).execute();

  await db.schema
    .createTable('rules')
    .addColumn('id', text, primary)
    .addColumn('name', text, required)
    /** JSON: the rest of `RuleDefinition`. */
    .addColumn('definition', text, required)
    .addColumn('enabled', 'integer', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('version', 'bigint', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema
    .createTable('snoozes')
    .addColumn('id', text, primary)
    .addColumn('rule_id', text, (column) => column.references('rules.id').onDelete('cascade'))
    .addColumn('person_id', text)
    .addColumn('camera_id', text)
    .addColumn('until', 'bigint', required)
    .addColumn('made_by', text, required)
    .execute();

  await db.schema
    .createTable('alerts')
    .addColumn('seq', serial)
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('rule_id', text, required)
    .addColumn('rule_name', text, required)
    .addColumn('event', text, required)
    .addColumn('at', 'bigint', required)
    .addColumn('camera_id', text)
    .addColumn('subject', text, required)
    /** Of alerts that no sighting has made: who was missed, since when nothing was seen or heard. */
    .addColumn('person_id', text)
    .addColumn('since', 'bigint')
    /** Until then what the rule sees joins it. */
    .addColumn('gathers_until', 'bigint', required)
    .addColumn('version', 'bigint', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema.createIndex('alerts_time').on('alerts').columns(['at', 'seq']).execute();
  await db.schema.createIndex('alerts_rule').on('alerts').columns(['rule_id', 'gathers_until']).execute();

  /** What a rule has told of: once of each, and when last of a subject at a camera (the cooldown). */
  await db.schema
    .createTable('rule_marks')
    .addColumn('rule_id', text, of('rules.id'))
    .addColumn('mark', text, required)
    .addColumn('at', 'bigint', required)
    .addPrimaryKeyConstraint('rule_marks_key', ['rule_id', 'mark'])
    .execute();
  await db.schema.createIndex('rule_marks_time').on('rule_marks').columns(['at']).execute();

  await db.schema
    .createTable('alert_sightings')
    .addColumn('alert_id', text, of('alerts.id'))
    .addColumn('position', 'integer', required)
    .addColumn('detection_id', text, of('detections.id'))
    .addColumn('visit_id', text)
    .addColumn('person_id', text)
    .addColumn('camera_id', text, required)
    .addColumn('at', 'bigint', required)
    .addPrimaryKeyConstraint('alert_sightings_key', ['alert_id', 'detection_id'])
    .execute();
  await db.schema.createIndex('alert_sightings_detection').on('alert_sightings').columns(['detection_id']).execute();
  await db.schema.createIndex('alert_sightings_person').on('alert_sightings').columns(['person_id', 'at']).execute();
  await db.schema.createIndex('alert_sightings_visit').on('alert_sightings').columns(['visit_id']).execute();

  await db.schema
    .createTable('alert_outcomes')
    .addColumn('seq', serial)
    .addColumn('alert_id', text, of('alerts.id'))
    .addColumn('at', 'bigint', required)
    .addColumn('actor', text, required)
    /** Null where an entry of the history says it; with both, `said` stands before what the entry says. */
    .addColumn('said', text)
    .addColumn('entry_seq', 'bigint')
    .execute();
  await db.schema.createIndex('alert_outcomes_alert').on('alert_outcomes').columns(['alert_id', 'seq']).execute();
  await db.schema.createIndex('alert_outcomes_entry').on('alert_outcomes').columns(['entry_seq']).execute();

  await db.schema
    .createTable('channels')
    .addColumn('id', text, primary)
    .addColumn('name', text, required)
    .addColumn('kind', text, required)
    .addColumn('enabled', 'integer', required)
    /** JSON, with secrets. */
    .addColumn('settings', text, required)
    .addColumn('quiet', text)
    .addColumn('created_at', 'bigint', required)
    .addColumn('version', 'bigint', (column) => column.notNull().defaultTo(1))
    /** Which process sends over it, and until when its word counts. */
    .addColumn('owner', text)
    .addColumn('owner_until', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();

  await db.schema
    .createTable('deliveries')
    .addColumn('seq', serial)
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('alert_id', text, of('alerts.id'))
    .addColumn('channel_id', text, of('channels.id'))
    .addColumn('state', text, required)
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('at', 'bigint', required)
    .addColumn('next_at', 'bigint', required)
    .addColumn('sent_at', 'bigint')
    .addColumn('error', text)
    .addColumn('shown_version', 'bigint')
    .addColumn('receipt', text)
    /** 1: it was sent, and its alert has grown since. */
    .addColumn('grown', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('deliveries_alert').on('deliveries').columns(['alert_id']).execute();
  await db.schema.createIndex('deliveries_channel').on('deliveries').columns(['channel_id', 'seq']).execute();
  // The line of a channel: few rows wait, however many were sent.
  const unsent = sql`state in ('queued', 'sending')`;
  await sql`create index deliveries_line on deliveries (channel_id, next_at, seq) where ${unsent}`.execute(db);
  await sql`create index deliveries_tried on deliveries (channel_id, seq) where ${unsent} and attempts > 0`.execute(db);
  await sql`create index deliveries_grown on deliveries (channel_id, seq) where grown = 1`.execute(db);
  await sql`create index deliveries_failed on deliveries (seq) where state = 'failed'`.execute(db);

  /** A browser that shows messages although no page of the panel is open. */
  await db.schema
    .createTable('push_subscriptions')
    .addColumn('id', text, primary)
    .addColumn('user_id', text, of('users.id'))
    .addColumn('endpoint', text, (column) => column.notNull().unique())
    /** The browser's keys, for encryption. */
    .addColumn('p256dh', text, required)
    .addColumn('auth', text, required)
    .addColumn('agent', text, required)
    .addColumn('created_at', 'bigint', required)
    .execute();
  await db.schema.createIndex('push_subscriptions_user').on('push_subscriptions').columns(['user_id']).execute();

  await db.schema
    .createTable('actions')
    .addColumn('id', text, primary)
    .addColumn('name', text, required)
    .addColumn('kind', text, required)
    .addColumn('enabled', 'integer', required)
    /** JSON, with secrets. */
    .addColumn('settings', text, required)
    .addColumn('access', text)
    .addColumn('fixed_by', text)
    .addColumn('created_at', 'bigint', required)
    .addColumn('version', 'bigint', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema
    .createTable('action_runs')
    .addColumn('seq', serial)
    .addColumn('id', text, (column) => column.notNull().unique())
    // No foreign keys: what opened a door stays known when the door, the visit or the person is gone.
    .addColumn('action_id', text, required)
    .addColumn('action_name', text, required)
    .addColumn('cause', text, required)
    .addColumn('state', text, required)
    .addColumn('at', 'bigint', required)
    .addColumn('started_at', 'bigint')
    .addColumn('done_at', 'bigint')
    .addColumn('made_by', text)
    .addColumn('visit_id', text)
    .addColumn('person_id', text)
    .addColumn('detection_id', text)
    .addColumn('camera_id', text)
    .addColumn('alert_id', text)
    .addColumn('evidence', text)
    .addColumn('error', text)
    .addColumn('owner', text)
    /** Of a grant by policy, the visit: one visit opens once. */
    .addColumn('opens', text)
    .execute();
  await db.schema.createIndex('action_runs_action').on('action_runs').columns(['action_id', 'seq']).execute();
  await db.schema.createIndex('action_runs_person').on('action_runs').columns(['person_id', 'seq']).execute();
  await db.schema.createIndex('action_runs_detection').on('action_runs').columns(['detection_id']).execute();
  await sql`create unique index action_runs_opens on action_runs (action_id, opens) where opens is not null`.execute(
    db,
  );
  await sql`create index action_runs_line on action_runs (seq) where state in ('asked', 'granted', 'started')`.execute(
    db,
  );

  await db.schema
    .createTable('chat_users')
    .addColumn('channel_id', text, of('channels.id'))
    .addColumn('chat_id', text, required)
    .addColumn('chat_name', text, required)
    .addColumn('user_id', text, of('users.id'))
    .addColumn('linked_at', 'bigint', required)
    .addPrimaryKeyConstraint('chat_users_key', ['channel_id', 'chat_id'])
    .execute();
  await db.schema
    .createTable('chat_codes')
    .addColumn('hash', text, primary)
    .addColumn('user_id', text, of('users.id'))
    .addColumn('expires_at', 'bigint', required)
    .execute();
  await db.schema
    .createTable('chat_memory')
    .addColumn('key', text, primary)
    .addColumn('value', text, required)
    .addColumn('expires_at', 'bigint')
    .execute();
  await sql`create index chat_memory_expiry on chat_memory (expires_at) where expires_at is not null`.execute(db);
}
