// Telegram as its Bot API is documented (https://core.telegram.org/bots/api): what bots send, and what they fetch.

import type { Answer, Call, Site } from './internet.test-kit.ts';

export const BOT_TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
export const BOT = { id: 110201543, is_bot: true, first_name: 'Kith', username: 'kith_bot' };
export const CHAT = { id: -100200300, type: 'supergroup', title: 'Family' };
export const BOB = { id: 77, is_bot: false, first_name: 'Bob', last_name: 'Bee', username: 'bob' };

export interface Telegram {
  readonly site: Site;
  /** What the bot has posted or changed, as people see it: text without markup, what is bold, the buttons. */
  readonly shown: Shown[];
  /** Handed out with the next getUpdates. */
  happens(update: object): void;
  readonly methods: string[];
}

export interface Shown {
  readonly method: string;
  readonly text: string;
  readonly bold: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly buttons: readonly { text: string; callback_data?: string; url?: string }[];
}

export function openTelegramSite(): Telegram {
  const updates: object[] = [];
  const waiting: (() => void)[] = [];
  const shown: Shown[] = [];
  const methods: string[] = [];
  let message = 100;
  let update = 1;

  async function methodOf(method: string, { fields, isGone }: Call): Promise<Answer> {
    methods.push(method);
    switch (method) {
      case 'getMe':
        return ok(BOT);
      case 'getUpdates':
        if (updates.length === 0) {
          await Promise.race([
            new Promise<void>((resolve) => waiting.push(resolve)),
            new Promise((resolve) => setTimeout(resolve, 200).unref()),
          ]);
        }
        return ok(isGone() ? [] : updates.splice(0));
      case 'getFile':
        return ok({ file_id: fields['file_id'], file_path: 'photos/1.jpg' });
      case 'sendMessage':
      case 'sendPhoto':
      case 'editMessageCaption':
      case 'editMessageText':
        return show(method, fields);
      default:
        return ok(true);
    }
  }

  function show(method: string, fields: Call['fields']): Answer {
    const given = (fields['text'] ?? fields['caption'] ?? '') as string;
    const limit = fields['text'] === undefined ? 1024 : 4096;
    const read = fields['parse_mode'] === 'MarkdownV2' ? readMarkdown(given) : plain(given, fields['caption_entities']);
    if (typeof read === 'string') return bad(400, `Bad Request: can't parse entities: ${read}`);
    if (read.text.length > limit) return bad(400, 'Bad Request: message caption is too long');
    const markup = (
      typeof fields['reply_markup'] === 'string' ? JSON.parse(fields['reply_markup']) : fields['reply_markup']
    ) as { inline_keyboard?: Shown['buttons'][] } | undefined;
    const buttons = (markup?.inline_keyboard ?? []).flat();
    const long = buttons.find(({ callback_data: data }) => data !== undefined && Buffer.byteLength(data) > 64);
    if (long) return bad(400, 'Bad Request: BUTTON_DATA_INVALID');
    shown.push({ method, ...read, fields, buttons });
    return ok({
      message_id: Number(fields['message_id'] ?? (message += 1)),
      date: 1,
      chat: { ...CHAT, id: Number(fields['chat_id']) },
      from: BOT,
      text: read.text,
    });
  }

  return {
    shown,
    methods,
    happens(more) {
      updates.push({ update_id: (update += 1), ...more });
      for (const wake of waiting.splice(0)) wake();
    },
    async site(call) {
      const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(call.path) ?? [];
      if (call.path === `/file/bot${BOT_TOKEN}/photos/1.jpg`) return { body: new Uint8Array([7, 8, 9]) };
      if (token !== BOT_TOKEN || method === undefined) return bad(401, 'Unauthorized');
      return methodOf(method, call);
    },
  };
}

export function ok(result: unknown): Answer {
  return { json: { ok: true, result } };
}

export function bad(status: number, description: string, more: object = {}): Answer {
  return { status, json: { ok: false, error_code: status, description, ...more } };
}

/** A message of Bob's in the group. */
export function wrote(text: string, more: object = {}): object {
  return { message: { message_id: 500 + text.length, date: 1, chat: CHAT, from: BOB, text, ...more } };
}

export function pressed(data: string, messageId: number, id = 'press-1', from: object = BOB): object {
  const message = { message_id: messageId, date: 1, chat: CHAT, from: BOT };
  return { callback_query: { id, from, message, chat_instance: '1', data } };
}

function plain(text: string, entities: unknown): { text: string; bold: string } {
  const given = (entities ?? []) as { type: string; offset: number; length: number }[];
  const bold = given
    .filter(({ type }) => type === 'bold')
    .map(({ offset, length }) => text.slice(offset, offset + length));
  return { text, bold: bold.join(' ') };
}

/** MarkdownV2 as Telegram reads it: what has a meaning has to be escaped where it has none. Answers what is wrong. */
function readMarkdown(given: string): { text: string; bold: string } | string {
  let [text, bold, isBold] = ['', '', false];
  for (let at = 0; at < given.length; at++) {
    const char = given.charAt(at);
    if (char === '*') isBold = !isBold;
    else if (/[_[\]()~`>#+\-=|{}.!]/.test(char)) return `character '${char}' is reserved at ${at}`;
    else {
      const shown = char === '\\' ? given.charAt((at += 1)) : char;
      text += shown;
      if (isBold) bold += shown;
    }
  }
  return isBold ? 'cannot find the end of bold' : { text, bold };
}
