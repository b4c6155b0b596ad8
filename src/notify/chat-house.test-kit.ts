// A house for tests of chats: a store in memory, an API that notes what it is asked, messages, and waiting for what happens behind.

import { pino } from 'pino';
import type { ChatUser, ChatUserStore } from '../chat-port.ts';
import type { ChannelRow } from '../delivery-port.ts';
import { CHAT_SETTINGS, type ChatKind, type ChatSettings } from '../channel-chat.ts';
import type { Message, MessageSighting } from '../channel-port.ts';
import type { Command, UserClient } from '../chat-port.ts';
import { hashChatCode } from '../chat-code.ts';
import type { Request as ApiRequest } from '../client.ts';
import type { KithError } from '../errors.ts';
import { validate } from '../validate.ts';
import { openChats, type Chats } from './chats.ts';

export const CHANNEL = '0b9e2a34-6c1d-4c55-9d0a-3c1f2f1c7a11';
/** Whatever a messenger might take for markup. */
export const WILD = String.raw`*Ada* _L_ [x](http://e) \`c\` <b>&amp; #1 ~~d~~ |e| {{f}} @everyone <@U1> -g`.replaceAll(
  '\\`',
  '`',
);

export interface Asked {
  readonly userId: string;
  readonly via: string;
  readonly request: ApiRequest;
}

export interface ChatHouse {
  readonly chats: Chats;
  /** What Kith's API was asked, as whom. */
  readonly asked: Asked[];
  readonly commands: Command[];
  readonly logged: string[];
  readonly users: ChatUser[];
  row: ChannelRow;
  now: number;
  /** The next request to the API fails so. */
  refuse: KithError | null;
  /** Makes a code of this user, as the panel does. */
  code(userId: string, code: string): Promise<void>;
  link(chatId: string, userId?: string): void;
  /** Waits until this answers something. */
  until<T>(look: () => T | null | undefined | false): Promise<T>;
}

export function furnishChat<K extends ChatKind>(
  kind: K,
  settings: Omit<Partial<ChatSettings[K]>, never>,
  publicUrl: string | null = 'https://kith.example',
): ChatHouse {
  const codes = new Map<string, { userId: string; expiresAt: number }>();
  const kept = new Map<string, { value: string; expiresAt: number | null }>();
  const alive = (key: string, now: number): string | null => {
    const found = kept.get(key);
    return found && (found.expiresAt === null || found.expiresAt > now) ? found.value : null;
  };
  const find = (channelId: string, chatId: string): ChatUser | null =>
    house.users.find((user) => user.channelId === channelId && user.chatId === chatId) ?? null;
  const chatUsers: ChatUserStore = {
    async addCode(userId, hash, expiresAt) {
      codes.set(hash, { userId, expiresAt });
    },
    async link(hash, chat, now) {
      const code = codes.get(hash);
      codes.delete(hash);
      if (!code || code.expiresAt <= now) return null;
      const user = { ...chat, userId: code.userId, linkedAt: now };
      house.users.push(user);
      return user;
    },
    find: async (channelId, chatId) => find(channelId, chatId),
    list: async () => house.users,
    unlink: async () => undefined,
    memory: {
      get: async (key, now) => alive(key, now),
      set: async (key, value, expiresAt) => void kept.set(key, { value, expiresAt }),
      async setIfAbsent(key, value, expiresAt, now) {
        if (alive(key, now) !== null) return false;
        kept.set(key, { value, expiresAt });
        return true;
      },
      remove: async (key) => void kept.delete(key),
    },
  };
  const clientOf = (userId: string, via: string): UserClient => ({
    async call<T>(request: ApiRequest): Promise<T> {
      house.asked.push({ userId, via, request });
      if (house.refuse) {
        const refused = house.refuse;
        house.refuse = null;
        throw refused;
      }
      if (request.path.startsWith('/persons?')) {
        const name = new URLSearchParams(request.path.split('?')[1]).get('query');
        return { items: name === 'Grace' ? [{ id: 'p-grace', name: 'Grace' }] : [] } as T;
      }
      return { outcomes: [{ by: 'Bob', text: 'Unknown 4 was named Ada' }] } as T;
    },
    picture: async () => new Uint8Array([1]),
  });
  const house: ChatHouse = {
    asked: [],
    commands: [],
    logged: [],
    users: [],
    now: Date.now(),
    refuse: null,
    row: {
      id: CHANNEL,
      name: 'Family',
      kind,
      enabled: true,
      settings: validate(CHAT_SETTINGS[kind], settings, 'settings'),
      quiet: null,
      createdAt: 0,
      version: 1,
    },
    chats: openChats({
      store: { chatUsers, channels: { get: async (id) => (id === CHANNEL ? house.row : null) } },
      asUser: clientOf,
      async runCommand(command) {
        house.commands.push(command);
        return { text: `You said: ${command.text}`, pictures: command.image ? [command.image] : [] };
      },
      publicUrl: () => publicUrl,
      log: pino({ level: 'debug' }, { write: (line: string) => void house.logged.push(line) }),
      clock: () => house.now,
    }),
    code: (userId, code) => chatUsers.addCode(userId, hashChatCode(code), house.now + 600_000, house.now),
    link(chatId, userId = 'u-bob') {
      house.users.push({ channelId: CHANNEL, chatId, chatName: 'bob', userId, linkedAt: 0 });
    },
    async until(look) {
      for (let tries = 0; tries < 500; tries++) {
        const found = look();
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`It did not happen. Logged: ${house.logged.join('').slice(-2000)}`);
    },
  };
  return house;
}

export const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3]);

/** A stranger at the door; what is asked of its picture is noted. */
export function messageOf(
  more: Partial<Message> = {},
  sighting: Partial<MessageSighting> = {},
): Message & { readonly limits: [number, number][] } {
  const limits: [number, number][] = [];
  const message: Message = {
    id: 'delivery-1',
    alert: {
      id: 'alert-1',
      seq: 1,
      ruleId: 'r',
      ruleName: 'Strangers',
      event: 'unknown',
      at: 0,
      cameraId: 'door',
      personId: null,
      since: null,
      sightings: [],
      outcomes: [],
      version: 1,
    },
    title: `Unknown 4 at ${WILD}`,
    lines: ['Monday, 12:00'],
    sightings: [
      {
        detectionId: 'd1',
        visitId: 'v1',
        cameraId: 'door',
        zones: [],
        cameraName: WILD,
        at: 0,
        localTime: '12:00',
        person: { id: 'p4', name: 'Unknown 4', known: false },
        words: 'new',
        candidates: [
          { personId: 'p-ada', name: 'Ada', distance: 0.512 },
          { personId: 'p-wild', name: WILD, distance: null },
        ],
        async picture(maxBytes, maxSide) {
          limits.push([maxBytes, maxSide]);
          return JPEG;
        },
        pictureUrl: 'https://kith.example/pictures/token',
        ...sighting,
      },
    ],
    outcomes: [],
    answers: ['is', 'new', 'merge', 'not_her', 'ignore', 'open', 'snooze'],
    doors: [{ id: 'a-front', name: 'Front door' }],
    link: 'https://kith.example/log/v1',
    isTest: false,
    ...more,
  };
  return { ...message, limits };
}

/** What the message looks like once somebody has answered. */
export const ANSWERED: Partial<Message> = { outcomes: [`Bob: this is ${WILD}`], answers: [] };

export const SOON = (): AbortSignal => AbortSignal.timeout(20_000);
