// Channels: where messages go.

import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Hours } from '../alert-port.ts';
import type { ChannelDefinition, ChannelRow, ChannelStore } from '../delivery-port.ts';
import { KithError } from '../errors.ts';
import type { ChannelTable } from './alert-schema.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { checkName } from './names.ts';
import type { Db } from './schema.ts';

type Row = Omit<Selectable<ChannelTable>, 'owner' | 'owner_until'>;

const COLUMNS = ['id', 'name', 'kind', 'enabled', 'settings', 'quiet', 'created_at', 'version'] as const;

export function createChannels(backend: Backend): ChannelStore {
  return {
    list: () =>
      backend.read(async (db) => {
        const rows = await db.selectFrom('channels').select(COLUMNS).orderBy('created_at').orderBy('id').execute();
        return rows.map(toChannel);
      }),

    get: (id) =>
      backend.read(async (db) => {
        const row = await findChannel(db, id);
        return row ? toChannel(row) : null;
      }),

    add(channel, at) {
      const row: Row = { id: randomUUID(), ...valuesOf(channel), created_at: Math.round(at), version: 1 };
      return backend.writeChanges(async (db) => {
        await db.insertInto('channels').values(row).execute();
        await tell(db, row.id, 'add', at);
        return toChannel(row);
      });
    },

    change(id, channel, ifVersion) {
      const values = valuesOf(channel);
      return backend.writeChanges(async (db) => {
        const row = await mustFind(db, id);
        if (ifVersion !== undefined && row.version !== ifVersion) {
          throw new KithError('conflict', `Somebody has changed the channel "${row.name}" meanwhile: load it again.`);
        }
        if (values.kind !== row.kind) {
          throw new KithError(
            'conflict',
            `The channel "${row.name}" is of the kind ${row.kind} and stays so: make a new channel for ${values.kind}.`,
          );
        }
        const next = { ...row, ...values, version: row.version + 1 };
        await db.updateTable('channels').set(next).where('id', '=', id).execute();
        // Somebody has put right what was wrong: nobody wants to wait for the back-off then.
        await db
          .updateTable('deliveries')
          .set({ next_at: Date.now() })
          .where('channel_id', '=', id)
          .where('state', '=', 'queued')
          .where('attempts', '>', 0)
          .execute();
        await tell(db, id, 'change', Date.now());
        return toChannel(next);
      });
    },

    async remove(id) {
      await backend.writeChanges(async (db) => {
        await mustFind(db, id);
        await db.deleteFrom('channels').where('id', '=', id).execute();
        await tell(db, id, 'remove', Date.now());
      });
    },
  };
}

function valuesOf({ name, kind, enabled, settings, quiet }: ChannelDefinition) {
  return {
    name: checkName(name, 'name of the channel'),
    kind,
    enabled: enabled ? 1 : 0,
    settings: JSON.stringify(settings),
    quiet: quiet && JSON.stringify(quiet),
  };
}

async function tell(db: Db, id: string, action: 'add' | 'change' | 'remove', at: number): Promise<void> {
  await logChanges(db, 'alert', [{ entity: 'channel', action, id }], at);
}

function findChannel(db: Db, id: string): Promise<Row | undefined> {
  return db.selectFrom('channels').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

async function mustFind(db: Db, id: string): Promise<Row> {
  const row = await findChannel(db, id);
  if (!row) throw new KithError('not_found', `There is no channel ${JSON.stringify(id)}.`);
  return row;
}

function toChannel(row: Row): ChannelRow {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    enabled: row.enabled !== 0,
    settings: JSON.parse(row.settings) as ChannelRow['settings'],
    quiet: row.quiet === null ? null : (JSON.parse(row.quiet) as Hours),
    createdAt: row.created_at,
    version: row.version,
  };
}
