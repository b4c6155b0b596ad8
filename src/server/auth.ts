// Who is calling and whether they may: API keys (Bearer), local keys, browser sessions; wrong keys are slowed down.

import type { FastifyRequest } from 'fastify';
import type { ApiKey } from '../domain.ts';
import { KithError } from '../errors.ts';
import type { Caller } from './context.ts';
import { hashKey } from './keys.ts';
import type { ServerLimits, ServerPorts } from './ports.ts';
import { cookieOf, SESSION_COOKIE, type Sessions } from './sessions.ts';

const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 10_000;
/** So long a key that was right is let in although its address sends wrong ones, as behind a shared proxy. */
const TRUSTED_MS = 600_000;

const SESSION: Caller = { name: 'page session', scopes: ['admin'], cameraId: null };

/** Sets `request.caller`, or throws KithError `unauthorized`, `forbidden`. */
export type Guard = (request: FastifyRequest) => Promise<void>;

export function createGuard(ports: ServerPorts, limits: ServerLimits, sessions: Sessions): Guard {
  const { store, clock, localKeys } = ports;
  const failures = new Map<string, { count: number; until: number }>();
  const trusted = new Map<string, number>();

  function tooMany(address: string): boolean {
    const failed = failures.get(address);
    return failed !== undefined && failed.until > clock() && failed.count >= limits.wrongKeysPerMinute;
  }

  function noteFailure(address: string): void {
    const now = clock();
    const failed = failures.get(address);
    if (failed && failed.until > now) {
      failed.count++;
      return;
    }
    if (failures.size >= MOST_ADDRESSES) failures.clear();
    failures.set(address, { count: 1, until: now + MINUTE_MS });
  }

  function noteSuccess(hash: string): void {
    if (trusted.size >= MOST_ADDRESSES) trusted.clear();
    trusted.set(hash, clock() + TRUSTED_MS);
  }

  async function callerOfKey(key: string, address: string): Promise<Caller> {
    const hash = hashKey(key);
    if (tooMany(address) && (trusted.get(hash) ?? 0) <= clock()) {
      const message = 'Too many wrong keys came from this address: wait a minute, then try again.';
      throw new KithError('unauthorized', message, { status: 429 });
    }
    const local = localKeys?.find(hash);
    const stored = local ? null : await store.keys.byHash(hash);
    if (!local && !stored) {
      noteFailure(address);
      trusted.delete(hash);
      const message = 'The key is not known here: use one made by `POST /api/v1/keys` or shown at the first start.';
      throw new KithError('unauthorized', message);
    }
    noteSuccess(hash);
    if (stored) noteUse(stored);
    if (local) return { ...local, cameraId: null };
    return { name: stored?.name ?? '', scopes: stored?.scopes ?? [], cameraId: stored?.cameraId ?? null };
  }

  /** Nobody waits for this note, and nobody fails for it. */
  function noteUse(key: ApiKey): void {
    if (key.lastUsedAt !== null && clock() - key.lastUsedAt < MINUTE_MS) return;
    store.keys
      .used(key.id, clock())
      .catch((error: unknown) => ports.log.warn({ err: error }, 'Use of a key not noted.'));
  }

  async function callerOf(request: FastifyRequest): Promise<Caller> {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (key === undefined) throw new KithError('unauthorized', 'The Authorization header must be `Bearer <key>`.');
      return callerOfKey(key, request.ip);
    }
    const session = cookieOf(cookie, SESSION_COOKIE);
    if (session !== undefined && sessions.isOpen(session)) return SESSION;
    throw new KithError('unauthorized', 'A key is needed: send `Authorization: Bearer <key>`.');
  }

  return async (request) => {
    const access = request.routeOptions.config.access;
    if (access === 'public' || request.is404) return;
    const caller = await callerOf(request);
    request.caller = caller;
    if (caller.scopes.includes('admin') || access?.some((scope) => caller.scopes.includes(scope))) return;
    const needed = access?.map((scope) => `"${scope}"`).join(' or ') ?? '"admin"';
    throw new KithError('forbidden', `This key lacks the scope ${needed} that is needed here: use one that has it.`);
  };
}

/** For endless answers: whoever lost the key, or whose session has ended, loses the stream at the next heartbeat. */
export function mayStay(guard: Guard, request: FastifyRequest): () => Promise<boolean> {
  return () =>
    guard(request).then(
      () => true,
      () => false,
    );
}

/** The cameras that the caller may see; null: all. Every list and picture goes by it. */
export function camerasOf(request: FastifyRequest): readonly string[] | null {
  const own = request.caller?.cameraId ?? null;
  return own === null ? null : [own];
}

/** KithError `forbidden` when the caller's key is for another camera. */
export function checkCamera(request: FastifyRequest, cameraId: string): void {
  const own = request.caller?.cameraId ?? null;
  if (own !== null && own !== cameraId) {
    throw new KithError('forbidden', `This key is for the camera ${JSON.stringify(own)} only.`);
  }
}
