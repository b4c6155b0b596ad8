// What goes wrong between Kith and a camera, in words and with what to do about it.

import { isKithError, KithError, messageOf } from '../errors.ts';
import { hideCredentials } from '../log.ts';

/** By the words and codes of Node and FFmpeg; the first that fits. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /\b401\b|unauthori[sz]ed|not ?authori[sz]ed|authentication failed/i,
    'user or password are missing in the address, or the camera refuses them',
  ],
  [
    /\b403\b|forbidden/i,
    'the camera refuses this user the picture, or locks out after wrong passwords: see its settings',
  ],
  [/\b404\b|not found on/i, 'it has nothing under this path: see its manual for the address of its pictures'],
  [/\b5\d\d\b|\b5XX\b/, 'it is out of order or serves too many already'],
  [/ECONNREFUSED|connection refused/i, 'nothing listens there: is the camera on, and the port right?'],
  [/ENOTFOUND|EAI_AGAIN|name or service|getaddrinfo/i, 'nobody knows this name: try its number, like 192.168.1.20'],
  [
    /EHOSTUNREACH|ENETUNREACH|no route|unreachable/i,
    'there is no way to it in the network: is it on, and in the same network?',
  ],
  [/ETIMEDOUT|timed? ?out/i, 'it says nothing: is it on, in the same network, and the port right?'],
  [/EPROTO|SSL|TLS|wrong version number/i, 'it speaks no TLS there: try the scheme without the "s", or the other port'],
  [/HPE_|Parse Error|invalid data/i, 'what it answers is nothing that can be read: are scheme and port right?'],
  [/ECONNRESET|EPIPE|socket hang up|end of file|aborted|premature/i, 'it has hung up'],
  [/input\/output/i, 'nobody knows its name, or it has hung up'],
];

export function hintOf(words: string): string | null {
  return HINTS.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}

/** `unavailable`, as a camera may come back; `name` has no credentials. */
export function noPictures(name: string, why: string, cause?: unknown): KithError {
  const words = hideCredentials(why).replace(/\.$/, '');
  const hint = hintOf(`${words} ${codeOf(cause)}`);
  const message = `${name} does not deliver pictures (${words})${hint === null ? '' : `: ${hint}`}`;
  return new KithError('unavailable', /[.?]$/.test(message) ? message : `${message}.`, { cause });
}

/** The error of a camera that FFmpeg could not open, with what to do. */
export function withHint(error: unknown): unknown {
  if (!isKithError(error) || error.code !== 'unavailable') return error;
  // Not of its message, which has the address in it: a port may look like a status.
  const hint = hintOf(messageOf(error.cause));
  if (hint === null) return error;
  const message = `${error.message.replace(/\.$/, '')}: ${hint}`;
  return new KithError('unavailable', /[.?]$/.test(message) ? message : `${message}.`, { cause: error.cause });
}

/** Node's own messages are often empty, the code says it. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return messageOf(error) || code || 'the connection failed';
}

/** `ECONNREFUSED` and the like; empty without one. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
