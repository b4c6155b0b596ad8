// Who saw, searched, changed or exported what: each route says with `config.audit` what its call is called, and the entry is written
// before the answer goes.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../log.ts';
import type { AuditActor, AuditStore } from '../user-port.ts';
import type { App } from './context.ts';

const KEPT_MS = 400 * 86_400_000;
const PRUNE_MS = 86_400_000;
/** A screen that is open reads the same again and again: within this time looking is one look. */
const SAME_LOOK_MS = 600_000;
const MOST_LOOKS = 10_000;
/** What of a body is worth keeping: what was chosen, never a name, a note or a password. */
const SAID = ['into', 'person', 'role', 'scopes', 'camera', 'cameras', 'model', 'disabled', 'ignored', 'from', 'to'];
const MOST_FIELDS = 20;

/** What a handler knows better than the route. */
export interface Audited {
  readonly action?: string;
  readonly actor?: AuditActor;
  readonly entityId?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the audit log calls a call of this route, for example `person.change`; whom it was about is `params.id`. Changing routes
     * must say it, or `false` for what programs send all day: building the application fails otherwise. */
    audit?: string | false;
  }
  interface FastifyRequest {
    audited: Audited | null;
  }
}

export function audit(request: FastifyRequest, more: Audited): void {
  request.audited = { ...request.audited, ...more, detail: { ...request.audited?.detail, ...more.detail } };
}

export interface AuditLog {
  /** For answers without an end, which no hook sees: before their head is sent. */
  note(request: FastifyRequest, status: number): Promise<void>;
  /** Forgets what is too old. */
  prune(): Promise<void>;
}

/** Before the routes. */
export function createAuditLog(app: App, store: AuditStore, clock: () => number, log: Log): AuditLog {
  const looks = new Map<string, number>();

  /** Looked at by the same a moment ago. */
  function isSameLook(request: FastifyRequest, actor: AuditActor, action: string, id: string | null): boolean {
    if (!isLook(request)) return false;
    const now = clock();
    const look = JSON.stringify([actor.kind, actor.id ?? actor.name, action, id]);
    if (now - (looks.get(look) ?? Number.NEGATIVE_INFINITY) < SAME_LOOK_MS) return true;
    if (looks.size >= MOST_LOOKS) looks.clear();
    looks.set(look, now);
    return false;
  }

  async function note(request: FastifyRequest, status: number): Promise<void> {
    const { audited, caller } = request;
    const action = audited?.action ?? request.routeOptions.config.audit;
    const actor = audited?.actor ?? (caller && { id: caller.id, name: caller.name, kind: caller.kind });
    if (!action || !actor || !isWorth(request, status, audited)) return;
    const { id, rid, seq } = (request.params ?? {}) as Readonly<Record<string, string | undefined>>;
    const entityId = audited?.entityId ?? rid ?? id ?? seq ?? null;
    if (isSameLook(request, actor, action, entityId)) return;
    const isOfHerself = action.startsWith('session.');
    const detail = {
      ...(status < 400 && !isOfHerself && saidIn(request.body)),
      ...(caller?.via !== undefined && { via: caller.via }),
      ...audited?.detail,
    };
    try {
      await store.add({
        at: clock(),
        actor,
        address: request.ip,
        action,
        entity: action.split('.')[0] ?? null,
        entityId,
        status,
        detail: Object.keys(detail).length > 0 ? detail : null,
      });
    } catch (error) {
      // What was asked for is done by now: an answer that says otherwise would have it done twice.
      log.error({ err: error, action, entityId, actor: actor.id }, 'The audit log could not be written.');
    }
  }

  async function prune(): Promise<void> {
    try {
      const entries = await store.prune(clock() - KEPT_MS);
      if (entries > 0) log.info({ entries }, 'Old entries of the audit log were removed.');
    } catch (error) {
      log.error({ err: error }, 'Old entries of the audit log could not be removed.');
    }
  }

  app.decorateRequest('audited', null);
  app.addHook('preSerialization', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    // What was made is known only now.
    if (reply.statusCode === 201 && typeof payload === 'object' && payload !== null && 'id' in payload) {
      const { id } = payload;
      if (typeof id === 'string' && request.audited?.entityId === undefined) audit(request, { entityId: id });
    }
    return payload;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    await note(request, reply.statusCode);
    return payload;
  });
  app.addHook('onListen', async () => void prune());
  // An application that only answers in memory must not keep its process alive.
  const daily = setInterval(() => void prune(), PRUNE_MS).unref();
  app.addHook('onClose', async () => clearInterval(daily));

  return { note, prune };
}

function isLook({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Not what came to nothing before anybody was known, or was no request at all; of looks only those that saw or were refused. */
function isWorth(request: FastifyRequest, status: number, audited: Audited | null): boolean {
  if (audited?.action !== undefined) return true;
  if (status === 400 || status === 401 || status === 429) return false;
  return !isLook(request) || status < 400 || status === 403;
}

function saidIn(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return {};
  const given = body as Readonly<Record<string, unknown>>;
  const fields = Object.keys(given).slice(0, MOST_FIELDS);
  if (fields.length === 0) return {};
  const detections = given['detections'];
  return {
    fields,
    ...Object.fromEntries(SAID.flatMap((key) => (given[key] === undefined ? [] : [[key, short(given[key])]]))),
    ...(Array.isArray(detections) && { detections: detections.length }),
  };
}

function short(value: unknown): unknown {
  return Array.isArray(value) ? value.slice(0, MOST_FIELDS) : value;
}
