// /cameras/:id/control: what the back end tells a camera's program, as it happens (Server-Sent Events).

import { checkCamera, mayStay, type Guard } from './auth.ts';
import { ProgramQuery } from './camera-schemas.ts';
import type { App, Context } from './context.ts';
import { beginStream, EVENTS } from './endless.ts';
import { API } from './json.ts';
import { EVENT_STREAM } from './route-schemas.ts';
import * as S from './schemas.ts';

export function cameraControlRoutes(app: App, { ports: { store, clock }, control }: Context, guard: Guard): void {
  app.get(
    `${API}/cameras/:id/control`,
    {
      config: { access: ['camera'], endless: true },
      exposeHeadRoute: false,
      schema: {
        tags: ['cameras'],
        summary:
          'For its program: events `settings` (with credentials; at first and at every change), `watch` (somebody looks at the preview) and `named` (who was recognised in a track). 409 when another program runs as this camera; ends when the camera is removed',
        params: S.IdParams,
        querystring: ProgramQuery,
        response: EVENT_STREAM,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { program } = request.query;
      checkCamera(request, id);
      control.checkRoom();
      await store.cameras.claim(id, program, clock());
      await control.attach(beginStream(reply, EVENTS), { camera: id, program, mayStay: mayStay(guard, request) });
    },
  );
}
