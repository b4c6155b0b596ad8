// The shapes of channels and deliveries.

import { Type, type Static } from 'typebox';
import type { ChannelRow, Delivery } from '../delivery-port.ts';
import { maskedSettings } from '../channel-settings.ts';
import { HoursSchema } from '../hours-schema.ts';
import { maybeTime, time } from './json.ts';
import * as S from './schemas.ts';

const Settings = Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', additionalProperties: true });
const FIELDS = {
  name: S.Name,
  kind: Type.String({ description: 'one of GET /channels/kinds, which also says what `settings` takes' }),
  enabled: Type.Boolean(),
  settings: Settings,
  quiet: S.Nullable(HoursSchema),
};
export const NewChannel = S.Exact({
  ...FIELDS,
  enabled: Type.Optional(Type.Boolean({ description: 'without it: yes' })),
  quiet: Type.Optional(S.Nullable(HoursSchema)),
});
export const ChangedChannel = S.Exact({ ...NewChannel.properties, ifVersion: Type.Optional(Type.Integer()) });
export const ChannelJson = Type.Object({
  id: Type.String(),
  ...FIELDS,
  settings: Type.Unsafe<Readonly<Record<string, unknown>>>({
    type: 'object',
    additionalProperties: true,
    description: 'secrets are "***"; sent back like that they stay as they are',
  }),
  createdAt: S.Time,
  version: Type.Integer(),
});
export const ChannelKindJson = Type.Object({
  kind: Type.String(),
  title: Type.String(),
  description: Type.String(),
  schema: Type.Unsafe<object>({ type: 'object', additionalProperties: true, description: 'JSON schema of `settings`' }),
});
export const TestedJson = Type.Object({
  ok: Type.Boolean(),
  error: S.Nullable(Type.String({ description: 'what the receiver said' })),
});

export const DeliveryStateJson = Type.Enum(['queued', 'sending', 'sent', 'failed']);
export const DeliveryJson = Type.Object({
  id: Type.String({ description: 'goes along with the message, which may arrive more than once' }),
  alert: Type.String(),
  channel: Type.String(),
  state: DeliveryStateJson,
  attempts: Type.Integer(),
  at: S.Time,
  nextAt: S.Time,
  sentAt: S.Nullable(S.Time),
  error: S.Nullable(Type.String()),
});

export function channelJson({ kind, settings, createdAt, ...channel }: ChannelRow): Static<typeof ChannelJson> {
  return {
    ...channel,
    kind,
    settings: maskedSettings(kind, settings),
    createdAt: time(createdAt),
  } as Static<typeof ChannelJson>;
}

export function deliveryJson(delivery: Delivery): Static<typeof DeliveryJson> {
  const { id, alertId, channelId, state, attempts, at, nextAt, sentAt, error } = delivery;
  return {
    id,
    alert: alertId,
    channel: channelId,
    state,
    attempts,
    at: time(at),
    nextAt: time(nextAt),
    sentAt: maybeTime(sentAt),
    error,
  };
}
