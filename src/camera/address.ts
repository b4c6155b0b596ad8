// Addresses of sources: as a path for the file system, as a name for people, and as programs need them.

import { KithError } from '../errors.ts';
import { hideCredentials } from '../log.ts';
import { decoded, splitAddress } from '../secrets.ts';

/** `file:///a/b`, `file:/a/b`, `file:b` and the same with `folder:` as a path. */
export function pathOf(url: string): string {
  const rest = url.slice(url.indexOf(':') + 1);
  return rest.startsWith('///') ? decodeURIComponent(rest.slice(2)) : rest;
}

/** Without user, password and query, which may hold a token. */
export function nameOf(url: string): string {
  const { scheme, host, rest } = splitAddress(url);
  const short = host === '' ? url : `${scheme}://${host}${rest}`;
  return hideCredentials(short.replace(/[?#].*$/s, ''));
}

/** User and password as they are meant, "@" and "%" included; null without a user. */
export function loginOf(url: string): { readonly user: string; readonly password: string } | null {
  const { user, password } = splitAddress(url);
  return user === null ? null : { user: decoded(user), password: decoded(password ?? '') };
}

/** With user and password encoded, however they were written: `rtsp://me:p@ss%word@host` becomes `rtsp://me:p%40ss%25word@host`.
 * KithError `invalid` where no host can be made out. */
export function cleanAddress(url: string): string {
  const { scheme, host, rest } = splitAddress(url);
  const login = loginOf(url);
  if (!/^(?:[^\s:@/?#[\]]+|\[[0-9a-f:.%a-z]+\])(?::\d{1,5})?$/i.test(host)) {
    throw new KithError(
      'invalid',
      `"source" is no address of a camera: write it like ${scheme}://user:password@192.168.1.20/path, with "/" in a password as %2F.`,
    );
  }
  const user = login ? `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@` : '';
  return `${scheme}://${user}${host}${rest.replaceAll(' ', '%20')}`;
}
