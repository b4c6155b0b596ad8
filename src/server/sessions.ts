// Who sits in front of a browser: the session that its cookie names, kept in the store.

import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../log.ts';
import { SESSION_MS, type User, type UserSession, type UserStore } from '../user-port.ts';
import { cookieOf, dropCookie, setCookie } from './cookies.ts';
import { hashKey } from './keys.ts';

const SEEN_EVERY_MS = 60_000;

export interface OpenSession {
  readonly session: UserSession;
  readonly user: User;
}

export interface Sessions {
  /** Signs her in with this browser; a session that it had before ends. */
  begin(request: FastifyRequest, reply: FastifyReply, user: User): Promise<UserSession>;
  of(request: FastifyRequest): Promise<OpenSession | null>;
  /** Answers whose it was. */
  end(request: FastifyRequest, reply: FastifyReply): Promise<OpenSession | null>;
}

export function createSessions(users: UserStore, clock: () => number, log: Log): Sessions {
  /** Nobody waits for this note, and nobody fails for it. */
  function noteSeen({ id, seenAt }: UserSession): void {
    const now = clock();
    if (now - seenAt < SEEN_EVERY_MS) return;
    users.seen(id, now).catch((error: unknown) => log.warn({ err: error }, 'Use of a session not noted.'));
  }

  async function find(request: FastifyRequest): Promise<OpenSession | null> {
    const cookie = cookieOf(request, 'session');
    return cookie === undefined ? null : users.sessionByHash(hashKey(cookie), clock());
  }

  async function forget(request: FastifyRequest): Promise<OpenSession | null> {
    const before = await find(request);
    if (before) await users.removeSession(before.user.id, before.session.id);
    return before;
  }

  return {
    async begin(request, reply, user) {
      await forget(request);
      const cookie = randomBytes(32).toString('base64url');
      const session = await users.addSession(
        {
          userId: user.id,
          createdAt: clock(),
          address: request.ip,
          agent: request.headers['user-agent'] ?? '',
        },
        hashKey(cookie),
      );
      setCookie(reply, 'session', cookie, SESSION_MS / 1000);
      return session;
    },
    async of(request) {
      const found = await find(request);
      if (found) noteSeen(found.session);
      return found;
    },
    async end(request, reply) {
      const before = await forget(request);
      if (cookieOf(request, 'session') !== undefined) dropCookie(reply, 'session');
      return before;
    },
  };
}
