// One-time links and the browser sessions that they open. Both live in memory: a restart ends them.

import { randomBytes } from 'node:crypto';
import { hashKey } from './keys.ts';

export const SESSION_COOKIE = 'kith_session';
const SESSION_MS = 12 * 3600_000;
const LINK_MS = 24 * 3600_000;
const MOST = 1000;

export interface Sessions {
  /** Path of a link that opens one session, within a day: `/open/…`. */
  createLink(): string;
  /** Uses the link up: the value of the session's cookie, or null when it was used before or is none of ours. */
  open(token: string): { cookie: string; maxAgeS: number } | null;
  isOpen(cookie: string): boolean;
}

export function createSessions(clock: () => number): Sessions {
  // Only hashes are kept, so that a dump of the memory opens nothing.
  const links = new Map<string, number>();
  const sessions = new Map<string, number>();

  function add(map: Map<string, number>, lifeMs: number): string {
    const now = clock();
    for (const [hash, expires] of map) if (expires <= now || map.size >= MOST) map.delete(hash);
    const token = randomBytes(32).toString('base64url');
    map.set(hashKey(token), now + lifeMs);
    return token;
  }

  return {
    createLink() {
      return `/open/${add(links, LINK_MS)}`;
    },
    open(token) {
      const hash = hashKey(token);
      const expires = links.get(hash);
      links.delete(hash);
      if (expires === undefined || expires <= clock()) return null;
      return { cookie: add(sessions, SESSION_MS), maxAgeS: SESSION_MS / 1000 };
    },
    isOpen(cookie) {
      const expires = sessions.get(hashKey(cookie));
      return expires !== undefined && expires > clock();
    },
  };
}

/** One cookie's value out of a Cookie header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
