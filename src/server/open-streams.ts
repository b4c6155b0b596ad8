// Answers that are still under way without an end: when somebody loses her session or her key, hers end at once. In other processes
// they end at their next heartbeat.

import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Guard } from './auth.ts';
import type { App } from './context.ts';

export interface OpenStreams {
  /** Asks again whether this user or key may stay. */
  recheck(callerId: string): Promise<void>;
}

/** After the guard's hook: only who was let in is remembered. */
export function watchOpenStreams(app: App, guard: Guard): OpenStreams {
  const open = new Map<FastifyRequest, ServerResponse>();

  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.endless !== true) return;
    open.set(request, reply.raw);
    reply.raw.once('close', () => open.delete(request));
  });

  return {
    async recheck(callerId) {
      const hers = [...open].filter(([{ caller }]) => caller?.id === callerId);
      await Promise.all(hers.map(([request, response]) => guard(request).catch(() => response.end())));
    },
  };
}
