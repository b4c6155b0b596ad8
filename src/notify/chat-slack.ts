// Slack: a message with buttons, the picture before it; connected by Socket Mode, or sent to /hooks.

import { createSlackAdapter, type SlackAdapterConfig } from '@chat-adapter/slack';
import type { Messenger } from './chat.ts';
import { forSlack, forSlackPlain } from './chat-escape.ts';
import type { MessengerParts } from './chat-kinds.ts';
import { keepListening, LONGEST_MS } from './chat-listening.ts';

const TIMEOUT_MS = 30_000;

type SlackLog = NonNullable<NonNullable<SlackAdapterConfig['webClientOptions']>['logger']>;

/** Whatever it has to say comes as an error too. */
const SILENT: SlackLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => 'error' as ReturnType<SlackLog['getLevel']>,
  setName: () => undefined,
};

export function openSlack({ settings, logger }: MessengerParts<'slack'>): Messenger {
  const { botToken, channelId, appToken, signingSecret, apiUrl } = settings;
  const adapter = createSlackAdapter({
    botToken,
    // Without a secret nobody can prove to be Slack, so nobody is let in.
    ...(signingSecret === undefined ? { webhookVerifier: () => false } : { signingSecret }),
    ...(appToken !== undefined && { appToken }),
    ...(apiUrl !== undefined && { apiUrl: apiUrl.replace(/\/*$/, '/') }),
    // The dispatcher tries again, and knows when: a call that waits for half an hour would hold up the line.
    webClientOptions: {
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: TIMEOUT_MS,
      logger: SILENT,
    },
    logger,
  });

  return {
    kind: 'slack',
    adapter,
    room: () => `slack:${channelId}`,
    text: forSlack,
    title: forSlackPlain,
    joins: true,
    keepsButtons: false,
    quotes: false,
    hearsOnlyMine: false,
    dress(card, { bytes }, isChange) {
      if (bytes === null || isChange) return { card };
      return { card, files: [{ data: Buffer.from(bytes), filename: 'kith.jpg', mimeType: 'image/jpeg' }] };
    },
    about(threadId) {
      const timestamp = threadId.split(':')[2];
      return timestamp ? [timestamp] : [];
    },
    textOf(message) {
      const { text = '' } = message.raw as { text?: string };
      const mine = adapter.botUserId === undefined ? text : text.replaceAll(`<@${adapter.botUserId}>`, '');
      return mine.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim();
    },
    describe: (roomId) => `This channel is ${roomId.split(':')[1] ?? ''}.`,
    pressId: (raw) => (raw as { trigger_id?: string }).trigger_id ?? null,
    async listen(handle) {
      if (appToken === undefined) return async () => undefined;
      return keepListening(async (signal) => {
        let ended: Promise<unknown> = Promise.resolve();
        let isFirst = true;
        const options = {
          // The first task is the connection itself, all others are what comes over it.
          waitUntil: (task: Promise<unknown>) => {
            if (isFirst) ended = task;
            else handle(task);
            isFirst = false;
          },
        };
        await adapter.startSocketModeListener(options, LONGEST_MS, signal);
        await ended;
      });
    },
  };
}
