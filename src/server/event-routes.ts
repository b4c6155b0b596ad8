// /events: what happens, as it happens (Server-Sent Events), resumable with Last-Event-ID.

import { Type } from 'typebox';
import type { Guard } from './auth.ts';
import type { App, Context } from './context.ts';
import { API } from './json.ts';
import { Problem } from './schemas.ts';

const STREAM = { 'text/event-stream': { schema: Type.String() } };

export function eventRoutes(app: App, { hub }: Context, guard: Guard): void {
  app.get(
    `${API}/events`,
    {
      config: { access: ['read'], endless: true },
      exposeHeadRoute: false,
      schema: {
        tags: ['events'],
        summary:
          'Events `detection` (a detection with its outcome, again when it changes hands) and `person` ({id, action, person}), live',
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String()) }),
        response: { 200: { description: 'Server-Sent Events', content: STREAM }, '4xx': Problem },
      },
    },
    async (request, reply) => {
      hub.checkRoom();
      const given = request.headers['last-event-id'];
      const after = given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : null;
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      });
      // A key that was taken back, or a session that has ended, loses its stream at the next heartbeat.
      const mayStay = () =>
        guard(request).then(
          () => true,
          () => false,
        );
      await hub.attach(reply.raw, { after, mayStay });
    },
  );
}
