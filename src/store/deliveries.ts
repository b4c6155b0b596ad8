// Deliveries: each channel has a line, and one process at a time sends what stands in it (delivery-line.ts). How far one has come is
// repeatable: after a power failure what was sent last may be sent again, which "at least once" allows.

import type { DeliveryStore } from '../delivery-port.ts';
import { KithError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { decodeCursor, rowsToFetch, toPage } from './cursor.ts';
import { createDeliveryLine } from './delivery-line.ts';
import { FAILED, findDelivery, toDelivery, UNSENT, type DeliveryRow } from './delivery-rows.ts';
import type { Db } from './schema.ts';

export function createDeliveries(backend: Backend): DeliveryStore {
  return {
    ...createDeliveryLine(backend),

    sent: (id, receipt, shownVersion, at) =>
      backend.writeRepeatable(async (db) => {
        const row = await findDelivery(db, id);
        // Erased meanwhile, with its alert or its channel.
        if (!row) return;
        const { version } = await db
          .selectFrom('alerts')
          .select('version')
          .where('id', '=', row.alert_id)
          .executeTakeFirstOrThrow();
        await db
          .updateTable('deliveries')
          .set({
            state: 'sent',
            sent_at: row.sent_at ?? Math.round(at),
            error: null,
            shown_version: shownVersion,
            receipt: receipt === undefined ? null : JSON.stringify(receipt),
            grown: version > shownVersion ? 1 : 0,
            ...(version > shownVersion && { attempts: 0 }),
          })
          .where('id', '=', id)
          .execute();
        await tell(db, id, at);
      }),

    failed: (id, error, retryAt) =>
      backend.writeRepeatable(async (db) => {
        const row = await findDelivery(db, id);
        // Whoever has taken the channel's place over has sent it, or it was erased.
        if (row?.state !== 'sending') return;
        const isChange = row.shown_version !== null;
        await db
          .updateTable('deliveries')
          .set({
            state: isChange ? 'sent' : retryAt === null ? 'failed' : 'queued',
            error,
            ...(retryAt === null ? { grown: 0 } : { next_at: Math.round(retryAt) }),
          })
          .where('id', '=', id)
          .execute();
        await tell(db, id, Date.now());
      }),

    async leave(id) {
      await backend.writeRepeatable((db) =>
        db.updateTable('deliveries').set({ state: 'sent', grown: 0 }).where('id', '=', id).execute(),
      );
    },

    retry: (id, now) =>
      backend.writeChanges(async (db) => {
        const row = await findDelivery(db, id);
        if (!row) throw new KithError('not_found', `There is no delivery ${JSON.stringify(id)}.`);
        const state = retried(row);
        if (state === null) {
          throw new KithError(
            'conflict',
            `The delivery is ${row.state}: only one that failed or waits for its next try can be tried again.`,
          );
        }
        // One that waits keeps its place at the head of the line.
        const attempts = row.state === 'queued' ? 1 : 0;
        const next = { state, attempts, next_at: Math.round(now), grown: state === 'sent' ? 1 : 0 };
        await db.updateTable('deliveries').set(next).where('id', '=', id).execute();
        await tell(db, id, now, 'add');
        return toDelivery({ ...row, ...next });
      }),

    async list({ channelId, alertIds, state }, page) {
      const limit = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number']);
      const rows = await backend.read((db) => {
        let query = db.selectFrom('deliveries').selectAll().orderBy('seq', 'desc').limit(limit);
        if (after) query = query.where('seq', '<', after[0]);
        if (channelId !== undefined) query = query.where('channel_id', '=', channelId);
        if (alertIds !== undefined) query = query.where('alert_id', 'in', alertIds);
        if (state === 'failed') query = query.where(FAILED);
        else if (state !== undefined) query = query.where('state', '=', state);
        return query.execute();
      });
      return toPage(rows, page, (row) => [row.seq], toDelivery);
    },

    async counts() {
      const counts = { queued: 0, sending: 0, failed: 0 };
      const rows = await backend.read((db) =>
        db
          .selectFrom('deliveries')
          .select(['state', (eb) => eb.fn.countAll<number>().as('n')])
          // Two conditions, each of which has an index of few rows.
          .where(UNSENT)
          .groupBy('state')
          .unionAll((eb) =>
            eb
              .selectFrom('deliveries')
              .select(['state', (of) => of.fn.countAll<number>().as('n')])
              .where(FAILED)
              .groupBy('state'),
          )
          .execute(),
      );
      for (const { state, n } of rows) if (state !== 'sent') counts[state] = n;
      return counts;
    },
  };
}

/** Which state it has when it is tried again by hand; null: it cannot be. */
function retried({ state, attempts, error, shown_version: shown }: DeliveryRow): 'queued' | 'sent' | null {
  if (state === 'failed' || (state === 'queued' && attempts > 0)) return 'queued';
  return state === 'sent' && shown !== null && error !== null ? 'sent' : null;
}

/** `add`: it stands in the line anew; `change`: what the line itself has done. */
async function tell(db: Db, id: string, at: number, action: 'add' | 'change' = 'change'): Promise<void> {
  await logChanges(db, 'alert', [{ entity: 'delivery', action, id }], at);
}
