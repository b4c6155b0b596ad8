// All chats of this process: those that the dispatcher sends over, and those that messengers send to.

import { createHash } from 'node:crypto';
import type { AsUser, ChatUserStore, RunCommand } from '../chat-port.ts';
import type { ChannelRow, ChannelStore } from '../delivery-port.ts';
import type { KindSettingKeywords } from '../kind-settings.ts';
import type { Channel } from '../channel-port.ts';
import { CHAT_SETTINGS, isChatKind, type ChatKind, type ChatSettings } from '../channel-chat.ts';
import type { Log } from '../log.ts';
import type { Bot, Ears } from './chat-bot.ts';
import type { Messenger } from './chat.ts';
import { createChatChannel } from './chat-channel.ts';
import { createDesk } from './chat-desk.ts';
import { MESSENGERS, type MessengerParts } from './chat-kinds.ts';
import { createChatMemory, type ChatMemory } from './chat-memory.ts';
import { createChatState } from './chat-state.ts';

/** The longest that a signature is good for: an hour of a token, and its five minutes of doubt. */
const REPLAY_MS = 70 * 60_000;

export interface ChatsParts {
  readonly store: { readonly channels: Pick<ChannelStore, 'get'>; readonly chatUsers: ChatUserStore };
  readonly asUser: AsUser;
  readonly runCommand: RunCommand;
  /** Without a slash at its end; null: Kith does not know under which address others reach it. */
  readonly publicUrl: () => string | null;
  readonly log: Log;
  readonly clock: () => number;
}

export interface Chats {
  /** By the process that holds the channel's place: what fetches by itself begins too. */
  open(row: ChannelRow): Promise<Channel>;
  /** For a message by the way, while another holds the place: nothing is fetched. */
  openToSend(row: ChannelRow): Promise<Channel>;
  /** A request to /hooks/{channelId}, as it came. Null: there is no such channel, or it takes none. */
  receive(channelId: string, request: Request): Promise<Response | null>;
  close(): Promise<void>;
}

interface Opened {
  readonly bot: Bot;
  readonly messenger: Messenger;
  readonly memory: ChatMemory;
}

export function openChats({ store, asUser, runCommand, publicUrl, log, clock }: ChatsParts): Chats {
  const { chatUsers } = store;
  const receivers = new Map<string, { readonly version: number; readonly opened: Promise<Opened> }>();

  async function openBotOf(row: ChannelRow, kind: ChatKind, listens: boolean): Promise<Opened> {
    // Not before there is a chat: the library takes memory.
    const { openBot, chatLogger } = await import('./chat.ts');
    const part = log.child({ channel: row.id });
    const url = publicUrl();
    const parts: MessengerParts<ChatKind> = {
      settings: row.settings as ChatSettings[ChatKind],
      logger: chatLogger(part),
      log: part,
      hook: url === null ? null : `${url}/hooks/${row.id}`,
    };
    const open = (await MESSENGERS[kind]()) as (given: typeof parts) => Messenger;
    const messenger = open(parts);
    const memory = createChatMemory(chatUsers.memory, row.id, clock);
    const ears: Ears = createDesk({
      channel: row,
      users: chatUsers,
      memory,
      asUser,
      runCommand,
      describe: (roomId) => messenger.describe(roomId),
      log: part,
      clock,
    });
    const state = createChatState(chatUsers.memory, `chat:${row.id}:`, clock);
    return { bot: await openBot({ messenger, state, ears, log: part, clock, listens }), messenger, memory };
  }

  function receiverOf(row: ChannelRow, kind: ChatKind): Promise<Opened> {
    const known = receivers.get(row.id);
    if (known?.version === row.version) return known.opened;
    if (known) closeQuietly(known.opened);
    const opened = openBotOf(row, kind, false);
    const receiver = { version: row.version, opened };
    receivers.set(row.id, receiver);
    opened.catch(() => {
      // The settings may have been put right meanwhile.
      if (receivers.get(row.id) === receiver) receivers.delete(row.id);
    });
    return opened;
  }

  async function openAs(row: ChannelRow, listens: boolean): Promise<Channel> {
    const { kind, settings } = row;
    if (!isChatKind(kind)) throw new Error(`${kind} is no chat.`);
    const { bot, memory } = await openBotOf(row, kind, listens);
    return createChatChannel({ kind, bot, memory, secrets: secretsOf(kind, settings) });
  }

  function closeQuietly(opened: Promise<Opened>): void {
    opened
      .then(({ bot }) => bot.close())
      .catch((error: unknown) => log.warn({ err: error }, 'A chat was not closed as it should be.'));
  }

  return {
    open: (row) => openAs(row, true),
    openToSend: (row) => openAs(row, false),

    async receive(channelId, request) {
      const row = await store.channels.get(channelId);
      if (!row?.enabled || !isChatKind(row.kind) || !IS_SENT_TO[row.kind](row.settings)) return null;
      const body = await request.clone().text();
      const { bot, messenger } = await receiverOf(row, row.kind);
      if (messenger.isStale?.(request.headers, clock())) return refused('The request is too old.');
      const mark = `kith:${row.id}:seen|${fingerprint(request, body)}`;
      // Telegram tells the same again until it is told that it arrived, and the library knows it by its number.
      const isReplayed = row.kind !== 'telegram' && (await chatUsers.memory.get(mark, clock())) !== null;
      if (isReplayed) return refused('The request came before.');
      const answer = await bot.receive(messenger.translate ? withBody(request, messenger.translate(body)) : request);
      // Only what was signed well is remembered: nobody else can fill the store.
      if (answer.ok) await chatUsers.memory.set(mark, '1', clock() + REPLAY_MS);
      return answer;
    },

    async close() {
      const all = [...receivers.values()];
      receivers.clear();
      await Promise.allSettled(all.map(async ({ opened }) => (await opened).bot.close()));
    },
  };
}

/** Does the messenger send to /hooks, with something that can be checked? */
const IS_SENT_TO: Readonly<Record<ChatKind, (settings: ChannelRow['settings']) => boolean>> = {
  telegram: ({ polling }) => polling === false,
  slack: ({ signingSecret }) => signingSecret !== undefined,
  discord: ({ publicKey }) => publicKey !== undefined,
  teams: () => true,
  gchat: () => true,
};

function secretsOf(kind: ChatKind, settings: ChannelRow['settings']): string[] {
  const keywords = Object.entries(CHAT_SETTINGS[kind].properties as Record<string, KindSettingKeywords>);
  return keywords.flatMap(([key, { secret }]) => {
    const value = settings[key];
    return secret === true && typeof value === 'string' ? [value] : [];
  });
}

/** Of what proves who sent it, and of what was sent. */
function fingerprint({ headers }: Request, body: string): string {
  const proofs = ['authorization', 'x-slack-signature', 'x-signature-ed25519'].map((name) => headers.get(name) ?? '');
  return createHash('sha256')
    .update(JSON.stringify([...proofs, body]))
    .digest('base64url');
}

function withBody({ url, method, headers }: Request, body: string): Request {
  return new Request(url, { method, headers, ...(method === 'POST' && { body }) });
}

function refused(message: string): Response {
  return Response.json({ error: { code: 'unauthorized', message } }, { status: 401 });
}
