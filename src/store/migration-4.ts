// Schema 4: who may look and change: users, their sessions, and the audit log.

import { sql, type ColumnBuilderCallback, type RawBuilder } from 'kysely';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

const required: ColumnBuilderCallback = (column) => column.notNull();
const primary: ColumnBuilderCallback = (column) => column.notNull().primaryKey();

export async function users(db: Db, kind: Backend['kind']): Promise<void> {
  const postgres = kind === 'postgres';
  // As in the first schema.
  const text: RawBuilder<string> = postgres ? sql`text collate "C"` : sql`text`;
  const serial: RawBuilder<number> = postgres
    ? sql`bigint generated always as identity primary key`
    : sql`integer primary key autoincrement`;

  await db.schema
    .createTable('users')
    .addColumn('id', text, primary)
    .addColumn('name', text, required)
    .addColumn('name_key', text, (column) => column.notNull().unique())
    .addColumn('password', text, required)
    .addColumn('role', text, required)
    .addColumn('cameras', text)
    .addColumn('totp', text)
    .addColumn('totp_pending', text)
    .addColumn('totp_step', 'bigint')
    .addColumn('language', text)
    .addColumn('disabled', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', required)
    .addColumn('last_login_at', 'bigint')
    .execute();

  await db.schema
    .createTable('user_sessions')
    .addColumn('hash', text, primary)
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', required)
    .addColumn('seen_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('address', text, required)
    .addColumn('agent', text, required)
    .execute();
  await db.schema.createIndex('user_sessions_user').on('user_sessions').columns(['user_id', 'seen_at']).execute();

  await db.schema
    .createTable('audit')
    .addColumn('seq', serial)
    .addColumn('at', 'bigint', required)
    .addColumn('actor', text, required)
    .addColumn('actor_id', text)
    .addColumn('actor_kind', text, required)
    .addColumn('address', text, required)
    .addColumn('action', text, required)
    .addColumn('entity', text)
    .addColumn('entity_id', text)
    .addColumn('status', 'integer', required)
    .addColumn('detail', text)
    .execute();
  await db.schema.createIndex('audit_time').on('audit').columns(['at', 'seq']).execute();
  await db.schema.createIndex('audit_actor').on('audit').columns(['actor_id', 'seq']).execute();
  await db.schema.createIndex('audit_action').on('audit').columns(['action', 'seq']).execute();
  await db.schema.createIndex('audit_entity').on('audit').columns(['entity_id', 'seq']).execute();
}
