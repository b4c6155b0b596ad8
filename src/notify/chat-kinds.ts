// The messengers: each is loaded only when there is a channel of its kind, because their libraries take 30 to 90 MB.

import type { ChatKind, ChatSettings } from '../channel-chat.ts';
import type { Log } from '../log.ts';
import type { ChatLogger, Messenger } from './chat.ts';

export interface MessengerParts<K extends ChatKind> {
  readonly settings: ChatSettings[K];
  readonly logger: ChatLogger;
  readonly log: Log;
  /** Public address of the hook of this channel; null: Kith does not know its own. */
  readonly hook: string | null;
}

type Open<K extends ChatKind> = (parts: MessengerParts<K>) => Messenger;

export const MESSENGERS: { readonly [K in ChatKind]: () => Promise<Open<K>> } = {
  telegram: async () => (await import('./chat-telegram.ts')).openTelegram,
  slack: async () => (await import('./chat-slack.ts')).openSlack,
  discord: async () => (await import('./chat-discord.ts')).openDiscord,
  teams: async () => (await import('./chat-teams.ts')).openTeams,
  gchat: async () => (await import('./chat-gchat.ts')).openGoogleChat,
};
