// Google Chat: a card whose picture Google fetches from the public address of Kith; sent to /hooks.

import { createGoogleChatAdapter } from '@chat-adapter/gchat';
import { serviceAccountIn } from '../channel-chat.ts';
import type { Messenger } from './chat.ts';
import { forGoogleChat, forPlain } from './chat-escape.ts';
import type { MessengerParts } from './chat-kinds.ts';

export function openGoogleChat({ settings, logger, hook }: MessengerParts<'gchat'>): Messenger {
  const { space, projectNumber, apiUrl } = settings;
  const adapter = createGoogleChatAdapter({
    credentials: serviceAccountIn(settings.credentials),
    ...(projectNumber !== undefined && { googleChatProjectNumber: projectNumber }),
    ...(hook !== null && { endpointUrl: hook }),
    // Without an audience no token can be checked: this one is nobody's.
    ...(projectNumber === undefined && hook === null && { pubsubAudience: 'none' }),
    ...(apiUrl !== undefined && { apiUrl: apiUrl.replace(/\/*$/, '/') }),
    userName: 'kith',
    logger,
  });

  return {
    kind: 'gchat',
    adapter,
    room: () => `gchat:${space}`,
    text: forGoogleChat,
    title: forPlain,
    joins: false,
    keepsButtons: false,
    quotes: false,
    // An app is told only what is said to it.
    hearsOnlyMine: true,
    dress(card, { url, alt }) {
      if (url === null) return { card };
      return { card: { ...card, children: [{ type: 'image', url, alt }, ...card.children] } };
    },
    keysOf: ({ id, raw }) => {
      const thread = (raw as { thread?: { name?: string | null } | null }).thread?.name;
      return thread ? [id, thread] : [id];
    },
    about(threadId) {
      const { threadName } = adapter.decodeThreadId(threadId);
      return threadName === undefined ? [] : [threadName];
    },
    textOf({ text, raw }) {
      const { chat } = raw as { chat?: { messagePayload?: { message?: { argumentText?: string } } } };
      return (chat?.messagePayload?.message?.argumentText ?? text).trim();
    },
    describe: (roomId) => `This space is ${roomId.split(':').slice(1).join(':')}.`,
    pressId(raw) {
      const { chat } = raw as { chat?: { eventTime?: string; user?: { name?: string } } };
      return chat?.eventTime === undefined ? null : `${chat.eventTime} ${chat.user?.name ?? ''}`;
    },
  };
}
