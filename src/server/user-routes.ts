// /users: who may sign in, what she may do, and which cameras she may see.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { KithError } from '../errors.ts';
import type { User } from '../user-port.ts';
import { camerasOf } from './auth.ts';
import { notFound, type App, type Context } from './context.ts';
import { API } from './json.ts';
import { checkPassword } from './passwords.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';
import * as U from './user-schemas.ts';

const tags = ['users'];
const NewUser = S.Exact({
  name: S.Name,
  role: U.Role,
  cameras: Type.Optional(U.CamerasOfUser),
  password: U.Password,
});
const Changes = Type.Object(
  {
    name: Type.Optional(S.Name),
    role: Type.Optional(U.Role),
    cameras: Type.Optional(U.CamerasOfUser),
    disabled: Type.Optional(Type.Boolean()),
    password: Type.Optional(U.Password),
    totp: Type.Optional(Type.Literal(false, { description: 'no more codes, for a telephone that is lost' })),
  },
  { additionalProperties: false, minProperties: 1 },
);

export function userRoutes(app: App, { ports, passwords, streams }: Context): void {
  const { store, clock } = ports;
  const { users } = store;

  app.get(
    `${API}/users`,
    {
      config: { access: ['admin'] },
      schema: { tags, summary: 'All users, by name', response: answers(200, S.List(U.UserJson)) },
    },
    async (_request, reply) => {
      void reply.header('cache-control', 'no-store');
      return { items: (await users.list()).map(U.userJson), next: null };
    },
  );

  app.post(
    `${API}/users`,
    {
      config: { access: ['admin'], audit: 'user.add' },
      schema: { tags, summary: 'Make a user', body: NewUser, response: answers(201, U.UserJson) },
    },
    async (request, reply) => {
      const { name, role, cameras = null, password } = request.body;
      checkReach(request, cameras);
      await checkCameras(cameras ?? []);
      checkPassword(password, name.trim());
      const user = await users.add({ name, role, cameras, password: await passwords.hash(password) }, clock());
      return reply.code(201).header('cache-control', 'no-store').send(U.userJson(user));
    },
  );

  app.patch(
    `${API}/users/:id`,
    {
      config: { access: ['admin'], audit: 'user.change' },
      schema: {
        tags,
        summary:
          'Change a user: another password, role, other cameras and disabling sign her out at once. 409 where nobody would be left who may everything',
        params: S.IdParams,
        body: Changes,
        response: answers(200, U.UserJson),
      },
    },
    async (request, reply) => {
      const { name, role, cameras, disabled, password, totp } = request.body;
      const before = await find(request.params.id);
      checkReach(request, before.cameras);
      if (cameras !== undefined) {
        checkReach(request, cameras);
        // One that was removed since is no reason to refuse what else is changed.
        await checkCameras((cameras ?? []).filter((id) => !before.cameras?.includes(id)));
      }
      if (password !== undefined) checkPassword(password, (name ?? before.name).trim());
      const user = await users.change(
        before.id,
        {
          ...(name !== undefined && { name }),
          ...(role !== undefined && { role }),
          ...(cameras !== undefined && { cameras }),
          ...(disabled !== undefined && { disabled }),
          ...(password !== undefined && { password: await passwords.hash(password) }),
          ...(totp !== undefined && { totp: null, totpPending: null }),
        },
        // Who gives herself a password stays in.
        request.caller?.session ?? undefined,
      );
      await streams.recheck(user.id);
      void reply.header('cache-control', 'no-store');
      return U.userJson(user);
    },
  );

  app.delete(
    `${API}/users/:id`,
    {
      config: { access: ['admin'], audit: 'user.remove' },
      schema: { tags, summary: 'Remove a user, at once', params: S.IdParams, response: answers(204, NOTHING) },
    },
    async (request, reply) => {
      const { id, cameras } = await find(request.params.id);
      checkReach(request, cameras);
      await users.remove(id);
      await streams.recheck(id);
      return reply.code(204).header('cache-control', 'no-store').send(null);
    },
  );

  async function find(id: string): Promise<User> {
    const user = await users.get(id);
    if (!user) throw notFound('user', id);
    return user;
  }

  async function checkCameras(ids: readonly string[]): Promise<void> {
    for (const id of ids) if (!(await store.cameras.get(id))) throw notFound('camera', id);
  }
}

/** An administrator of some cameras gives nobody more than she has, and does nothing to those who have more. KithError `forbidden`. */
export function checkReach(request: FastifyRequest, cameras: readonly string[] | null): void {
  const own = camerasOf(request);
  if (own === null || cameras?.every((id) => own.includes(id))) return;
  throw new KithError(
    'forbidden',
    'You may see some cameras only, so you can do this only for people and keys of those cameras: ask an administrator who may see all.',
  );
}
