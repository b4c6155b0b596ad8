// Who in a chat is which user: the code that a user makes for herself, and the list for administrators.

import { Type } from 'typebox';
import { CHAT_CODE_MS, hashChatCode, makeChatCode } from '../chat-code.ts';
import { checkSeesAll } from './auth.ts';
import type { App, Context } from './context.ts';
import { API, time } from './json.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';

const CodeJson = Type.Object({
  code: Type.String({ description: 'to be written to the bot: link CODE' }),
  expiresAt: S.Time,
});
const ChatUserJson = Type.Object({
  channel: Type.String(),
  chatId: Type.String({ description: 'as the messenger calls her' }),
  chatName: Type.String(),
  user: Type.String(),
  linkedAt: S.Time,
});

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
      const userId = request.caller?.id;
      if (userId == null) throw new Error('The guard let nobody in.');
      const code = makeChatCode();
      const now = clock();
      await store.chatUsers.addCode(userId, hashChatCode(code), now + CHAT_CODE_MS, now);
      void reply.header('cache-control', 'no-store');
      return { code, expiresAt: time(now + CHAT_CODE_MS) };
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
        params: S.Exact({ channel: S.Id, chat: Type.String({ minLength: 1, maxLength: 200 }) }),
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
