// /keys and /links: which programs may talk to the API, and one-time links that make an administrator.

import { Type } from 'typebox';
import { KithError } from '../errors.ts';
import { notFound, type App, type Context } from './context.ts';
import { API, keyJson } from './json.ts';
import { hashKey, makeKey } from './keys.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';
import { checkReach } from './user-routes.ts';

const tags = ['keys'];
const NewKey = S.Exact({ name: S.Name, scopes: S.Scopes, camera: Type.Optional(S.Nullable(S.Id)) });
const Self = Type.Object({ name: Type.String(), scopes: S.Scopes, camera: S.Nullable(Type.String()) });
const ShownKey = Type.Object({
  ...S.KeyJson.properties,
  key: Type.String({ description: 'shown this once: only its hash is stored' }),
});

export function keyRoutes(app: App, { ports: { store }, links, streams }: Context): void {
  app.post(
    `${API}/keys`,
    {
      config: { access: ['admin'], audit: 'key.add' },
      schema: { tags, summary: 'Make a key; it is shown once', body: NewKey, response: answers(201, ShownKey) },
    },
    async (request, reply) => {
      const { name, scopes, camera = null } = request.body;
      checkReach(request, camera === null ? null : [camera]);
      if (camera !== null) {
        if (scopes.includes('admin')) {
          throw new KithError('invalid', '"camera" binds a key to one camera, so "admin" cannot be among its scopes.');
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
      config: { access: ['camera', 'log', 'read', 'people'] },
      schema: { tags, summary: 'What the key that asks may do, and for which camera', response: answers(200, Self) },
    },
    async ({ caller }) => {
      if (!caller) throw new Error('The guard let nobody in.');
      const { kind, name, scopes, cameras } = caller;
      return { name, scopes: [...scopes], camera: kind === 'key' ? (cameras?.[0] ?? null) : null };
    },
  );

  app.delete(
    `${API}/keys/:id`,
    {
      config: { access: ['admin'], audit: 'key.remove' },
      schema: { tags, summary: 'Take a key back, at once', params: S.IdParams, response: answers(204, NOTHING) },
    },
    async (request, reply) => {
      const { id } = request.params;
      const key = (await store.keys.list()).find((one) => one.id === id);
      if (!key) throw notFound('key', id);
      checkReach(request, key.cameraId === null ? null : [key.cameraId]);
      await store.keys.remove(id);
      await streams.recheck(id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${API}/links`,
    {
      config: { access: ['admin'], audit: 'link.add' },
      schema: {
        tags,
        summary:
          'Make a link that can be opened once, within a day: its browser may make an administrator, or give a user another password',
        response: answers(201, Type.Object({ path: Type.String() })),
      },
    },
    async (request, reply) => {
      checkReach(request, null);
      return reply.code(201).header('cache-control', 'no-store').send({ path: links.create() });
    },
  );
}
