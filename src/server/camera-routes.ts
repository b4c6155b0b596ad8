// /cameras: the sources that may post. A camera's own key may look at that camera only.

import { checkCamera } from './auth.ts';
import { notFound, type App, type Context } from './context.ts';
import { API, cameraJson } from './json.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['cameras'];

export function cameraRoutes(app: App, { ports: { store } }: Context): void {
  app.get(
    `${API}/cameras`,
    {
      config: { access: ['read'] },
      schema: { tags, summary: 'All cameras', response: answers(200, S.List(S.CameraJson)) },
    },
    async () => ({ items: (await store.cameras.list()).map(cameraJson), next: null }),
  );

  app.get(
    `${API}/cameras/:id`,
    {
      config: { access: ['read', 'camera'] },
      schema: { tags, summary: 'One camera', params: S.IdParams, response: answers(200, S.CameraJson) },
    },
    async (request) => {
      checkCamera(request, request.params.id);
      const camera = await store.cameras.get(request.params.id);
      if (!camera) throw notFound('camera', request.params.id);
      return cameraJson(camera);
    },
  );

  app.put(
    `${API}/cameras/:id`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'Make a camera or rename it',
        params: S.IdParams,
        body: S.Exact({ name: S.Name }),
        response: answers(200, S.CameraJson),
      },
    },
    async ({ params, body }) => cameraJson(await store.cameras.put(params.id, body.name)),
  );

  app.delete(
    `${API}/cameras/:id`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'Remove a camera; its detections stay in the log',
        params: S.IdParams,
        response: answers(204, NOTHING),
      },
    },
    async ({ params }, reply) => {
      if (!(await store.cameras.get(params.id))) throw notFound('camera', params.id);
      await store.cameras.remove(params.id);
      return reply.code(204).send(null);
    },
  );
}
