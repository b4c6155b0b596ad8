// /session and /setup: who sits in front of this browser, signing in and out, and the first administrator.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { KithError } from '../errors.ts';
import type { User, UserWithSecrets } from '../user-port.ts';
import { audit } from './audit.ts';
import type { App, Context } from './context.ts';
import { cookieOf, dropCookie, setCookie } from './cookies.ts';
import { API } from './json.ts';
import { deviceOf, isDeviceOf, type Attempt } from './login-limit.ts';
import { checkPassword } from './passwords.ts';
import { answers, NOTHING } from './route-schemas.ts';
import * as S from './schemas.ts';
import { stepOfCode } from './totp.ts';
import * as U from './user-schemas.ts';

const tags = ['session'];
const DEVICE_S = 400 * 86_400;
const CodeNeeded = Type.Object({
  ...S.Problem.properties,
  codeNeeded: Type.Optional(Type.Boolean({ description: 'the password is right; a code of her telephone is missing' })),
});

export function sessionRoutes(app: App, { ports, sessions, links, passwords, logins, streams }: Context): void {
  const { store, clock } = ports;
  const { users } = store;
  const version = ports.version ?? '0';

  app.get(
    `${API}/session`,
    {
      config: { access: 'public' },
      schema: { tags, summary: 'Who is signed in with this browser', response: answers(200, U.SessionJson) },
    },
    async (request, reply): Promise<U.SessionJson> => {
      void reply.header('cache-control', 'no-store');
      const open = await sessions.of(request);
      const link = links.isOpen(cookieOf(request, 'link'));
      if (open) return { state: 'open', user: U.selfJson(open.user), link, version };
      return { state: (await users.any()) ? 'closed' : 'setup', user: null, link, version };
    },
  );

  app.post(
    `${API}/setup`,
    {
      config: { access: 'public', audit: 'user.setup' },
      schema: {
        tags,
        summary:
          'For a browser that has opened a one-time link: make an administrator, or give the user of this name a new password',
        body: S.Exact({ name: S.Name, password: U.Password, language: Type.Optional(U.Language) }),
        response: answers(201, U.SessionJson),
      },
    },
    async (request, reply) => {
      const { name, password, language } = request.body;
      const cookie = cookieOf(request, 'link');
      if (!links.isOpen(cookie)) throw noLink();
      checkPassword(password, name.trim());
      const hash = await passwords.hash(password);
      const giveBack = links.use(cookie);
      if (!giveBack) throw noLink();
      let user: User;
      try {
        user = await makeOrMend(request, { name, hash, language });
      } catch (error) {
        giveBack();
        throw error;
      }
      dropCookie(reply, 'link');
      return reply.code(201).send(await signIn(request, reply, user));
    },
  );

  app.post(
    `${API}/session`,
    {
      config: { access: 'public', audit: 'session.open' },
      schema: {
        tags,
        summary: 'Sign in with name and password, and with a code where `codeNeeded` asks for it',
        body: S.Exact({ name: S.Name, password: U.GivenPassword, code: Type.Optional(U.Code) }),
        response: { ...answers(200, U.SessionJson), '4xx': CodeNeeded },
      },
    },
    async (request, reply) => {
      const { name, password, code } = request.body;
      const who = await users.secretsByName(name);
      const knownDevice = isDeviceOf(cookieOf(request, 'device'), who);
      // Her own name, as some letters can be written in ways that only the store knows to be one.
      const attempt = logins.begin({ name: who?.user.name ?? name, address: request.ip, knownDevice });
      await checkLogin(request, who, { password, code, attempt, knownDevice });
      if (!who) throw new Error('Nobody was let in.');
      attempt.succeeded();
      const user = await users.change(who.user.id, { lastLoginAt: clock() });
      return signIn(request, reply, user);
    },
  );

  app.delete(
    `${API}/session`,
    {
      config: { access: 'public', audit: 'session.close' },
      schema: { tags, summary: 'Sign out', response: answers(204, NOTHING) },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      const before = await sessions.end(request, reply);
      if (before) {
        const { id, name } = before.user;
        audit(request, { actor: { id, name, kind: 'user' }, entityId: id });
        await streams.recheck(id);
      }
      return reply.code(204).send(null);
    },
  );

  /** KithError `unauthorized`: all that is wrong sounds the same, as who asks may be anybody. */
  async function checkLogin(
    request: FastifyRequest,
    who: UserWithSecrets | null,
    { password, code, attempt, knownDevice }: Given,
  ): Promise<void> {
    const isRight = await passwords.verify(password, who?.secrets.password ?? null);
    const refuse = (message: string, why: string): KithError => {
      audit(request, {
        action: 'session.failed',
        actor: { id: null, name: '', kind: 'nobody' },
        // What was typed may be a password: a name is kept only where it is a user's.
        ...(who && { entityId: who.user.id }),
        detail: { why, ...(who && { name: who.user.name }) },
      });
      return new KithError('unauthorized', message);
    };
    if (!who || !isRight) throw refuse('Name or password is wrong.', 'password');
    const { user, secrets } = who;
    if (user.disabled) {
      throw refuse(`${JSON.stringify(user.name)} may not sign in any more: ask an administrator.`, 'disabled');
    }
    if (secrets.totp === null) return;
    if (code === undefined) {
      attempt.takenBack();
      throw new KithError('unauthorized', 'The code of the telephone is needed too.', { more: { codeNeeded: true } });
    }
    const codeAttempt = logins.beginCode({ userId: user.id, knownDevice });
    const step = stepOfCode(secrets.totp, code, clock());
    if (step !== null && (await users.useCode(user.id, step))) {
      codeAttempt.succeeded();
      return;
    }
    throw refuse(
      step === null
        ? 'The code is wrong: type the one that the telephone shows now, and see that its clock is right.'
        : 'This code was used already: wait for the next one.',
      'code',
    );
  }

  async function signIn(request: FastifyRequest, reply: FastifyReply, user: User): Promise<U.SessionJson> {
    void reply.header('cache-control', 'no-store');
    await sessions.begin(request, reply, user);
    const who = await users.secrets(user.id);
    if (who) setCookie(reply, 'device', deviceOf(who), DEVICE_S);
    audit(request, { actor: { id: user.id, name: user.name, kind: 'user' }, entityId: user.id });
    return { state: 'open', user: U.selfJson(user), link: false, version };
  }

  /** Who can open a link owns the machine and its data, so she may also mend a lost password. */
  async function makeOrMend(
    request: FastifyRequest,
    { name, hash, language }: { name: string; hash: string; language: string | undefined },
  ): Promise<User> {
    const given = { ...(language !== undefined && { language }) };
    const known = await users.secretsByName(name);
    const first = !known && !(await users.any());
    audit(request, { detail: { did: known ? 'password' : first ? 'first administrator' : 'administrator' } });
    const now = clock();
    if (!known) {
      const user = await users.add({ name, role: 'administrator', cameras: null, password: hash, ...given }, now);
      return users.change(user.id, { lastLoginAt: now });
    }
    const mended = { password: hash, totp: null, totpPending: null, disabled: false, lastLoginAt: now, ...given };
    const user = await users.change(known.user.id, mended);
    await streams.recheck(user.id);
    return user;
  }
}

interface Given {
  readonly password: string;
  readonly code: string | undefined;
  readonly attempt: Attempt;
  readonly knownDevice: boolean;
}

function noLink(): KithError {
  return new KithError(
    'forbidden',
    'Only who has opened a one-time link in this browser may do this: run `npx kith link` where Kith runs, and open what it prints within a day; then there is an hour.',
  );
}
