// Guessing passwords is slowed down, without anybody being able to lock somebody else out.
//
// Failures are counted in three places: for the name from this address, for the address, and for the name from anywhere.
// Whoever fails too often in one of them waits a minute, then two, four … up to fifteen. A browser in which this user has
// signed in before (it has her device cookie) is counted by itself and in none of the three, so neither a stranger who
// guesses her name nor a neighbour behind the same address keeps her out.
// Codes of telephones are counted once more, by the hour and from anywhere: a million are soon tried by whoever has the password.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { KithError } from '../errors.ts';
import type { UserWithSecrets } from '../user-port.ts';

const MINUTE_MS = 60_000;
const MOST_WAIT_MS = 15 * MINUTE_MS;
/** So long after the last wait it begins with a minute again. */
const FORGET_MS = 60 * MINUTE_MS;
const MOST_PLACES = 20_000;

const LIMITS = {
  name: { most: 5, withinMs: MINUTE_MS },
  address: { most: 20, withinMs: MINUTE_MS },
  everywhere: { most: 50, withinMs: MINUTE_MS },
  code: { most: 5, withinMs: 60 * MINUTE_MS },
} as const;

export interface Attempt {
  /** It was right: what was counted for it and before it is forgotten. */
  succeeded(): void;
  /** It was neither right nor wrong. */
  takenBack(): void;
}

export interface LoginLimit {
  /** Counts an attempt as failed until it has succeeded, so that many at once are no way around. KithError `unauthorized`
   * with status 429; `retryAfter` beside it are seconds. */
  begin(who: { readonly name: string; readonly address: string; readonly knownDevice: boolean }): Attempt;
  /** The same for the code of a user whose password was right. */
  beginCode(who: { readonly userId: string; readonly knownDevice: boolean }): Attempt;
}

interface Limit {
  readonly most: number;
  readonly withinMs: number;
}

interface Place {
  failures: number;
  since: number;
  waits: number;
  until: number;
}

export function createLoginLimit(clock: () => number): LoginLimit {
  const places = new Map<string, Place>();

  function placeOf(key: string, withinMs: number, now: number): Place {
    const known = places.get(key);
    if (known) {
      if (known.failures === 0 || (known.until <= now && now - known.since >= withinMs)) {
        known.failures = 0;
        known.since = now;
      }
      if (now - known.until >= FORGET_MS) known.waits = 0;
      return known;
    }
    if (places.size >= MOST_PLACES) sweep(now);
    const place = { failures: 0, since: now, waits: 0, until: Number.NEGATIVE_INFINITY };
    places.set(key, place);
    return place;
  }

  /** The oldest go when none is idle: better than no memory at all. */
  function sweep(now: number): void {
    for (const [key, place] of places) {
      const isIdle = now - place.since >= FORGET_MS && now - place.until >= FORGET_MS;
      if (isIdle) places.delete(key);
    }
    for (const key of places.keys()) {
      if (places.size < MOST_PLACES * 0.9) return;
      places.delete(key);
    }
  }

  function attemptAt(what: string, keys: readonly (readonly [key: string, limit: Limit])[]): Attempt {
    const now = clock();
    const counted = keys.map(([key, limit]) => ({ key, limit, place: placeOf(key, limit.withinMs, now) }));
    const until = Math.max(...counted.map(({ place }) => place.until));
    if (until > now) throw tooMany(what, until - now);
    const undo = counted.map(({ place, limit }) => count(place, limit.most, now));
    return {
      succeeded() {
        for (const [i, { key }] of counted.entries()) {
          // Who knows one password may guess others: what she did before stays counted for the address.
          if (key.startsWith('address ')) undo[i]?.();
          else places.delete(key);
        }
      },
      takenBack() {
        for (const back of undo) back();
      },
    };
  }

  return {
    begin({ name, address, knownDevice }) {
      const folded = name.normalize('NFKC').trim().toLowerCase();
      if (knownDevice) return attemptAt('passwords', [[`device ${folded}`, LIMITS.name]]);
      const network = networkOf(address);
      return attemptAt('passwords', [
        [`name ${network} ${folded}`, LIMITS.name],
        [`address ${network}`, LIMITS.address],
        [`everywhere ${folded}`, LIMITS.everywhere],
      ]);
    },
    beginCode: ({ userId, knownDevice }) =>
      attemptAt('codes', [[`code ${knownDevice ? 'device' : 'elsewhere'} ${userId}`, LIMITS.code]]),
  };
}

/** Whoever has one IPv6 address has 2^64 of them (a /64): they are one. */
function networkOf(address: string): string {
  // IPv4, also as ::ffff:192.0.2.1.
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return [...first, ...zeros, ...last]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':');
}

/** Answers what takes it back. */
function count(place: Place, limit: number, now: number): () => void {
  place.failures++;
  if (place.failures < limit) {
    return () => {
      if (place.failures > 0) place.failures--;
    };
  }
  // The last one that is allowed may still be right; the next has to wait.
  const { until } = place;
  place.until = now + Math.min(MOST_WAIT_MS, MINUTE_MS * 2 ** place.waits);
  place.waits++;
  place.failures = 0;
  return () => {
    place.until = until;
    place.waits--;
    place.failures = limit - 1;
  };
}

function tooMany(what: string, ms: number): KithError {
  const seconds = Math.ceil(ms / 1000);
  const wait = seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new KithError('unauthorized', `Too many wrong ${what}: wait ${wait}, then try again.`, {
    status: 429,
    more: { retryAfter: seconds },
  });
}

// ── Devices ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a browser keeps of a user who has signed in: it opens nothing, and is worth nothing once her password is another one. */
export function deviceOf({ user, secrets }: UserWithSecrets): string {
  return `${user.id}.${createHmac('sha256', secrets.password).update(`device ${user.id}`).digest('base64url')}`;
}

export function isDeviceOf(cookie: string | undefined, who: UserWithSecrets | null): boolean {
  if (cookie === undefined || !who) return false;
  const [given, own] = [Buffer.from(cookie), Buffer.from(deviceOf(who))];
  return given.length === own.length && timingSafeEqual(given, own);
}
