// The shapes of who is who in the chats.

import { Type } from 'typebox';
import * as S from './schemas.ts';

export const CodeJson = Type.Object({
  code: Type.String({ description: 'to be written to the bot: link CODE' }),
  expiresAt: S.Time,
});
export const ChatUserJson = Type.Object({
  channel: Type.String(),
  chatId: Type.String({ description: 'as the messenger calls her' }),
  chatName: Type.String(),
  user: Type.String(),
  linkedAt: S.Time,
});
export const OwnChatsJson = Type.Object({
  items: Type.Array(
    Type.Object({
      channel: Type.String(),
      channelName: Type.String(),
      chatId: Type.String({ description: 'as the messenger calls her' }),
      chatName: Type.String(),
      linkedAt: S.Time,
    }),
  ),
  bots: Type.Array(Type.Object({ channel: Type.String(), name: Type.String(), messenger: Type.String() }), {
    description: 'channels whose bot takes the code',
  }),
  next: Type.Null(),
});
