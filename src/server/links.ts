// One-time links out of the terminal: whoever opens one owns the machine, so this browser may make an administrator. They give no
// access by themselves, and live in memory: a restart ends them.

import { randomBytes } from 'node:crypto';
import { hashKey } from './keys.ts';

const LINK_MS = 24 * 3_600_000;
const OPENED_MS = 3_600_000;
const MOST = 1000;

export interface Links {
  /** Path of a link that can be opened once, within a day: `/open/…`. */
  create(): string;
  /** Uses the link up: the value of the cookie that may make an administrator, within an hour; null when it was used before or is
   * none of ours. */
  open(token: string): { readonly cookie: string; readonly maxAgeS: number } | null;
  isOpen(cookie: string | undefined): boolean;
  /** Takes the cookie's right away; the answer gives it back, for when nothing came of it. Null when it has none. */
  use(cookie: string | undefined): (() => void) | null;
}

export function createLinks(clock: () => number): Links {
  // Only hashes are kept, so that a dump of the memory opens nothing.
  const links = new Map<string, number>();
  const opened = new Map<string, number>();

  function add(map: Map<string, number>, lifeMs: number): string {
    const now = clock();
    for (const [hash, expires] of map) if (expires <= now || map.size >= MOST) map.delete(hash);
    const token = randomBytes(32).toString('base64url');
    map.set(hashKey(token), now + lifeMs);
    return token;
  }

  function take(map: Map<string, number>, token: string): number | null {
    const hash = hashKey(token);
    const expires = map.get(hash);
    map.delete(hash);
    return expires === undefined || expires <= clock() ? null : expires;
  }

  return {
    create: () => `/open/${add(links, LINK_MS)}`,
    open(token) {
      if (take(links, token) === null) return null;
      return { cookie: add(opened, OPENED_MS), maxAgeS: OPENED_MS / 1000 };
    },
    isOpen(cookie) {
      return cookie !== undefined && (opened.get(hashKey(cookie)) ?? 0) > clock();
    },
    use(cookie) {
      if (cookie === undefined) return null;
      const expires = take(opened, cookie);
      return expires === null ? null : () => void opened.set(hashKey(cookie), expires);
    },
  };
}
