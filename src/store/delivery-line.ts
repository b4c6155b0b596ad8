// The line of a channel: who may send from it, and what is sent next.

import type { DeliveryStore } from '../delivery-port.ts';
import type { Backend } from './backend.ts';
import { GROWN, toDelivery, TRIED, UNSENT, type DeliveryRow } from './delivery-rows.ts';
import type { Db } from './schema.ts';

type Line = Pick<DeliveryStore, 'hold' | 'release' | 'freeAll' | 'take' | 'nextAt' | 'recover'>;

export function createDeliveryLine(backend: Backend): Line {
  // PostgreSQL has the place's row locked meanwhile, and nobody who writes the change log is to wait for that.
  const begin: Backend['write'] = (work) =>
    backend.kind === 'postgres' ? backend.write(work) : backend.writeRepeatable(work);

  return {
    // Renewed every few seconds for each channel: whoever starts again after a power failure frees all places anyway.
    hold: (channelId, owner, untilAt, now) =>
      begin(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable('channels')
          .set({ owner, owner_until: Math.round(untilAt) })
          .where('id', '=', channelId)
          .where((eb) =>
            eb.or([eb('owner', 'is', null), eb('owner', '=', owner), eb('owner_until', '<=', Math.round(now))]),
          )
          .executeTakeFirstOrThrow();
        return numUpdatedRows > 0n;
      }),

    async release(channelId, owner) {
      await backend.write((db) =>
        db
          .updateTable('channels')
          .set({ owner: null, owner_until: 0 })
          .where('id', '=', channelId)
          .where('owner', '=', owner)
          .execute(),
      );
    },

    async freeAll() {
      await backend.write((db) =>
        db.updateTable('channels').set({ owner: null, owner_until: 0 }).where('owner', 'is not', null).execute(),
      );
    },

    take: (channelId, owner, now) =>
      // What is `sending` after a crash goes back into the line.
      begin(async (db) => {
        const place = db
          .selectFrom('channels')
          .select('id')
          .where('id', '=', channelId)
          .where('owner', '=', owner)
          .where('enabled', '=', 1);
        // On PostgreSQL another process may be taking the place over right now.
        if (!(await (backend.kind === 'postgres' ? place.forUpdate() : place).executeTakeFirst())) return null;
        const head = await findHead(db, channelId, now);
        if (!head) return null;
        const taken = { state: 'sending', attempts: head.attempts + 1 } as const;
        await db.updateTable('deliveries').set(taken).where('id', '=', head.id).execute();
        return toDelivery({ ...head, ...taken });
      }),

    nextAt: (channelId) =>
      backend.read(async (db) => {
        const tried = await findTried(db, channelId);
        if (tried?.state === 'sending') return null;
        const { queued } = await db
          .selectFrom('deliveries')
          .select((eb) => eb.fn.min<number | null>('next_at').as('queued'))
          .where('channel_id', '=', channelId)
          .where(UNSENT)
          .executeTakeFirstOrThrow();
        const { grown } = await db
          .selectFrom('deliveries')
          .select((eb) => eb.fn.min<number | null>('next_at').as('grown'))
          .where('channel_id', '=', channelId)
          .where(GROWN)
          .executeTakeFirstOrThrow();
        const times = [tried?.next_at ?? queued, grown].filter((time) => time !== null);
        return times.length === 0 ? null : Math.min(...times);
      }),

    async recover(channelId) {
      await backend.write(async (db) => {
        const sending = db
          .updateTable('deliveries')
          .where('channel_id', '=', channelId)
          .where(UNSENT)
          .where('state', '=', 'sending');
        await sending.set({ state: 'sent' }).where('shown_version', 'is not', null).execute();
        await sending.set({ state: 'queued' }).where('shown_version', 'is', null).execute();
      });
    },
  };
}

async function findHead(db: Db, channelId: string, now: number): Promise<DeliveryRow | undefined> {
  const tried = await findTried(db, channelId);
  if (!tried) return (await findDue(db, channelId, now)) ?? findGrown(db, channelId, now);
  if (tried.state === 'sending') return undefined;
  return tried.next_at <= now ? tried : findGrown(db, channelId, now);
}

const unsent = (db: Db, channelId: string) =>
  db.selectFrom('deliveries').selectAll().where('channel_id', '=', channelId).where(UNSENT);

/** What is under way, or waits for its next try: it holds the line. */
function findTried(db: Db, channelId: string): Promise<DeliveryRow | undefined> {
  return unsent(db, channelId).where(TRIED).orderBy('seq').limit(1).executeTakeFirst();
}

function findDue(db: Db, channelId: string, now: number): Promise<DeliveryRow | undefined> {
  return unsent(db, channelId)
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
}

function findGrown(db: Db, channelId: string, now: number): Promise<DeliveryRow | undefined> {
  return db
    .selectFrom('deliveries')
    .selectAll()
    .where('channel_id', '=', channelId)
    .where(GROWN)
    .where('state', '=', 'sent')
    .where('next_at', '<=', now)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
}
