// The kinds of channels and the settings of each: what the API checks, what is secret, what the panel makes forms of. One line per kind.

import type { ChannelKind } from './alert-port.ts';
import { CHAT_CHANNELS } from './channel-chat.ts';
import { EMAIL_CHANNEL } from './channel-email.ts';
import type { ChannelKindEntry, ChannelSettingKeywords } from './channel-kind.ts';
import { WEB_CHANNELS } from './channel-web.ts';
import { KithError } from './errors.ts';
import { HIDDEN } from './secrets.ts';
import { validate } from './validate.ts';

type Settings = Readonly<Record<string, unknown>>;

/** In the order of the panel. */
export const CHANNEL_KINDS: readonly ChannelKindEntry[] = [...CHAT_CHANNELS, EMAIL_CHANNEL, ...WEB_CHANNELS];

/** KithError `invalid` for a kind that this Kith does not know. */
export function channelKind(kind: string): ChannelKindEntry {
  const entry = CHANNEL_KINDS.find((one) => one.kind === kind);
  if (entry) return entry;
  const known = CHANNEL_KINDS.map((one) => one.kind).join(', ');
  throw new KithError('invalid', `There is no kind of channel ${JSON.stringify(kind)}: known are ${known}.`);
}

/** Defaults filled in, secrets that came back masked restored from what is `stored`. KithError `invalid` names the key. */
export function channelSettings(kind: ChannelKind, given: Settings, stored: Settings | null): Settings {
  const entry = channelKind(kind);
  const settings = validate(entry.settings, restored(entry, given, stored), 'settings') as Settings;
  entry.check?.(settings);
  return settings;
}

/** As they leave the server. */
export function maskedSettings(kind: ChannelKind, settings: Settings): Settings {
  const secrets = secretKeys(channelKind(kind));
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, secrets.has(key) && value !== '' ? HIDDEN : value]),
  );
}

function restored(entry: ChannelKindEntry, given: Settings, stored: Settings | null): Settings {
  const secrets = secretKeys(entry);
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => {
      if (!secrets.has(key) || value !== HIDDEN) return [key, value];
      const kept = stored?.[key];
      if (kept !== undefined) return [key, kept];
      throw new KithError('invalid', `settings: "${key}" is ${HIDDEN}, but nothing is stored yet: write it out.`);
    }),
  );
}

function secretKeys({ settings }: ChannelKindEntry): ReadonlySet<string> {
  const entries = Object.entries(settings.properties as Record<string, ChannelSettingKeywords>);
  return new Set(entries.filter(([, { secret }]) => secret === true).map(([key]) => key));
}
