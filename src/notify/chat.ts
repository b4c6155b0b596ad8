// The chat library, which speaks with five messengers in one way. This file alone knows it; each messenger has its own for what
// differs.

import {
  Chat,
  type ActionEvent,
  type Adapter,
  type AdapterPostableMessage,
  type CardElement,
  type Message as ChatMessage,
  type Thread,
} from 'chat';
import type { ChannelKind } from '../delivery-port.ts';
import type { Log } from '../log.ts';
import type { Bot, BotButton, BotCard, BotPicture, Ears, Heard, Place, Who } from './chat-bot.ts';
import type { ChatState } from './chat-state.ts';

export type { AdapterPostableMessage, CardElement, ChatMessage };
/** Theirs say "may be undefined" where the library says "may be missing". */
type AnyAdapter = Omit<Adapter, 'botUserId'> & { readonly botUserId?: string | undefined };

const CLOSE_MS = 5_000;
const MOST_LINES = 1800;
const MOST_TITLE = 150;
const FIELD = 'name';

/** In what a messenger differs from the others. */
export interface Messenger {
  readonly kind: ChannelKind;
  readonly adapter: AnyAdapter;
  /** Where messages go, in the library's words. Throws ChannelError where the settings do not say it. */
  room(): string;
  /** Make its markup harmless. */
  readonly text: (plain: string) => string;
  readonly title: (plain: string) => string;
  /** Lines stand in one text, not each in its own. */
  readonly joins: boolean;
  /** More rows of buttons are packed into fewer. */
  readonly most?: { readonly rows: number; readonly inRow: number };
  /** A button cannot be taken away again, only be made dull. */
  readonly keepsButtons: boolean;
  /** A reply quotes what it answers, as the chat has no threads. */
  readonly quotes: boolean;
  /** Puts the picture to a card that is sent, or changed. */
  dress(card: CardElement, picture: BotPicture, isChange: boolean): AdapterPostableMessage;
  /** Changes a message in a way of its own; false: in the usual one. */
  change?(place: Place, card: BotCard): Promise<boolean>;
  /** Keys by which answers to a message that was sent may name it. */
  keysOf?(sent: { readonly id: string; readonly raw: unknown }): readonly string[];
  /** The same from the other side. */
  about(threadId: string, message: ChatMessage | null): Promise<readonly string[]> | readonly string[];
  /** What was written, without the bot's name where the messenger tells it. */
  textOf?(message: ChatMessage): string;
  /** The messenger passes on only what is said to the bot. */
  readonly hearsOnlyMine: boolean;
  /** For whoever sets the channel up: what the settings need of this chat. */
  describe(roomId: string): string;
  /** Of a press of a button. */
  pressId(raw: unknown): string | null;
  /** A request that is too old or from a clock that is wrong, where the library does not look. */
  isStale?(headers: Headers, now: number): boolean;
  /** What was sent, in the words that the library knows. */
  translate?(body: string): string;
  /** Fetches what happens; answers what ends that. */
  listen?(handle: (task: Promise<unknown>) => void): Promise<() => Promise<void>>;
}

export interface BotParts {
  readonly messenger: Messenger;
  readonly state: ChatState;
  readonly ears: Ears;
  readonly log: Log;
  readonly clock: () => number;
  /** Only the process that holds the channel's place fetches. */
  readonly listens: boolean;
}

export async function openBot({ messenger, state, ears, log, clock, listens }: BotParts): Promise<Bot> {
  const adapter = messenger.adapter as Adapter;
  const tasks = new Set<Promise<unknown>>();
  const chat = new Chat({
    adapters: { [messenger.kind]: adapter },
    state,
    userName: adapter.userName,
    // Messages are short and handled by one transaction each: none has to wait for another, and none may be dropped.
    concurrency: 'concurrent',
    logger: chatLogger(log),
  });

  function handle(task: Promise<unknown>): void {
    const settled = task.catch(() => undefined).finally(() => tasks.delete(settled));
    tasks.add(settled);
  }

  const heard = async (thread: Thread, message: ChatMessage): Promise<void> => {
    if (message.author.isMe || message.author.isBot === true) return;
    await ears.heard(await heardOf(thread, message));
  };
  chat.onDirectMessage(heard);
  chat.onNewMention(heard);
  chat.onNewMessage(/(?:)/, heard);
  chat.onAction(async (event) => {
    const { actionId: id, value = '' } = event;
    await ears.pressed({
      id: messenger.pressId(event.raw),
      who: whoOf(event.user),
      roomId: adapter.channelIdFromThreadId(event.threadId),
      press: { id, value },
      ask: ({ id, title, label }) => ask(event, { id, title, label }),
      reply: (text) => replyTo(event, text),
    });
  });
  chat.onModalSubmit(async ({ callbackId, viewId, values, user }) => {
    const filled = { id: viewId, form: callbackId, who: whoOf(user), text: (values[FIELD] ?? '').trim() };
    const wrong = await ears.filled(filled);
    return wrong === null ? undefined : { action: 'errors', errors: { [FIELD]: wrong } };
  });
  chat.onSlashCommand(async ({ command, text, channel, user, raw }) => {
    const isOurs = /^\/kith$/i.test(command);
    await ears.heard({
      id: `command ${messenger.pressId(raw) ?? clock()}`,
      who: whoOf(user),
      roomId: adapter.channelIdFromThreadId(channel.id),
      about: [],
      toMe: true,
      text: (isOurs ? text : `${command.replace(/^\//, '')} ${text}`).trim(),
      image: () => imageOf(adapter, attachmentsIn(raw)),
      reply: async (text, pictures) => {
        const said = saidBy(text, pictures);
        // A command is between her and the bot where the messenger can show it so.
        if (adapter.postEphemeral && !pictures?.length) {
          await channel.postEphemeral(user, said, { fallbackToDM: false });
        } else await channel.post(said);
      },
    });
  });

  async function replyTo({ thread, threadId, user, messageId }: ActionEvent, text: string): Promise<void> {
    const said = saidBy(text);
    if (adapter.postEphemeral && thread) await thread.postEphemeral(user, said, { fallbackToDM: false });
    else if (messenger.quotes && adapter.reply) await adapter.reply(threadId, messageId, said);
    else await adapter.postMessage(threadId, said);
  }

  const saidBy = (text: string, pictures: readonly Uint8Array[] = []) => saidWith(messenger, text, pictures);

  async function heardOf(thread: Thread, message: ChatMessage): Promise<Heard> {
    return {
      id: message.id,
      who: whoOf(message.author),
      roomId: thread.channelId,
      about: await messenger.about(thread.id, message),
      toMe: messenger.hearsOnlyMine || thread.isDM || message.isMention === true,
      text: messenger.textOf?.(message) ?? withoutName(message.text, adapter),
      image: () => imageOf(adapter, message.attachments),
      reply: async (text, pictures) => {
        const said = saidBy(text, pictures);
        if (messenger.quotes && adapter.reply) await adapter.reply(thread.id, message.id, said);
        else await adapter.postMessage(thread.id, said);
      },
    };
  }

  await chat.initialize();
  const stop = listens ? await messenger.listen?.(handle) : undefined;

  return {
    async post(card, picture) {
      const room = messenger.room();
      const message = messenger.dress(cardOf(messenger, card), picture, false);
      const sent = await (adapter.postChannelMessage?.(room, message) ?? adapter.postMessage(room, message));
      return {
        threadId: sent.threadId,
        messageId: sent.id,
        keys: messenger.keysOf?.(sent) ?? [sent.id],
        hasPicture: picture.bytes !== null,
      };
    },
    async change(place, card, picture) {
      if (await messenger.change?.(place, card)) return;
      const dressed = messenger.dress(cardOf(messenger, card), picture, true);
      await adapter.editMessage(place.threadId, place.messageId, dressed);
    },
    async receive(request) {
      const receiver = chat.webhooks[messenger.kind];
      if (!receiver) throw new Error(`The library has no way in for ${messenger.kind}.`);
      return receiver(request, { waitUntil: handle });
    },
    async close() {
      await stop?.();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
      await Promise.race([Promise.all(tasks), late]);
      clearTimeout(timer);
      await chat.shutdown();
    },
  };
}

async function ask(event: ActionEvent, form: { id: string; title: string; label: string }): Promise<boolean> {
  const opened = await event.openModal({
    type: 'modal',
    callbackId: form.id,
    title: form.title,
    submitLabel: 'OK',
    children: [{ type: 'text_input', id: FIELD, label: form.label, maxLength: 100 }],
  });
  return opened !== undefined;
}

// ── What is shown ───────────────────────────────────────────────────────────────────────────────────────────────

function cardOf(messenger: Messenger, { title, lines, rows }: BotCard): CardElement {
  const shown = packed(
    rows.filter((row) => row.length > 0),
    messenger.most,
  );
  if (shown.length === 0 && messenger.keepsButtons) shown.push([{ label: 'Answered', press: null }]);
  return {
    type: 'card',
    title: messenger.title(cut(title, MOST_TITLE)),
    children: [
      ...textsOf(messenger, lines),
      ...shown.map((row) => ({ type: 'actions' as const, children: row.map(buttonOf) })),
    ],
  };
}

function packed(rows: readonly (readonly BotButton[])[], most: Messenger['most']): (readonly BotButton[])[] {
  if (!most || rows.length <= most.rows) return [...rows];
  const buttons = rows.flat().slice(0, most.rows * most.inRow);
  return Array.from({ length: Math.ceil(buttons.length / most.inRow) }, (_, n) =>
    buttons.slice(n * most.inRow, (n + 1) * most.inRow),
  );
}

function textsOf({ joins, text }: Messenger, lines: readonly string[]): { type: 'text'; content: string }[] {
  const all = cut(lines.join('\n'), MOST_LINES);
  if (all === '') return [];
  return (joins ? [all] : all.split('\n')).map((content) => ({ type: 'text', content: text(content) }));
}

function buttonOf({ label, press, url, style }: BotButton) {
  if (url !== undefined) return { type: 'link-button', label, url } as const;
  const look = { type: 'button', label, ...(style && { style }) } as const;
  if (press === null) return { ...look, id: 'none', disabled: true };
  return {
    ...look,
    id: press.id,
    value: press.value,
    ...(press.asksForName && { actionType: 'modal' as const }),
  };
}

/** What the bot says, as a card without a title: so the same rules make markup harmless, and nobody is called by it. */
function saidWith(messenger: Messenger, text: string, pictures: readonly Uint8Array[]): AdapterPostableMessage {
  const card: CardElement = { type: 'card', children: textsOf(messenger, text.split('\n')) };
  const [first, ...more] = pictures;
  if (!first) return { card };
  const dressed = messenger.dress(card, { bytes: first, url: null, alt: 'Picture' }, false);
  return more.length === 0 ? dressed : withMore(dressed, more);
}

function withMore(message: AdapterPostableMessage, pictures: readonly Uint8Array[]): AdapterPostableMessage {
  if (typeof message !== 'object') return message;
  const files = pictures.map((bytes, n) => ({
    data: Buffer.from(bytes),
    filename: `kith-${n + 2}.jpg`,
    mimeType: 'image/jpeg',
  }));
  if ('attachments' in message && message.attachments) {
    const attachments = files.map(({ data, filename: name, mimeType }) => ({
      type: 'image' as const,
      data,
      name,
      mimeType,
    }));
    return { ...message, attachments: [...message.attachments, ...attachments] };
  }
  if ('files' in message && message.files) return { ...message, files: [...message.files, ...files] };
  return message;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}

// ── What is heard ───────────────────────────────────────────────────────────────────────────────────────────────

function whoOf({ userId, fullName, userName }: { userId: string; fullName: string; userName: string }): Who {
  return { chatId: userId, name: fullName || userName || userId };
}

/** "@kith who is here" and "<@123> who is here" are "who is here". */
function withoutName(text: string, { userName, botUserId }: Adapter): string {
  let rest = text.trim();
  for (const name of [userName, botUserId]) {
    if (!name) continue;
    const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    rest = rest.replace(new RegExp(String.raw`^(?:<@[!&]?${escaped}>|@${escaped}(?![\w-]))[\s:,]*`, 'i'), '');
  }
  return rest;
}

type Attachments = ChatMessage['attachments'];

async function imageOf(adapter: Adapter, attachments: Attachments): Promise<Uint8Array | null> {
  const image = attachments.find(({ type, mimeType }) => type === 'image' || mimeType?.startsWith('image/'));
  if (!image) return null;
  const fetchable = image.fetchData ? image : adapter.rehydrateAttachment?.(image);
  const data = await fetchable?.fetchData?.();
  return data ? new Uint8Array(data) : null;
}

/** Discord's commands may bring a picture, which the library leaves where it was. */
function attachmentsIn(raw: unknown): Attachments {
  const { data } = raw as {
    data?: { resolved?: { attachments?: Record<string, { url?: string; content_type?: string }> } };
  };
  return Object.values(data?.resolved?.attachments ?? {}).flatMap(({ url, content_type: mimeType }) =>
    url === undefined
      ? []
      : [{ type: mimeType?.startsWith('image/') ? 'image' : 'file', url, ...(mimeType && { mimeType }) }],
  );
}

// ── What is logged ──────────────────────────────────────────────────────────────────────────────────────────────

/** The library tells names and texts of people among its details: only that something went wrong is kept, and why. */
export function chatLogger(log: Log) {
  const note = (message: string, ...details: unknown[]): void => {
    const error = details.map(errorIn).find((found) => found !== null);
    log.warn({ ...(error !== undefined && { reason: error }) }, `Chat: ${message}`);
  };
  const logger = {
    child: () => logger,
    debug: () => undefined,
    info: () => undefined,
    warn: note,
    error: note,
  };
  return logger;
}

export type ChatLogger = ReturnType<typeof chatLogger>;

function errorIn(detail: unknown): string | null {
  if (detail instanceof Error) return detail.message;
  const error = typeof detail === 'object' && detail !== null ? (detail as { error?: unknown }).error : null;
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : null;
}
