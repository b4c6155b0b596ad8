// /session: who sits in front of this browser.

import { Type, type Static } from 'typebox';
import type { App, Context } from './context.ts';
import { API } from './json.ts';
import { answers } from './route-schemas.ts';
import * as S from './schemas.ts';
import { cookieOf, SESSION_COOKIE } from './sessions.ts';

export const Role = Type.Enum(['administrator', 'operator', 'viewer'], {
  description: 'viewer: live and log; operator: people, corrections and alerts too; administrator: everything',
});

export const SelfJson = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Role,
  cameras: S.Nullable(Type.Array(Type.String(), { description: 'only these cameras; null: all' })),
  totp: Type.Boolean({ description: 'a code of her telephone is asked for too' }),
  language: S.Nullable(Type.String()),
});

export const SessionJson = Type.Object({
  state: Type.Enum(['setup', 'closed', 'open'], {
    description: 'setup: there is no user yet; closed: somebody has to sign in; open: `user` is in',
  }),
  user: S.Nullable(SelfJson),
  link: Type.Boolean({ description: 'this browser came by a one-time link, so it may make an administrator' }),
  version: Type.String(),
});
export type SessionJson = Static<typeof SessionJson>;

export function sessionRoutes(app: App, { ports, sessions }: Context): void {
  app.get(
    `${API}/session`,
    {
      config: { access: 'public' },
      schema: { tags: ['session'], summary: 'Who is signed in with this browser', response: answers(200, SessionJson) },
    },
    async (request, reply): Promise<SessionJson> => {
      void reply.header('cache-control', 'no-store');
      const cookie = cookieOf(request.headers.cookie, SESSION_COOKIE);
      const version = ports.version ?? '0';
      if (cookie === undefined || !sessions.isOpen(cookie)) {
        return { state: 'closed', user: null, link: false, version };
      }
      const user = {
        id: 'page',
        name: 'page',
        role: 'administrator',
        cameras: null,
        totp: false,
        language: null,
      } as const;
      return { state: 'open', user, link: false, version };
    },
  );
}
