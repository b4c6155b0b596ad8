// Who in a chat is which user: the code that a user makes for herself, her own chats, and the list for administrators.

import { Type } from 'typebox';
import { CHAT_NAMES, isChatKind } from '../channel-chat.ts';
import { CHAT_CODE_MS, hashChatCode, makeChatCode } from '../chat-code.ts';
import { checkSeesAll, userOf } from './auth.ts';
import { ChatUserJson, CodeJson, OwnChatsJson } from './chat-schemas.ts';
import { notFound, type App, type Context } from './context.ts';
import { API, time } from './json.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';

const ChatPath = S.Exact({ channel: S.Id, chat: Type.String({ minLength: 1, maxLength: 200 }) });

export function chatRoutes(app: App, { ports }: Context): void {
  const { store, clock } = ports;

  app.post(
    `${API}/session/chat-code`,
    {
      config: { access: 'user', audit: 'session.chat-code' },
      schema: {
        tags: ['session'],
        summary:
          'A code, good for ten minutes and once: who writes "link CODE" to the bot in a chat is this user there',
        response: answers(200, CodeJson),
      },
    },
    async (request, reply) => {
      const userId = userOf(request);
      const code = makeChatCode();
      const now = clock();
      await store.chatUsers.addCode(userId, hashChatCode(code), now + CHAT_CODE_MS, now);
      void reply.header('cache-control', 'no-store');
      return { code, expiresAt: time(now + CHAT_CODE_MS) };
    },
  );

  app.get(
    `${API}/session/chats`,
    {
      config: { access: 'user' },
      schema: {
        tags: ['session'],
        summary: 'As whom she is known in the chats, and where there is a bot that she can write to',
        response: answers(200, OwnChatsJson),
      },
    },
    async (request) => {
      const userId = userOf(request);
      const [users, channels] = await Promise.all([store.chatUsers.list(), store.channels.list()]);
      const names = new Map(channels.map(({ id, name }) => [id, name]));
      return {
        items: users
          .filter((user) => user.userId === userId)
          .map(({ channelId, chatId, chatName, linkedAt }) => ({
            channel: channelId,
            channelName: names.get(channelId) ?? channelId,
            chatId,
            chatName,
            linkedAt: time(linkedAt),
          })),
        bots: channels.flatMap(({ id, name, kind, enabled }) =>
          enabled && isChatKind(kind) ? [{ channel: id, name, messenger: CHAT_NAMES[kind] }] : [],
        ),
        next: null,
      };
    },
  );

  app.delete(
    `${API}/session/chats/:channel/:chat`,
    {
      config: { access: 'user', audit: 'session.chat-unlink' },
      schema: {
        tags: ['session'],
        summary: 'What she writes there counts as nobody’s from now on: one of her own chats',
        params: ChatPath,
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      const { channel, chat } = request.params;
      const linked = await store.chatUsers.find(channel, chat);
      if (linked?.userId !== userOf(request)) throw notFound('chat', chat);
      await store.chatUsers.unlink(channel, chat);
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${API}/chat-users`,
    {
      config: { access: ['admin'] },
      schema: {
        tags: ['alerts'],
        summary: 'People in chats who are users',
        response: answers(200, S.List(ChatUserJson)),
      },
    },
    async (request) => {
      checkSeesAll(request, 'who is who in the chats');
      const users = await store.chatUsers.list();
      const items = users.map(({ channelId, chatId, chatName, userId, linkedAt }) => ({
        channel: channelId,
        chatId,
        chatName,
        user: userId,
        linkedAt: time(linkedAt),
      }));
      return { items, next: null };
    },
  );

  app.delete(
    `${API}/chat-users/:channel/:chat`,
    {
      config: { access: ['admin'], audit: 'chat.unlink' },
      schema: {
        tags: ['alerts'],
        summary: 'What she writes there counts as nobody’s from now on',
        params: ChatPath,
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      checkSeesAll(request, 'who is who in the chats');
      const { channel, chat } = request.params;
      await store.chatUsers.unlink(channel, chat);
      return reply.code(204).send(null);
    },
  );
}
