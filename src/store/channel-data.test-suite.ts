// Channels with what stands in their lines, for tests of the store.

import assert from 'node:assert/strict';
import type { ChannelDefinition } from '../delivery-port.ts';
import type { Store } from '../store-port.ts';
import { growAlerts } from './alert-growth.ts';
import type { Backend } from './backend.ts';

export const NOW = 1_700_000_000_000;
export const MAIL: ChannelDefinition = {
  name: 'Mail',
  kind: 'email',
  enabled: true,
  settings: { to: ['ada@example.org'] },
  quiet: null,
};

/** Alerts and deliveries as a classification writes them. */
export async function queue(backend: Backend, channelId: string, ids: readonly string[], nextAt = NOW): Promise<void> {
  await backend.write(async (db) => {
    for (const id of ids) {
      await db
        .insertInto('alerts')
        .values({
          id: `alert ${id}`,
          rule_id: 'r',
          rule_name: 'Strangers',
          event: 'unknown',
          at: NOW,
          camera_id: 'door',
          subject: id,
          gathers_until: NOW,
        })
        .execute();
      await db
        .insertInto('deliveries')
        .values({ id, alert_id: `alert ${id}`, channel_id: channelId, state: 'queued', at: NOW, next_at: nextAt })
        .execute();
    }
  });
}

export const grow = (backend: Backend, id: string) => backend.writeChanges((db) => growAlerts(db, [`alert ${id}`]));

/** Answers the id of a channel whose place the owner holds. */
export const held = async (store: Store, owner: string): Promise<string> => {
  const { id } = await store.channels.add(MAIL, NOW);
  assert.equal(await store.deliveries.hold(id, owner, NOW + 30_000, NOW), true);
  return id;
};

export const stateOf = async (store: Store, id: string) =>
  (await store.deliveries.list({}, { limit: 99 })).items.find((delivery) => delivery.id === id);
