// The kinds of channels and the settings of each: what the API checks, what is secret, what the panel makes forms of. One line per kind.

import type { ChannelKind } from './delivery-port.ts';
import { CHAT_CHANNELS } from './channel-chat.ts';
import { EMAIL_CHANNEL } from './channel-email.ts';
import type { ChannelKindEntry } from './channel-kind.ts';
import { MQTT_CHANNEL } from './channel-mqtt.ts';
import { WEB_CHANNELS } from './channel-web.ts';
import { KithError } from './errors.ts';
import { checkedSettings, maskSecrets, type Settings } from './kind-settings.ts';

/** In the order of the panel. */
export const CHANNEL_KINDS: readonly ChannelKindEntry[] = [
  ...CHAT_CHANNELS,
  EMAIL_CHANNEL,
  ...WEB_CHANNELS,
  MQTT_CHANNEL,
];

/** KithError `invalid` for a kind that this Kith does not know. */
export function channelKind(kind: string): ChannelKindEntry {
  const entry = CHANNEL_KINDS.find((one) => one.kind === kind);
  if (entry) return entry;
  const known = CHANNEL_KINDS.map((one) => one.kind).join(', ');
  throw new KithError('invalid', `There is no kind of channel ${JSON.stringify(kind)}: known are ${known}.`);
}

/** Defaults filled in, secrets that came back masked restored from what is `stored`. KithError `invalid` names the key. */
export function channelSettings(kind: ChannelKind, given: Settings, stored: Settings | null): Settings {
  return checkedSettings(channelKind(kind), given, stored);
}

/** As they leave the server. */
export function maskedSettings(kind: ChannelKind, settings: Settings): Settings {
  return maskSecrets(channelKind(kind), settings);
}
