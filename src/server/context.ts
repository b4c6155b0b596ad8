// What every file of routes gets: the application, typed, and the parts of the back end that routes share.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Scope } from '../domain.ts';
import type { Actor } from '../identity-port.ts';
import { KithError } from '../errors.ts';
import type { ControlStreams } from './control-streams.ts';
import type { Enrolment } from './enrolment.ts';
import type { EventHub } from './event-hub.ts';
import type { AuditLog } from './audit.ts';
import type { Links } from './links.ts';
import type { LoginLimit } from './login-limit.ts';
import type { Metrics } from './metrics.ts';
import type { OpenStreams } from './open-streams.ts';
import type { Passwords } from './passwords.ts';
import type { Pace } from './pace.ts';
import type { PictureKeeper } from './picture-keeper.ts';
import type { PictureRelay } from './picture-relay.ts';
import type { ServerLimits, ServerPorts } from './ports.ts';
import type { RunningRequests } from './running.ts';
import type { Sessions } from './sessions.ts';

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface Context {
  readonly ports: ServerPorts;
  readonly limits: ServerLimits;
  readonly keeper: PictureKeeper;
  readonly enrolment: Enrolment;
  readonly sessions: Sessions;
  readonly links: Links;
  readonly passwords: Passwords;
  readonly logins: LoginLimit;
  readonly streams: OpenStreams;
  readonly audit: AuditLog;
  readonly hub: EventHub;
  readonly metrics: Metrics;
  readonly pace: Pace;
  readonly running: RunningRequests;
  readonly control: ControlStreams;
  readonly previews: PictureRelay;
}

/** Who may call a route: anybody, whoever has signed in, or the holder of one of these scopes (`admin` always may). */
export type Access = 'public' | 'user' | readonly Scope[];

/** Who is calling. */
export interface Caller {
  readonly kind: 'user' | 'key';
  /** Of the user or the stored key; null for a key of this process. */
  readonly id: string | null;
  /** The user's or the key's name, for the history of identities and the audit log. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Only these may be seen, and posted for; null: all. */
  readonly cameras: readonly string[] | null;
  /** The id of a user's session; null where she calls from a chat. */
  readonly session: string | null;
  /** The channel over which a user calls. */
  readonly via?: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route must say it: building the application fails otherwise. */
    access?: Access;
    /** A public route for programs, whose requests prove by a signature who sends them: no header of the panel is asked for. */
    signed?: true;
    /** An event stream: nobody waits for its end. */
    endless?: true;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** The part, once it has been loaded. KithError `unavailable` before. */
export function loaded<T>(part: T | null): T {
  if (part === null) {
    throw new KithError('unavailable', 'The models are still being loaded: try again in a moment, /ready tells when.');
  }
  return part;
}

/** Who changes an identity: whoever holds the key. */
export function actorOf({ caller }: { readonly caller: Caller | null }): Actor {
  if (!caller) throw new Error('A change of identity has no caller.');
  return { name: caller.name, kind: 'human' };
}

export function notFound(what: string, id: string): KithError {
  return new KithError('not_found', `There is no ${what} ${JSON.stringify(id)}.`);
}
