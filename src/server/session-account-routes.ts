// What somebody who has signed in does for herself: language, password, the code of a telephone, and her other browsers.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { KithError } from '../errors.ts';
import type { User, UserWithSecrets } from '../user-port.ts';
import { notFound, type App, type Context } from './context.ts';
import { setCookie } from './cookies.ts';
import { API } from './json.ts';
import { deviceOf } from './login-limit.ts';
import { checkPassword } from './passwords.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';
import { makeTotp, stepOfCode } from './totp.ts';
import * as U from './user-schemas.ts';

const tags = ['session'];
const DEVICE_S = 400 * 86_400;

export function sessionAccountRoutes(app: App, { ports, passwords, logins, streams }: Context): void {
  const { store, clock } = ports;
  const { users } = store;

  app.patch(
    `${API}/session`,
    {
      config: { access: 'user', audit: false },
      schema: {
        tags,
        summary: 'The language of the panel; null: as the browser has it',
        body: S.Exact({ language: Type.Optional(S.Nullable(U.Language)) }),
        response: answers(200, U.SessionJson),
      },
    },
    async (request, reply) => {
      const { language } = request.body;
      void reply.header('cache-control', 'no-store');
      return opened(await users.change(selfOf(request).id, { ...(language !== undefined && { language }) }));
    },
  );

  app.post(
    `${API}/session/password`,
    {
      config: { access: 'user', audit: 'session.password' },
      schema: {
        tags,
        summary: 'Another password; her other browsers are signed out',
        body: S.Exact({ current: U.GivenPassword, password: U.Password }),
        response: answers(204, NOTHING),
      },
    },
    async (request, reply) => {
      const { current, password } = request.body;
      const { id, session } = selfOf(request);
      const { user } = await checkCurrent(request, current);
      checkPassword(password, user.name);
      await users.change(id, { password: await passwords.hash(password) }, session);
      const who = await users.secrets(id);
      if (who) setCookie(reply, 'device', deviceOf(who), DEVICE_S);
      await streams.recheck(id);
      return reply.code(204).header('cache-control', 'no-store').send(null);
    },
  );

  app.get(
    `${API}/session/devices`,
    {
      config: { access: 'user' },
      schema: { tags, summary: 'The browsers in which she is signed in', response: answers(200, S.List(U.DeviceJson)) },
    },
    async (request, reply) => {
      const { id, session } = selfOf(request);
      void reply.header('cache-control', 'no-store');
      const items = (await users.sessions(id, clock())).map((one) => U.deviceJson(one, session));
      return { items, next: null };
    },
  );

  app.delete(
    `${API}/session/devices/:id`,
    {
      config: { access: 'user', audit: 'session.device' },
      schema: { tags, summary: 'Sign one of them out', params: S.IdParams, response: answers(204, NOTHING) },
    },
    async (request, reply) => {
      const { id } = selfOf(request);
      if (!(await users.removeSession(id, request.params.id))) throw notFound('browser', request.params.id);
      await streams.recheck(id);
      return reply.code(204).header('cache-control', 'no-store').send(null);
    },
  );

  app.post(
    `${API}/session/totp`,
    {
      config: { access: 'user', audit: 'session.totp-begin' },
      schema: {
        tags,
        summary: 'A secret for her telephone; nothing is asked for until `PUT` has confirmed it',
        response: answers(200, U.TotpJson),
      },
    },
    async (request, reply) => {
      const { user } = await mustFind(request);
      if (user.totp) throw new KithError('conflict', 'Codes are asked for already: switch them off first.');
      const made = makeTotp(user.name);
      await users.change(user.id, { totpPending: made.secret });
      void reply.header('cache-control', 'no-store');
      return { ...made };
    },
  );

  app.put(
    `${API}/session/totp`,
    {
      config: { access: 'user', audit: 'session.totp-on' },
      schema: {
        tags,
        summary: 'From now on a code is asked for at signing in',
        body: S.Exact({ code: U.Code }),
        response: answers(200, U.SessionJson),
      },
    },
    async (request, reply) => {
      const { user, secrets } = await mustFind(request);
      if (secrets.totpPending === null) {
        throw new KithError('conflict', 'There is no secret to confirm: begin with `POST /session/totp`.');
      }
      const step = stepOfCode(secrets.totpPending, request.body.code, clock());
      if (step === null) {
        throw new KithError(
          'invalid',
          'The code is wrong: type the one that the telephone shows now, and see that its clock is right.',
        );
      }
      const changed = await users.change(user.id, { totp: secrets.totpPending, totpPending: null });
      await users.useCode(user.id, step);
      void reply.header('cache-control', 'no-store');
      return opened(changed);
    },
  );

  app.delete(
    `${API}/session/totp`,
    {
      config: { access: 'user', audit: 'session.totp-off' },
      schema: {
        tags,
        summary: 'No more codes',
        body: S.Exact({ password: U.GivenPassword }),
        response: answers(200, U.SessionJson),
      },
    },
    async (request, reply) => {
      const { user } = await checkCurrent(request, request.body.password);
      void reply.header('cache-control', 'no-store');
      return opened(await users.change(user.id, { totp: null, totpPending: null }));
    },
  );

  /** Whoever finds an open browser must not make it hers. Not 401, which says that the session has ended. */
  async function checkCurrent(request: FastifyRequest, password: string): Promise<UserWithSecrets> {
    const who = await mustFind(request);
    const attempt = logins.begin({ name: who.user.id, address: request.ip, knownDevice: true });
    if (!(await passwords.verify(password, who.secrets.password))) {
      throw new KithError('forbidden', 'The current password is wrong.');
    }
    attempt.succeeded();
    return who;
  }

  async function mustFind(request: FastifyRequest): Promise<UserWithSecrets> {
    const { id } = selfOf(request);
    const who = await users.secrets(id);
    if (!who) throw notFound('user', id);
    return who;
  }

  function opened(user: User): U.SessionJson {
    return { state: 'open', user: U.selfJson(user), link: false, version: ports.version ?? '0' };
  }
}

function selfOf({ caller }: FastifyRequest): { readonly id: string; readonly session: string } {
  if (caller?.id == null || caller.session === null) throw new Error('The guard let nobody in.');
  return { id: caller.id, session: caller.session };
}
