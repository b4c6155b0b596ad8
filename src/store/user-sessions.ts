// The sessions of users' browsers: any process that has the store can tell them, and they outlive a restart.

import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { SESSION_IDLE_MS, SESSION_MS, type UserSession, type UserStore } from '../user-port.ts';
import type { Backend } from './backend.ts';
import type { Db, UserSessionTable } from './schema.ts';
import { toUser, USER_COLUMNS } from './user-rows.ts';

/** A session is used many times a second; when it was used last matters to the minute. */
const SEEN_EVERY_MS = 60_000;
const MOST_AGENT = 300;

type SessionStore = Pick<UserStore, 'addSession' | 'sessionByHash' | 'seen' | 'sessions' | 'removeSession'>;

export function createUserSessions(backend: Backend): SessionStore {
  return {
    async addSession({ userId, createdAt, address, agent }, hash) {
      const row: UserSessionTable = {
        hash,
        id: randomUUID(),
        user_id: userId,
        created_at: Math.round(createdAt),
        seen_at: Math.round(createdAt),
        expires_at: Math.round(createdAt) + SESSION_MS,
        address,
        agent: agent
          .slice(0, MOST_AGENT)
          .toWellFormed()
          .replaceAll(/\p{Cc}/gu, ' '),
      };
      await backend.write(async (db) => {
        await db
          .deleteFrom('user_sessions')
          .where((eb) =>
            eb.or([eb('expires_at', '<=', row.created_at), eb('seen_at', '<=', row.created_at - SESSION_IDLE_MS)]),
          )
          .execute();
        await db.insertInto('user_sessions').values(row).execute();
      });
      return toSession(row);
    },

    sessionByHash: (hash, now) =>
      backend.read(async (db) => {
        const row = await alive(db, now).where('s.hash', '=', hash).executeTakeFirst();
        if (!row) return null;
        const user = await db
          .selectFrom('users')
          .select(USER_COLUMNS)
          .where('id', '=', row.user_id)
          .where('disabled', '=', 0)
          .executeTakeFirst();
        return user ? { session: toSession(row), user: toUser(user) } : null;
      }),

    async seen(sessionId, at) {
      const time = Math.round(at);
      // Another process may have written it meanwhile.
      await backend.write((db) =>
        db
          .updateTable('user_sessions')
          .set({ seen_at: time })
          .where('id', '=', sessionId)
          .where('seen_at', '<=', time - SEEN_EVERY_MS)
          .execute(),
      );
    },

    sessions: (userId, now) =>
      backend.read(async (db) => {
        const rows = await alive(db, now)
          .where('s.user_id', '=', userId)
          .orderBy('s.seen_at', 'desc')
          .orderBy('s.id')
          .execute();
        return rows.map(toSession);
      }),

    removeSession: (userId, sessionId) =>
      backend.write(async (db) => {
        const { numDeletedRows } = await db
          .deleteFrom('user_sessions')
          .where('id', '=', sessionId)
          .where('user_id', '=', userId)
          .executeTakeFirstOrThrow();
        return numDeletedRows > 0n;
      }),
  };
}

function alive(db: Db, now: number) {
  return db
    .selectFrom('user_sessions as s')
    .selectAll('s')
    .where('s.expires_at', '>', Math.round(now))
    .where('s.seen_at', '>', Math.round(now) - SESSION_IDLE_MS);
}

function toSession(row: Selectable<UserSessionTable>): UserSession {
  return {
    id: row.id,
    userId: row.user_id,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
    address: row.address,
    agent: row.agent,
  };
}
