// Discord: an embed with the picture in it, and buttons; connected by the gateway, or sent to /hooks.

import { createDiscordAdapter } from '@chat-adapter/discord';
import { messageOf } from '../errors.ts';
import type { ChatMessage, Messenger } from './chat.ts';
import { forMarkdown } from './chat-escape.ts';
import type { MessengerParts } from './chat-kinds.ts';
import { keepListening, LONGEST_MS } from './chat-listening.ts';
import { answerIn } from './chat-words.ts';

const API = 'https://discord.com/api/v10';
const PICTURE = 'kith.jpg';
/** Only the sender sees what is answered. */
const EPHEMERAL = 64;
/** A signature tells nothing of when: what is older was sent by somebody who has overheard it. */
const STALE_S = 300;
const TIMEOUT_MS = 30_000;

/** https://discord.com/developers/docs/interactions/application-commands */
const COMMAND = {
  name: 'kith',
  type: 1,
  description: 'Ask Kith, or answer it: help, link CODE, who is here …',
  options: [
    { type: 3, name: 'text', description: 'What you want to say', required: false },
    { type: 11, name: 'picture', description: 'A picture that goes along', required: false },
  ],
};

export function openDiscord({ settings, logger, log }: MessengerParts<'discord'>): Messenger {
  const { botToken, applicationId, serverId, channelId, gateway, publicKey } = settings;
  const base = (settings.apiUrl ?? API).replace(/\/+$/, '');
  const adapter = createDiscordAdapter({
    botToken,
    applicationId,
    // Without a key nobody can prove to be Discord, so nobody is let in.
    ...(publicKey === undefined ? { webhookVerifier: () => false } : { publicKey }),
    apiUrl: base,
    userName: 'kith',
    interactionFlags: () => EPHEMERAL,
    logger,
  });

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(base + path, {
      method,
      headers: { authorization: `Bot ${botToken}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw Object.assign(new Error(`Discord answered ${answer.status}`), { status: answer.status });
    return answer.json();
  }

  /** The library does not say which message a reply answers. */
  async function quotedBy({ text, raw }: ChatMessage): Promise<readonly string[]> {
    const { id, channel_id: channel } = raw as { id?: string; channel_id?: string };
    if (id === undefined || channel === undefined || answerIn(text.replace(/^(?:<@!?\d+>\s*)+/, '')) === null)
      return [];
    const message = (await call('GET', `/channels/${channel}/messages/${id}`).catch(() => null)) as {
      message_reference?: { message_id?: string };
    } | null;
    const quoted = message?.message_reference?.message_id;
    return quoted === undefined ? [] : [quoted];
  }

  return {
    kind: 'discord',
    adapter,
    room: () => `discord:${serverId}:${channelId}`,
    text: forMarkdown,
    title: forMarkdown,
    joins: true,
    most: { rows: 5, inRow: 5 },
    keepsButtons: true,
    quotes: false,
    hearsOnlyMine: false,
    dress(card, { bytes }, isChange) {
      if (bytes === null) return { card };
      const shown = { ...card, imageUrl: `attachment://${PICTURE}` };
      // A message that is changed keeps its files.
      if (isChange) return { card: shown };
      return { card: shown, files: [{ data: Buffer.from(bytes), filename: PICTURE, mimeType: 'image/jpeg' }] };
    },
    // A thread that was begun at a message has its id.
    async about(threadId, message) {
      const thread = threadId.split(':')[3];
      return [...(thread === undefined ? [] : [thread]), ...(message ? await quotedBy(message) : [])];
    },
    textOf: ({ text }) => text.replace(/^(?:(?:<@[!&]?\d+>|@\d+)[\s:,]*)+/, '').trim(),
    describe: (roomId) => `This channel is ${roomId.split(':')[2] ?? ''} of the server ${roomId.split(':')[1] ?? ''}.`,
    pressId: (raw) => (raw as { id?: string }).id ?? null,
    isStale(headers, now) {
      const sent = Number(headers.get('x-signature-timestamp'));
      return !Number.isFinite(sent) || Math.abs(now / 1000 - sent) > STALE_S;
    },
    async listen(handle) {
      handle(
        call('POST', `/applications/${applicationId}/commands`, COMMAND).catch((error: unknown) =>
          log.warn({ reason: messageOf(error) }, 'The command /kith could not be made known to Discord.'),
        ),
      );
      if (!gateway) return async () => undefined;
      return keepListening(async (signal) => {
        let ended: Promise<unknown> = Promise.resolve();
        const waitUntil = (task: Promise<unknown>): void => {
          ended = task;
        };
        await adapter.startGatewayListener({ waitUntil }, LONGEST_MS, signal);
        await ended;
      });
    },
  };
}
