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
import type { Metrics } from './metrics.ts';
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
  readonly hub: EventHub;
  readonly metrics: Metrics;
  readonly pace: Pace;
  readonly running: RunningRequests;
  readonly control: ControlStreams;
  readonly previews: PictureRelay;
}

/** Who may call a route: anybody, or the holder of one of these scopes (`admin` always may). */
export type Access = 'public' | readonly Scope[];

/** Who is calling. */
export interface Caller {
  /** The key's name, for the history of identities. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Only this camera may be posted for; null: any. */
  readonly cameraId: string | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route must say it: building the application fails otherwise. */
    access?: Access;
    /** What the audit log calls a call of this route, for example `person.change`; whom it was about is `params.id`. */
    audit?: string;
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

const VISIT_GAP_MS = 60_000;

/** Detections that are no further apart than this are one visit. */
export function visitGapOf(ports: ServerPorts): number {
  return ports.visitGapMs ?? VISIT_GAP_MS;
}

export function notFound(what: string, id: string): KithError {
  return new KithError('not_found', `There is no ${what} ${JSON.stringify(id)}.`);
}
