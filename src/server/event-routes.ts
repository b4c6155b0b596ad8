// /events: what happens, as it happens (Server-Sent Events), resumable with Last-Event-ID.

import { Type } from 'typebox';
import { camerasOf, mayStay, type Guard } from './auth.ts';
import type { App, Context } from './context.ts';
import { beginStream, EVENTS } from './endless.ts';
import { API } from './json.ts';
import { EVENT_STREAM } from './route-schemas.ts';

export function eventRoutes(app: App, { hub }: Context, guard: Guard): void {
  app.get(
    `${API}/events`,
    {
      config: { access: ['log', 'read', 'people'], endless: true },
      exposeHeadRoute: false,
      schema: {
        tags: ['events'],
        summary:
          'Events `detection` (a detection with its outcome, again when it changes hands), `person` ({id, action, person}), `camera` ({id, action, camera}: another state, name or other settings), `run` ({id, action, run}: an action was asked for, decided or has ended) and `alert` ({id, action, alert}; `rule`, `channel`, `delivery` and `action`, {id, action}, say only that there is something new to read), live; of the cameras that the caller may see and of strangers whom they saw, and for the scope `log` of persons only id, kind, name, ignored and mergedInto',
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String()) }),
        response: EVENT_STREAM,
      },
    },
    async (request, reply) => {
      hub.checkRoom();
      const given = request.headers['last-event-id'];
      const after = given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : null;
      const scopes = request.caller?.scopes ?? [];
      await hub.attach(beginStream(reply, EVENTS), {
        after,
        mayStay: mayStay(guard, request),
        ear: {
          cameras: camerasOf(request),
          readsPeople: scopes.some((scope) => scope === 'read' || scope === 'people' || scope === 'admin'),
        },
      });
    },
  );
}
