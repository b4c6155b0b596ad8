// /keys and /links: who may talk to the API, and one-time links that open the page.

import { Type } from 'typebox';
import { KithError } from '../errors.ts';
import { notFound, type App, type Context } from './context.ts';
import { API, keyJson } from './json.ts';
import { hashKey, makeKey } from './keys.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';

const tags = ['keys'];
const NewKey = S.Exact({ name: S.Name, scopes: S.Scopes, camera: Type.Optional(S.Nullable(S.Id)) });
const Self = Type.Object({ name: Type.String(), scopes: S.Scopes, camera: S.Nullable(Type.String()) });
const ShownKey = Type.Object({
  ...S.KeyJson.properties,
  key: Type.String({ description: 'shown this once: only its hash is stored' }),
});

export function keyRoutes(app: App, { ports: { store }, sessions }: Context): void {
  app.post(
    `${API}/keys`,
    {
      config: { access: ['admin'] },
      schema: { tags, summary: 'Make a key; it is shown once', body: NewKey, response: answers(201, ShownKey) },
    },
    async ({ body: { name, scopes, camera = null } }, reply) => {
      if (camera !== null) {
        if (scopes.some((scope) => scope !== 'camera')) {
          throw new KithError('invalid', '"camera" binds a key to one camera, so its only scope must be "camera".');
        }
        if (!(await store.cameras.get(camera))) throw notFound('camera', camera);
      }
      const key = makeKey();
      const stored = await store.keys.add({ name, scopes, cameraId: camera, hash: hashKey(key) });
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...keyJson(stored), key });
    },
  );

  app.get(
    `${API}/keys`,
    {
      config: { access: ['admin'] },
      schema: { tags, summary: 'All keys, without themselves', response: answers(200, S.List(S.KeyJson)) },
    },
    async () => ({ items: (await store.keys.list()).map(keyJson), next: null }),
  );

  app.get(
    `${API}/keys/self`,
    {
      config: { access: ['camera', 'read', 'admin'] },
      schema: { tags, summary: 'What the key that asks may do, and for which camera', response: answers(200, Self) },
    },
    async ({ caller }) => {
      if (!caller) throw new Error('The guard let nobody in.');
      return { name: caller.name, scopes: [...caller.scopes], camera: caller.cameraId };
    },
  );

  app.delete(
    `${API}/keys/:id`,
    {
      config: { access: ['admin'] },
      schema: { tags, summary: 'Take a key back, at once', params: S.IdParams, response: answers(204, NOTHING) },
    },
    async ({ params }, reply) => {
      if (!(await store.keys.list()).some((key) => key.id === params.id)) throw notFound('key', params.id);
      await store.keys.remove(params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${API}/links`,
    {
      config: { access: ['admin'] },
      schema: {
        tags,
        summary: 'Make a link that opens the page in one browser, once, within a day',
        response: answers(201, Type.Object({ path: Type.String() })),
      },
    },
    async (_request, reply) =>
      reply.code(201).header('cache-control', 'no-store').send({ path: sessions.createLink() }),
  );
}
