// Browsers that take messages although no page of the panel is open.

import { randomUUID } from 'node:crypto';
import type { PushStore, PushSubscription } from '../delivery-port.ts';
import type { PushSubscriptionTable } from './alert-schema.ts';
import type { Backend } from './backend.ts';

export function createPush(backend: Backend): PushStore {
  return {
    add({ userId, endpoint, p256dh, auth, agent, createdAt }) {
      const values = { user_id: userId, p256dh, auth, agent, created_at: Math.round(createdAt) };
      return backend.write(async (db) =>
        toSubscription(
          await db
            .insertInto('push_subscriptions')
            .values({ id: randomUUID(), endpoint, ...values })
            .onConflict((conflict) => conflict.column('endpoint').doUpdateSet(values))
            .returningAll()
            .executeTakeFirstOrThrow(),
        ),
      );
    },

    list: (userId) =>
      backend.read(async (db) => {
        let query = db
          .selectFrom('push_subscriptions as s')
          .innerJoin('users as u', 'u.id', 's.user_id')
          .where('u.disabled', '=', 0)
          .selectAll('s')
          .orderBy('s.created_at')
          .orderBy('s.id');
        if (userId !== undefined) query = query.where('s.user_id', '=', userId);
        return (await query.execute()).map(toSubscription);
      }),

    remove: (id, userId) =>
      backend.write(async (db) => {
        let query = db.deleteFrom('push_subscriptions').where('id', '=', id);
        if (userId !== undefined) query = query.where('user_id', '=', userId);
        return (await query.executeTakeFirstOrThrow()).numDeletedRows > 0n;
      }),
  };
}

function toSubscription(row: PushSubscriptionTable): PushSubscription {
  return {
    id: row.id,
    userId: row.user_id,
    endpoint: row.endpoint,
    p256dh: row.p256dh,
    auth: row.auth,
    agent: row.agent,
    createdAt: row.created_at,
  };
}
