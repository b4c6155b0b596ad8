// Telegram: a photo with a caption and buttons under it; fetched by polling, or sent to /hooks.

import { createHash } from 'node:crypto';
import { createTelegramAdapter } from '@chat-adapter/telegram';
import { ChannelError } from '../channel-port.ts';
import { messageOf } from '../errors.ts';
import { backoffMs, pause } from '../lifecycle.ts';
import type { BotCard } from './chat-bot.ts';
import type { Messenger } from './chat.ts';
import { forMarkdown } from './chat-escape.ts';
import type { MessengerParts } from './chat-kinds.ts';

const API = 'https://api.telegram.org';
const MOST_CAPTION = 1024;
const UPDATES = ['message', 'callback_query'];

export function openTelegram({ settings, logger, log, hook }: MessengerParts<'telegram'>): Messenger {
  const { botToken, chatId, polling } = settings;
  const base = (settings.apiUrl ?? API).replace(/\/+$/, '');
  const secretToken = secretOf(botToken);
  const adapter = createTelegramAdapter({
    botToken,
    apiUrl: base,
    // Polling begins with `listen`.
    mode: 'webhook',
    secretToken,
    mentionOnReply: true,
    longPolling: { allowedUpdates: UPDATES },
    logger,
  });

  async function call(method: string, body: object): Promise<void> {
    const answer = await fetch(`${base}/bot${botToken}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    if (answer.ok) return;
    const said = (await answer.json().catch(() => ({}))) as {
      description?: string;
      parameters?: { retry_after?: number };
    };
    const description = said.description ?? `status ${answer.status}`;
    // What is shown already is as it should be.
    if (/message is not modified/i.test(description)) return;
    throw Object.assign(new Error(description), { status: answer.status, retryAfter: said.parameters?.retry_after });
  }

  return {
    kind: 'telegram',
    adapter,
    room() {
      if (chatId !== undefined && chatId !== '') return `telegram:${chatId}`;
      throw new ChannelError(
        'The channel names no chat: write /here to the bot in the chat that is to get the messages, and put the number that it answers into the settings.',
        { retry: false },
      );
    },
    text: forMarkdown,
    title: forMarkdown,
    joins: true,
    keepsButtons: false,
    quotes: true,
    hearsOnlyMine: false,
    dress(card, { bytes }, isChange) {
      if (bytes === null || isChange) return { card };
      const photo = { type: 'image' as const, data: Buffer.from(bytes), name: 'kith.jpg', mimeType: 'image/jpeg' };
      const message = { card, attachments: [photo] };
      return message;
    },
    // What stands under a photo is a caption, which the library does not change.
    async change(place, card) {
      if (!place.hasPicture) return false;
      const [, chat, message] = /^(.+):(\d+)$/.exec(place.messageId) ?? [];
      if (chat === undefined) return false;
      await call('editMessageCaption', {
        chat_id: chat,
        message_id: Number(message),
        ...captionOf(card),
        reply_markup: { inline_keyboard: keyboardOf(card) },
      });
      return true;
    },
    about: (_threadId, message) => (message?.replyTo ? [message.replyTo.id] : []),
    describe: (roomId) => `This chat is ${roomId.split(':')[1] ?? ''}.`,
    pressId(raw) {
      const { id, message_id: message, chat } = raw as { id?: string; message_id?: number; chat?: { id: number } };
      return id ?? (message === undefined ? null : `${chat?.id ?? ''}:${message}`);
    },
    async listen() {
      const stopping = new AbortController();
      const begun = begin(stopping.signal);
      return async () => {
        stopping.abort();
        await begun;
        await adapter.stopPolling();
      };
    },
  };

  /** Telegram either sends or is asked. Who cannot reach it tries on, and sends what can be sent meanwhile. */
  async function begin(signal: AbortSignal): Promise<void> {
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        if (polling) await call('deleteWebhook', {});
        else if (hook !== null) {
          await call('setWebhook', { url: hook, secret_token: secretToken, allowed_updates: UPDATES });
        }
        break;
      } catch (error) {
        log.warn(
          { reason: messageOf(error) },
          'Telegram could not be told how messages are fetched: it is tried again.',
        );
        await pause(backoffMs(tries), signal);
      }
    }
    if (polling && !signal.aborted) await adapter.startPolling({ deleteWebhook: false });
  }
}

/** Nobody has to make one up: who knows the bot's token may do everything as the bot anyway. */
function secretOf(botToken: string): string {
  return createHash('sha256').update(`kith webhook ${botToken}`).digest('base64url');
}

/** Without markup: what is bold is said beside the text. */
function captionOf({ title, lines }: BotCard): { caption: string; caption_entities: readonly object[] } {
  const caption = [title, ...lines].join('\n').slice(0, MOST_CAPTION).toWellFormed();
  const length = Math.min(title.length, caption.length);
  return { caption, caption_entities: length > 0 ? [{ type: 'bold', offset: 0, length }] : [] };
}

/** As the library makes it. */
function keyboardOf({ rows }: BotCard): readonly (readonly object[])[] {
  return rows.map((row) =>
    row.flatMap(({ label, press, url }): object[] => {
      if (url !== undefined) return [{ text: label, url }];
      if (press === null) return [];
      return [{ text: label, callback_data: `chat:${JSON.stringify({ a: press.id, v: press.value })}` }];
    }),
  );
}
