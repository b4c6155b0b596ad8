// Microsoft Teams: an adaptive card with the picture inside; sent to /hooks.

import { createTeamsAdapter } from '@chat-adapter/teams';
import { ChannelError } from '../channel-port.ts';
import type { ChatLogger, Messenger } from './chat.ts';
import { forTeams } from './chat-escape.ts';
import type { MessengerParts } from './chat-kinds.ts';

const SERVICE = 'https://smba.trafficmanager.net/teams';

export function openTeams({ settings, logger }: MessengerParts<'teams'>): Messenger {
  // The library of Microsoft writes to the console by itself: whoever sends forgeries would fill it.
  process.env['LOG'] ??= '-@teams/*';
  const { appId, appPassword, tenantId, conversation, serviceUrl = SERVICE, apiUrl } = settings;
  const adapter = createTeamsAdapter({
    appId,
    appPassword,
    ...(tenantId === undefined ? { appType: 'MultiTenant' } : { appTenantId: tenantId }),
    ...(apiUrl !== undefined && { apiUrl }),
    logger: withPatience(logger),
  });

  return {
    kind: 'teams',
    adapter,
    room() {
      const conversationId = conversationIn(conversation ?? '');
      if (conversationId !== '') return adapter.encodeThreadId({ conversationId, serviceUrl });
      throw new ChannelError(
        'The channel names no conversation: write "here" to the bot in the channel that is to get the messages, and put what it answers into the settings.',
        { retry: false },
      );
    },
    text: forTeams,
    title: forTeams,
    joins: false,
    keepsButtons: false,
    quotes: false,
    // A bot is told only what is said to it.
    hearsOnlyMine: true,
    // Inside the card: a change of the message replaces all that it has.
    dress(card, { bytes }) {
      if (bytes === null) return { card };
      return { card: { ...card, imageUrl: `data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}` } };
    },
    about(threadId) {
      const { conversationId } = adapter.decodeThreadId(threadId);
      const message = /;messageid=(\d+)/.exec(conversationId)?.[1];
      return message === undefined ? [] : [message];
    },
    textOf(message) {
      const { text = '' } = message.raw as { text?: string };
      return text
        .replaceAll(/<at[^>]*>[^<]*<\/at>/gi, ' ')
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll('&nbsp;', ' ')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&')
        .trim();
    },
    describe(roomId) {
      const room = adapter.decodeThreadId(roomId);
      return `This channel is ${room.conversationId}, its service ${room.serviceUrl}`;
    },
    pressId: (raw) => (raw as { id?: string }).id ?? null,
  };
}

/** For how long Teams wants to be left alone stands in a header, which the library leaves behind; it takes it from its error, and the
 * error passes here before. */
function withPatience(logger: ChatLogger): ChatLogger {
  const error: ChatLogger['error'] = (message, ...details) => {
    for (const detail of details) {
      const { error } = (detail ?? {}) as {
        error?: { response?: { headers?: Record<string, unknown> }; retryAfter?: number };
      };
      const seconds = Number(error?.response?.headers?.['retry-after']);
      if (error && seconds > 0) error.retryAfter = seconds;
    }
    logger.error(message, ...details);
  };
  const patient: ChatLogger = { ...logger, child: () => patient, error };
  return patient;
}

/** Out of a link to a channel, or as it is. */
function conversationIn(text: string): string {
  const [, linked] = /\/channel\/([^/?#]+)/.exec(text) ?? [];
  return linked === undefined ? text.trim() : decodeURIComponent(linked);
}
