// For tests: people who have signed in, and requests as their browsers send them.

import type { House, Inject } from './house.test-suite.ts';
import type { NewUser } from '../user-port.ts';

export const PASSWORD = 'correct horse battery';

type Request = Parameters<Inject>[0];
export type Browser = ((request: Request) => ReturnType<Inject>) & { readonly cookie: string };

/** Makes the user where she is not there yet, and signs her in. */
export async function signIn(
  inject: Inject,
  user: Pick<NewUser, 'name' | 'role'> & { readonly cameras?: readonly string[] | null },
): Promise<Browser> {
  await inject({ method: 'POST', url: '/api/v1/users', json: { cameras: null, ...user, password: PASSWORD } });
  const answer = await login(inject, user.name, PASSWORD);
  if (answer.status !== 200) throw new Error(answer.text);
  return browser(inject, cookiesOf(answer.headers));
}

export function login(
  inject: Inject,
  name: string,
  password: string,
  more: { readonly code?: string; readonly headers?: Record<string, string> } = {},
): ReturnType<Inject> {
  const { code, headers } = more;
  return inject({
    method: 'POST',
    url: '/api/v1/session',
    key: null,
    headers: { 'x-kith': 'panel', ...headers },
    json: { name, password, ...(code !== undefined && { code }) },
  });
}

/** Sends these cookies and the header of the panel. */
export function browser(inject: Inject, cookie: string): Browser {
  const send = (request: Request): ReturnType<Inject> =>
    inject({ ...request, key: null, headers: { cookie, 'x-kith': 'panel', ...request.headers } });
  return Object.assign(send, { cookie });
}

/** What the browser would send back. */
export function cookiesOf(headers: Readonly<Record<string, unknown>>): string {
  const set = headers['set-cookie'] as string | readonly string[] | undefined;
  return [set ?? []]
    .flat()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ');
}

/** The time can be set forward. */
export function setClock(house: House, start = Date.now()): { now: number } {
  const time = { now: start };
  house.ports.clock = () => time.now;
  return time;
}
