// Chats: what somebody in a messenger may do through Kith's own API, and what she is answered. Words and ports.

import type { Client } from './client.ts';

/** Kith's own API as one of its users: her role and her cameras count, and the audit log says who and over which channel. */
export interface UserClient extends Pick<Client, 'call'> {
  /** Of an address under /api/v1 that answers a picture. KithError as with `call`. */
  picture(path: string): Promise<Uint8Array>;
}

/** `via` is the channel's name. The user is asked for at each call: KithError `forbidden` once she is gone or disabled. */
export type AsUser = (userId: string, via: string) => UserClient;

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
