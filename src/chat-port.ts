// Chats: what somebody in a messenger may do through Kith's own API, and what she is answered. Words and ports.

import type { Client } from './client.ts';

/** Kith's own API as one of its users: her role and her cameras count, and the audit log says who and over which channel. */
export interface UserClient extends Pick<Client, 'call'> {
  /** Of an address under /api/v1 that answers a picture. KithError as with `call`. */
  picture(path: string): Promise<Uint8Array>;
}

/** `via` is the channel's name. The user is asked for at each call: KithError `forbidden` once she is gone or disabled. */
export type AsUser = (userId: string, via: string) => UserClient;

/** Kith's own API as a channel by itself, which may open doors where its settings allow that, and nothing else. */
export type AsChannel = (channelId: string, via: string) => Pick<Client, 'call'>;

export interface Command {
  /** Without a mention of the bot and without a slash: "who is at the door". */
  readonly text: string;
  /** A picture that she sent along, as it came. */
  readonly image?: Uint8Array;
}

export interface CommandAnswer {
  /** Plain text, may have several lines. */
  readonly text: string;
  /** JPEG. */
  readonly pictures: readonly Uint8Array[];
}

/** What is said to Kith and is no answer to a message. Throws KithErrors, whose messages are what she is told. */
export type RunCommand = (command: Command, client: UserClient) => Promise<CommandAnswer>;

/** Somebody in a chat who is a user of Kith. */
export interface ChatUser {
  readonly channelId: string;
  /** As the messenger calls her. */
  readonly chatId: string;
  readonly chatName: string;
  readonly userId: string;
  readonly linkedAt: number;
}

export interface ChatUserStore {
  /** A code that is good once, until then: only its hash is kept. It takes the place of the user's code before. */
  addCode(userId: string, hash: string, expiresAt: number, now: number): Promise<void>;
  /** Links, whoever was linked as this before, and uses the code up; null where the code is not good. */
  link(hash: string, chat: Omit<ChatUser, 'userId' | 'linkedAt'>, now: number): Promise<ChatUser | null>;
  find(channelId: string, chatId: string): Promise<ChatUser | null>;
  list(): Promise<readonly ChatUser[]>;
  /** KithError `not_found`. */
  unlink(channelId: string, chatId: string): Promise<void>;
  /** What the chat library keeps (subscriptions, locks, what it has seen): values that may expire. */
  readonly memory: {
    get(key: string, now: number): Promise<string | null>;
    set(key: string, value: string, expiresAt: number | null): Promise<void>;
    /** True where nobody has it. */
    setIfAbsent(key: string, value: string, expiresAt: number | null, now: number): Promise<boolean>;
    remove(key: string): Promise<void>;
  };
}
