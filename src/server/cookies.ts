// The cookies of the panel: never readable by scripts, never sent by other sites.

import type { FastifyReply, FastifyRequest } from 'fastify';

export const COOKIES = {
  /** Who is signed in. */
  session: 'kith_session',
  /** By a one-time link: may make an administrator. */
  link: 'kith_link',
  /** Has signed in before: see login-limit.ts. */
  device: 'kith_device',
} as const;
type Name = keyof typeof COOKIES;

export function cookieOf({ headers }: Pick<FastifyRequest, 'headers'>, name: Name): string | undefined {
  for (const part of headers.cookie?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === COOKIES[name]) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** Age 0 removes it. */
export function setCookie(reply: FastifyReply, name: Name, value: string, maxAgeS: number): void {
  const secure = reply.request.protocol === 'https' ? '; Secure' : '';
  void reply.header(
    'set-cookie',
    `${COOKIES[name]}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}${secure}`,
  );
}

export function dropCookie(reply: FastifyReply, name: Name): void {
  setCookie(reply, name, '', 0);
}
