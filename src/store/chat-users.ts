// Who in a chat is which user, the codes that link them, and what the chat library keeps.

import type { Selectable } from 'kysely';
import type { ChatUser, ChatUserStore } from '../chat-port.ts';
import { KithError } from '../errors.ts';
import type { ChatUserTable } from './alert-schema.ts';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

const MOST_NAME = 200;
/** What has expired is swept away together with a write, at most so often. */
const SWEEP_MS = 60_000;

export function createChatUsers(backend: Backend): ChatUserStore {
  return {
    async addCode(userId, hash, expiresAt, now) {
      await backend.write(async (db) => {
        await db
          .deleteFrom('chat_codes')
          .where((eb) => eb.or([eb('user_id', '=', userId), eb('expires_at', '<=', Math.round(now))]))
          .execute();
        await db
          .insertInto('chat_codes')
          .values({ hash, user_id: userId, expires_at: Math.round(expiresAt) })
          .execute();
      });
    },

    link: (hash, chat, now) =>
      backend.write(async (db) => {
        const code = await db
          .deleteFrom('chat_codes')
          .where('hash', '=', hash)
          .where('expires_at', '>', Math.round(now))
          .returning('user_id')
          .executeTakeFirst();
        return code ? await put(db, { ...chat, userId: code.user_id, linkedAt: Math.round(now) }) : null;
      }),

    find: (channelId, chatId) =>
      backend.read(async (db) => {
        const row = await db
          .selectFrom('chat_users')
          .selectAll()
          .where('channel_id', '=', channelId)
          .where('chat_id', '=', chatId)
          .executeTakeFirst();
        return row ? toChatUser(row) : null;
      }),

    list: () =>
      backend.read(async (db) => {
        const rows = await db
          .selectFrom('chat_users')
          .selectAll()
          .orderBy('linked_at')
          .orderBy('channel_id')
          .orderBy('chat_id')
          .execute();
        return rows.map(toChatUser);
      }),

    async unlink(channelId, chatId) {
      const { numDeletedRows } = await backend.write((db) =>
        db
          .deleteFrom('chat_users')
          .where('channel_id', '=', channelId)
          .where('chat_id', '=', chatId)
          .executeTakeFirstOrThrow(),
      );
      if (numDeletedRows > 0n) return;
      throw new KithError('not_found', `Nobody is linked as ${JSON.stringify(chatId)} in this channel.`);
    },

    memory: createMemory(backend),
  };
}

function createMemory(backend: Backend): ChatUserStore['memory'] {
  let sweptAt = 0;

  async function sweep(db: Db, now: number): Promise<void> {
    if (now - sweptAt < SWEEP_MS) return;
    sweptAt = now;
    await db.deleteFrom('chat_memory').where('expires_at', '<=', now).execute();
  }

  return {
    get: (key, now) =>
      backend.read(async (db) => {
        const row = await db
          .selectFrom('chat_memory')
          .select('value')
          .where('key', '=', key)
          .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', Math.round(now))]))
          .executeTakeFirst();
        return row?.value ?? null;
      }),

    async set(key, value, expiresAt) {
      const expires = expiresAt === null ? null : Math.round(expiresAt);
      await backend.write((db) =>
        db
          .insertInto('chat_memory')
          .values({ key, value, expires_at: expires })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, expires_at: expires }))
          .execute(),
      );
    },

    setIfAbsent: (key, value, expiresAt, now) =>
      backend.write(async (db) => {
        const time = Math.round(now);
        await sweep(db, time);
        const expires = expiresAt === null ? null : Math.round(expiresAt);
        // One statement: of two processes that ask at once, one has it.
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('chat_memory')
          .values({ key, value, expires_at: expires })
          .onConflict((conflict) =>
            conflict
              .column('key')
              .doUpdateSet({ value, expires_at: expires })
              .where('chat_memory.expires_at', '<=', time),
          )
          .executeTakeFirstOrThrow();
        return (numInsertedOrUpdatedRows ?? 0n) > 0n;
      }),

    async remove(key) {
      await backend.write((db) => db.deleteFrom('chat_memory').where('key', '=', key).execute());
    },
  };
}

/** Whoever was linked as this before is so no more. */
async function put(db: Db, chat: ChatUser): Promise<ChatUser> {
  const chatName = chat.chatName
    .slice(0, MOST_NAME)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ');
  const row: Selectable<ChatUserTable> = {
    channel_id: chat.channelId,
    chat_id: chat.chatId,
    chat_name: chatName,
    user_id: chat.userId,
    linked_at: chat.linkedAt,
  };
  await db
    .insertInto('chat_users')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['channel_id', 'chat_id'])
        .doUpdateSet({ chat_name: chatName, user_id: row.user_id, linked_at: row.linked_at }),
    )
    .execute();
  return toChatUser(row);
}

function toChatUser(row: Selectable<ChatUserTable>): ChatUser {
  return {
    channelId: row.channel_id,
    chatId: row.chat_id,
    chatName: row.chat_name,
    userId: row.user_id,
    linkedAt: row.linked_at,
  };
}
