// Rows of deliveries as the rest of Kith sees them.

import { sql, type Selectable } from 'kysely';
import type { Delivery } from '../delivery-port.ts';
import type { DeliveryTable } from './alert-schema.ts';
import type { Db } from './schema.ts';

export type DeliveryRow = Selectable<DeliveryTable>;

// As literals, and as the indexes say it: SQLite uses an index of some rows only where it sees that the query means no others.
export const UNSENT = sql<boolean>`state in ('queued', 'sending')`;
export const TRIED = sql<boolean>`attempts > 0`;
export const GROWN = sql<boolean>`grown = 1`;
export const FAILED = sql<boolean>`state = 'failed'`;

export function findDelivery(db: Db, id: string): Promise<DeliveryRow | undefined> {
  return db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst();
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    seq: row.seq,
    alertId: row.alert_id,
    channelId: row.channel_id,
    state: row.state,
    attempts: row.attempts,
    at: row.at,
    nextAt: row.next_at,
    sentAt: row.sent_at,
    error: row.error,
    shownVersion: row.shown_version,
    receipt: row.receipt === null ? null : (JSON.parse(row.receipt) as unknown),
  };
}
