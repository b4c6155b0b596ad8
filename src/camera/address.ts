// Addresses of sources: as a path for the file system, as a name for people.

import { hideCredentials } from '../log.ts';

/** `file:///a/b`, `file:/a/b`, `file:b` and the same with `folder:` as a path. */
export function pathOf(url: string): string {
  const rest = url.slice(url.indexOf(':') + 1);
  return rest.startsWith('///') ? decodeURIComponent(rest.slice(2)) : rest;
}

/** Without user, password and query, which may hold a token. */
export function nameOf(url: string): string {
  return hideCredentials(url).replace(/[?#].*$/, '');
}
