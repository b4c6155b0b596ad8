// Who is calling and whether they may: API keys (Bearer), local keys, users by the session of their browser; wrong keys are slowed
// down, and what other sites make a browser send is refused.

import type { FastifyRequest } from 'fastify';
import type { ApiKey, Role, Scope } from '../domain.ts';
import { KithError } from '../errors.ts';
import type { ActingAs } from '../acting.ts';
import type { Caller } from './context.ts';
import { hashKey } from './keys.ts';
import type { ServerLimits, ServerPorts } from './ports.ts';
import type { Sessions } from './sessions.ts';

const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 10_000;
/** So long a key that was right is let in although its address sends wrong ones, as behind a shared proxy. */
const TRUSTED_MS = 600_000;

export const SCOPE_OF: Readonly<Record<Role, Scope>> = { administrator: 'admin', operator: 'people', viewer: 'log' };

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

  async function callerOfKey(given: string, address: string): Promise<Caller> {
    const hash = hashKey(given);
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
    const key = { kind: 'key', session: null } as const;
    if (local || !stored) return { ...key, id: null, name: '', scopes: [], ...local, cameras: null };
    const { id, name, scopes, cameraId } = stored;
    // Its program is told as it always is: it stops, and forgets its settings.
    if (cameraId !== null && !(await store.cameras.get(cameraId))) {
      const message = `The camera ${JSON.stringify(cameraId)} that this key is for was removed, so the key opens nothing any more.`;
      throw new KithError('not_found', message);
    }
    return { ...key, id, name, scopes, cameras: cameraId === null ? null : [cameraId] };
  }

  /** Nobody waits for this note, and nobody fails for it. */
  function noteUse(key: ApiKey): void {
    if (key.lastUsedAt !== null && clock() - key.lastUsedAt < MINUTE_MS) return;
    store.keys
      .used(key.id, clock())
      .catch((error: unknown) => ports.log.warn({ err: error }, 'Use of a key not noted.'));
  }

  /** A user who says something in a chat: as if she had signed in, but without a session. */
  async function callerActing(who: ActingAs, request: FastifyRequest): Promise<Caller> {
    if ('channelId' in who) return callerOfChannel(who.channelId, request);
    const { userId, via } = who;
    const user = await store.users.get(userId);
    if (!user || user.disabled) {
      throw new KithError('forbidden', 'You may not use Kith any more: ask an administrator.');
    }
    const { id, name, role, cameras } = user;
    return { kind: 'user', id, name, scopes: [SCOPE_OF[role]], cameras, session: null, via };
  }

  /** What comes over a broker opens doors, where the channel's settings allow that, and does nothing else. */
  async function callerOfChannel(id: string, request: FastifyRequest): Promise<Caller> {
    const channel = await store.channels.get(id);
    const isAllowed = channel?.enabled === true && channel.settings['allowUnlock'] === true;
    if (!isAllowed || request.routeOptions.config.audit !== 'action.run') {
      throw new KithError('forbidden', 'This channel may not do that: an administrator can allow it to open doors.');
    }
    const { name } = channel;
    return { kind: 'key', id, name: `${name} (MQTT)`, scopes: ['people'], cameras: null, session: null, via: name };
  }

  async function callerOf(request: FastifyRequest): Promise<Caller> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (key === undefined) throw new KithError('unauthorized', 'The Authorization header must be `Bearer <key>`.');
      const acting = ports.acting?.read(key);
      return acting ? callerActing(acting, request) : callerOfKey(key, request.ip);
    }
    const open = await sessions.of(request);
    if (!open) {
      throw new KithError('unauthorized', 'Sign in, or send a key: `Authorization: Bearer <key>`.');
    }
    checkPanel(request);
    const { id, name, role, cameras } = open.user;
    return { kind: 'user', id, name, scopes: [SCOPE_OF[role]], cameras, session: open.session.id };
  }

  return async (request) => {
    const access = request.routeOptions.config.access;
    if (request.is404) return;
    if (access === 'public') {
      if (!request.routeOptions.config.signed) checkPanel(request);
      return;
    }
    const caller = await callerOf(request);
    request.caller = caller;
    if (access === 'user') {
      if (caller.kind === 'user' && caller.session !== null) return;
      throw new KithError('forbidden', 'This is about a user, and a key is none: sign in to do it.');
    }
    if (caller.scopes.includes('admin') || access?.some((scope) => caller.scopes.includes(scope))) return;
    const scopes = access?.length ? access : (['admin'] as const);
    const needed = scopes.map((scope) => `"${scope}"`).join(' or ');
    throw new KithError(
      'forbidden',
      caller.kind === 'key'
        ? `This key lacks the scope ${needed} that is needed here: use one that has it.`
        : `Your role does not include this (it needs the scope ${needed}): ask an administrator.`,
    );
  };
}

/** What another site makes a browser send has no such header: a form cannot set it, and a script would have to ask before. KithError
 * `forbidden`. Programs with a key are not asked, as no browser sends a key by itself. */
function checkPanel(request: FastifyRequest): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method) || request.headers.authorization !== undefined) return;
  const { 'x-kith': panel, 'sec-fetch-site': site, origin } = request.headers;
  const isOwn =
    // Where the browser itself says where it comes from, that counts: a proxy may have changed the host.
    site !== undefined
      ? site === 'same-origin'
      : origin === undefined || hostOf(origin) === hostOf(`${request.protocol}://${request.host}`);
  if (panel === 'panel' && isOwn) return;
  throw new KithError(
    'forbidden',
    isOwn
      ? 'A request that changes something with the cookie of the panel must have the header `x-kith: panel`; programs use a key.'
      : 'This request came from another site, so it was refused: use the panel itself, or a key.',
  );
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
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
  return request.caller?.cameras ?? null;
}

/** The same as a filter of a list. */
export function onlyHers(request: FastifyRequest): { readonly cameraIds?: readonly string[] } {
  const cameraIds = camerasOf(request);
  return cameraIds === null ? {} : { cameraIds };
}

export function maySee(request: FastifyRequest, cameraId: string): boolean {
  return camerasOf(request)?.includes(cameraId) ?? true;
}

/** KithError `forbidden` when the caller may not see this camera. */
export function checkCamera(request: FastifyRequest, cameraId: string): void {
  if (maySee(request, cameraId)) return;
  const caller = request.caller;
  const [own, ...others] = camerasOf(request) ?? [];
  throw new KithError(
    'forbidden',
    caller?.kind === 'key' && others.length === 0
      ? `This key is for the camera ${JSON.stringify(own)} only.`
      : `The camera ${JSON.stringify(cameraId)} is not among those that you may see: ask an administrator.`,
  );
}

/** KithError `forbidden` for who may see some cameras only. `what` as in "a report". */
export function checkSeesAll(request: FastifyRequest, what: string): void {
  if (camerasOf(request) === null) return;
  throw new KithError(
    'forbidden',
    `You may see some cameras only, but ${what} concerns all of them: ask somebody who may see all.`,
  );
}

/** KithError `forbidden` where a change touches what other cameras have seen. */
export function checkTouched(request: FastifyRequest, touched: readonly string[], what: string): void {
  if (touched.every((id) => maySee(request, id))) return;
  throw new KithError(
    'forbidden',
    `${what} also touches what cameras have seen that you may not see: ask somebody who may see all.`,
  );
}

/** Whose route it is: access `user` sees to it that there is somebody. */
export function userOf({ caller }: FastifyRequest): string {
  if (!caller?.id) throw new Error('A route of users has no user.');
  return caller.id;
}
