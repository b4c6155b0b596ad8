// What Kith itself remembers of a chat: what could be answered to which message, what was done already, whom it waits for.

import { createHash } from 'node:crypto';
import type { ChatUserStore } from '../chat-port.ts';
import type { Asked } from './chat-choices.ts';

/** An answer that comes later than this is given in the panel. */
const KEPT_MS = 30 * 86_400_000;
/** Messengers send the same again for hours when they got no answer. */
const DONE_MS = 2 * 86_400_000;
const WAITS_MS = 10 * 60_000;
const WRONG_MS = 10 * 60_000;
const MOST_WRONG = 5;

/** Somebody was asked for a name. */
export interface Wanted {
  readonly alertId: string;
  readonly answer: 'new' | 'merge';
}

export interface ChatMemory {
  /** Keeps what could be answered; the answer goes into the buttons. The same again has the same. */
  keepChoices(asked: Asked): Promise<string>;
  choices(token: string): Promise<Asked | null>;
  /** What could be answered to the message with these keys. */
  keepPlace(keys: readonly string[], asked: Asked): Promise<void>;
  /** The first of them that is known. */
  place(keys: readonly string[]): Promise<Asked | null>;
  /** True the first time. */
  once(what: string): Promise<boolean>;
  wait(roomId: string, chatId: string, wanted: Wanted): Promise<void>;
  /** Whom it waited for, once. */
  waited(roomId: string, chatId: string): Promise<Wanted | null>;
  /** Counts a code as wrong until `right` is called; null: there were too many. */
  tryCode(chatId: string): Promise<{ right(): Promise<void> } | null>;
}

export function createChatMemory(memory: ChatUserStore['memory'], channelId: string, clock: () => number): ChatMemory {
  const keyOf = (kind: string, ...parts: readonly string[]): string =>
    [`kith:${channelId}:${kind}`, ...parts].join('|');

  async function read<T>(key: string): Promise<T | null> {
    const value = await memory.get(key, clock());
    return value === null ? null : (JSON.parse(value) as T);
  }

  return {
    async keepChoices(asked) {
      const value = JSON.stringify(asked);
      const token = createHash('sha256').update(value).digest('base64url').slice(0, 16);
      await memory.set(keyOf('button', token), value, clock() + KEPT_MS);
      return token;
    },
    choices: (token) => read(keyOf('button', token)),
    async keepPlace(keys, asked) {
      for (const key of keys) await memory.set(keyOf('place', key), JSON.stringify(asked), clock() + KEPT_MS);
    },
    async place(keys) {
      for (const key of keys) {
        const asked = await read<Asked>(keyOf('place', key));
        if (asked) return asked;
      }
      return null;
    },
    once: (what) => memory.setIfAbsent(keyOf('done', what), '1', clock() + DONE_MS, clock()),
    wait: (roomId, chatId, wanted) =>
      memory.set(keyOf('waits', roomId, chatId), JSON.stringify(wanted), clock() + WAITS_MS),
    async waited(roomId, chatId) {
      const key = keyOf('waits', roomId, chatId);
      const wanted = await read<Wanted>(key);
      if (wanted) await memory.remove(key);
      return wanted;
    },
    async tryCode(chatId) {
      // A place for each try: many at once are no way around.
      for (let n = 0; n < MOST_WRONG; n++) {
        const key = keyOf('wrong', chatId, String(n));
        if (!(await memory.setIfAbsent(key, '1', clock() + WRONG_MS, clock()))) continue;
        return { right: () => memory.remove(key) };
      }
      return null;
    },
  };
}
