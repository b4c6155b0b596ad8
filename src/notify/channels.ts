// Kind of channel → what opens it. One file and one line per kind, loaded with the first channel of it: the libraries take memory.

import type { ChannelKind, ChannelRow } from '../delivery-port.ts';
import { ChannelError, type Channel } from '../channel-port.ts';
import { channelSettings } from '../channel-settings.ts';
import { messageOf } from '../errors.ts';
import type { Store } from '../store-port.ts';
import type { Chats } from './chats.ts';
import type { MqttPorts } from './mqtt-channel.ts';

/** What a channel may use of the house. */
export interface ChannelPorts extends Omit<MqttPorts, 'store'> {
  readonly store: Store;
  readonly chats: Pick<Chats, 'open'>;
}

/** Settings are whole and checked. Answers once the channel can send; throws ChannelError. */
export type OpenChannel = (row: ChannelRow, ports: ChannelPorts, signal: AbortSignal) => Promise<Channel>;

const openChat: OpenChannel = (row, { chats }) => chats.open(row);

const openWebhook: OpenChannel = async (row, ports) => (await import('./webhook-channel.ts')).openWebhook(row, ports);

const OPENERS: Partial<Record<ChannelKind, OpenChannel>> = {
  telegram: openChat,
  slack: openChat,
  discord: openChat,
  teams: openChat,
  gchat: openChat,
  email: async (row) => (await import('./email-channel.ts')).openEmail(row),
  webhook: openWebhook,
  errbot: openWebhook,
  mqtt: async (row, ports, signal) => (await import('./mqtt-channel.ts')).openMqtt(row, ports, signal),
  ntfy: async (row, ports) => (await import('./ntfy-channel.ts')).openNtfy(row, ports),
  webpush: async (row, ports) => (await import('./webpush-channel.ts')).openWebPush(row, ports),
};

/** Throws ChannelError; the caller closes what was opened. */
export async function openChannel(row: ChannelRow, ports: ChannelPorts, signal: AbortSignal): Promise<Channel> {
  const open = OPENERS[row.kind];
  if (!open) {
    throw new ChannelError(`This Kith knows no channel of the kind ${row.kind}: update Kith, or remove the channel.`, {
      retry: false,
    });
  }
  return open({ ...row, settings: settingsOf(row) }, ports, signal);
}

/** An earlier Kith may have kept settings that lack a key. */
function settingsOf({ kind, settings }: ChannelRow): ChannelRow['settings'] {
  try {
    return channelSettings(kind, settings, settings);
  } catch (error) {
    throw new ChannelError(messageOf(error), { retry: false, cause: error });
  }
}
