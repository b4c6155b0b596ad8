// /channels: where messages go, and /deliveries: what became of each.

import { Type, type Static } from 'typebox';
import type { ChannelDefinition, ChannelRow } from '../delivery-port.ts';
import { CHANNEL_KINDS, channelKind, channelSettings } from '../channel-settings.ts';
import { checkSeesAll } from './auth.ts';
import {
  ChangedChannel,
  ChannelJson,
  channelJson,
  ChannelKindJson,
  DeliveryJson,
  deliveryJson,
} from './channel-schemas.ts';
import { DeliveryStateJson, NewChannel, TestedJson } from './channel-schemas.ts';
import { loaded, notFound, type App, type Context } from './context.ts';
import { API } from './json.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['alerts'];
const DeliveryQuery = S.Exact({
  ...S.PageQuery,
  channel: Type.Optional(S.Id),
  alert: Type.Optional(
    Type.Array(S.Id, { minItems: 1, maxItems: 100, description: 'may be repeated: of one of these alerts' }),
  ),
  state: Type.Optional(DeliveryStateJson),
});

export function channelRoutes(app: App, { ports }: Context): void {
  const { store, clock } = ports;

  app.get(
    `${API}/channels`,
    {
      config: { access: ['admin'] },
      schema: { tags, summary: 'All channels, secrets masked', response: answers(200, S.List(ChannelJson)) },
    },
    async () => ({ items: (await store.channels.list()).map(channelJson), next: null }),
  );

  app.get(
    `${API}/channels/kinds`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'Kinds of channels, and the settings of each',
        response: answers(200, S.List(ChannelKindJson)),
      },
    },
    async () => ({
      items: CHANNEL_KINDS.map(({ kind, title, description, settings }) => ({
        kind,
        title,
        description,
        schema: settings as object,
      })),
      next: null,
    }),
  );

  app.post(
    `${API}/channels`,
    {
      config: { access: ['admin'], audit: 'channel.add' },
      schema: { tags, summary: 'Add a channel', body: NewChannel, response: answers(201, ChannelJson) },
    },
    async (request, reply) => {
      checkSeesAll(request, 'a channel');
      const channel = await store.channels.add(definitionOf(request.body, null), clock());
      return reply.code(201).send(channelJson(channel));
    },
  );

  app.get(
    `${API}/channels/:id`,
    {
      config: { access: ['admin'] },
      schema: { tags, summary: 'One channel', params: S.IdParams, response: answers(200, ChannelJson) },
    },
    async (request) => channelJson(await channelOf(request.params.id)),
  );

  app.put(
    `${API}/channels/:id`,
    {
      config: { access: ['admin'], audit: 'channel.change' },
      schema: {
        tags,
        summary: 'Change a channel; with `ifVersion`, 409 where somebody has changed it since',
        params: S.IdParams,
        body: ChangedChannel,
        response: answers(200, ChannelJson),
      },
    },
    async (request) => {
      checkSeesAll(request, 'a channel');
      const stored = await channelOf(request.params.id);
      const { ifVersion, ...given } = request.body;
      return channelJson(await store.channels.change(stored.id, definitionOf(given, stored), ifVersion));
    },
  );

  app.delete(
    `${API}/channels/:id`,
    {
      config: { access: ['admin'], audit: 'channel.remove' },
      schema: {
        tags,
        summary: 'Remove a channel with its deliveries',
        params: S.IdParams,
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      checkSeesAll(request, 'a channel');
      await channelOf(request.params.id);
      await store.channels.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${API}/channels/:id/test`,
    {
      config: { access: ['admin'], audit: 'channel.test' },
      schema: {
        tags,
        summary: 'Send a test message with a drawn picture; answers what the receiver really said',
        params: S.IdParams,
        response: answers(200, TestedJson),
      },
    },
    async (request) => {
      const send = loaded(ports.sendTest ?? null);
      const error = await send(await channelOf(request.params.id), request.signal);
      return { ok: error === null, error };
    },
  );

  app.get(
    `${API}/deliveries`,
    {
      config: { access: ['people'] },
      schema: {
        tags,
        summary: 'Deliveries, the latest first',
        querystring: DeliveryQuery,
        response: answers(200, S.List(DeliveryJson)),
      },
    },
    async (request) => {
      checkSeesAll(request, 'the list of deliveries');
      const { limit = 50, cursor, channel, alert, state } = request.query;
      const filter = {
        ...(channel !== undefined && { channelId: channel }),
        ...(alert !== undefined && { alertIds: alert }),
        ...(state !== undefined && { state }),
      };
      const page = await store.deliveries.list(filter, { limit, ...(cursor !== undefined && { cursor }) });
      return { items: page.items.map(deliveryJson), next: page.next };
    },
  );

  app.post(
    `${API}/deliveries/:id/retry`,
    {
      config: { access: ['people'], audit: 'delivery.retry' },
      schema: {
        tags,
        summary: 'Try a failed delivery again',
        params: S.IdParams,
        response: answers(200, DeliveryJson),
      },
    },
    async (request) => {
      checkSeesAll(request, 'a delivery');
      return deliveryJson(await store.deliveries.retry(request.params.id, clock()));
    },
  );

  async function channelOf(id: string): Promise<ChannelRow> {
    const channel = await store.channels.get(id);
    if (!channel) throw notFound('channel', id);
    return channel;
  }
}

/** Checked, with its secrets. */
function definitionOf(given: Static<typeof NewChannel>, stored: ChannelRow | null): ChannelDefinition {
  const { kind } = channelKind(given.kind);
  return {
    name: given.name,
    kind,
    enabled: given.enabled ?? true,
    settings: channelSettings(kind, given.settings, stored?.kind === kind ? stored.settings : null),
    quiet: given.quiet ?? null,
  };
}
