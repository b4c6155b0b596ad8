// What is secret in an address: user and password before the host, and values of keys such as ?password=. Imports nothing, because
// the log needs it.

/** What stands in an answer instead of a secret. */
export const HIDDEN = '***';

/** A stretch of an address that nobody may read, from `start` up to `end`. */
export interface Secret {
  readonly kind: 'user' | 'password' | 'key';
  /** The key's name, in lower case; empty for user and password. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

export interface AddressParts {
  /** In lower case, without the colon; empty where there is none. */
  readonly scheme: string;
  /** As written, without the "@"; null where there is none. */
  readonly user: string | null;
  readonly password: string | null;
  /** Host and port as written. */
  readonly host: string;
  /** Path, query and fragment. */
  readonly rest: string;
}

const HOST = /^(?:[a-z0-9._~-]+|\[[0-9a-f:.%a-z]+\])?(?::\d{0,5})?$/i;
// Words that cameras and recorders use, alone (user, pwd) or as a part of a name (access_token, loginpassword).
const SECRET_KEY =
  /^(?:u|p|pw|psw|sid|sig|jwt|key|code|usr|user|login|loginuse|loginpas)$|user_?name|login_?name|pass|pwd|secret|token|api_?key|auth|credential|signature|session|private_?key/i;
// Some cameras have them in the path: /user=admin_password=x_channel=1.sdp and /user=admin&password=x&channel=1.sdp.
const PAIR = /(?<=[/?&;#_])([a-z][a-z0-9_.-]*)=((?:(?!_(?:user|password|channel|stream)=)[^&;/?#\s"])*)/gi;
const QUERY_PAIR = /(?<=[?&;#])([a-z][a-z0-9_.-]*)=([^&;#\s"]*)/gi;

/** Passwords may hold "@", "%", ":", "?" and "#" as they are: the last "@" before the first slash ends them. One with a slash is
 * understood where nothing else makes sense. */
export function splitAddress(address: string): AddressParts {
  const [, scheme = '', after] = /^([a-z][a-z0-9+.-]*):(?:\/\/(.*))?/is.exec(address) ?? [];
  if (after === undefined) {
    return {
      scheme: scheme.toLowerCase(),
      user: null,
      password: null,
      host: '',
      rest: address.slice(scheme.length + 1),
    };
  }
  const at = endOfUser(after);
  const login = at < 0 ? null : after.slice(0, at);
  const colon = login?.indexOf(':') ?? -1;
  const place = after.slice(at + 1);
  const host = /^[^/?#]*/.exec(place)?.[0] ?? '';
  return {
    scheme: scheme.toLowerCase(),
    user: login === null ? null : colon < 0 ? login : login.slice(0, colon),
    password: login === null || colon < 0 ? null : login.slice(colon + 1),
    host,
    rest: place.slice(host.length),
  };
}

/** Where the "@" before the host is; -1 without one. */
function endOfUser(after: string): number {
  const plain = /^[^/?#]*/.exec(after)?.[0] ?? '';
  const slash = after.indexOf('/');
  const authority = slash < 0 ? after : after.slice(0, slash);
  // "http://host?mail=a@b" has no user: what comes before the question mark is a whole host.
  if (!plain.includes('@') && HOST.test(plain)) return -1;
  if (authority.includes('@')) return authority.lastIndexOf('@');
  for (let at = after.lastIndexOf('@'); at > 0; at = after.lastIndexOf('@', at - 1)) {
    const host = /^[^/?#]*/.exec(after.slice(at + 1))?.[0] ?? '';
    if (host !== '' && HOST.test(host)) return at;
  }
  return -1;
}

/** All secrets of one address, in their order. */
export function secretsOf(address: string): Secret[] {
  const { user, password, host, rest } = splitAddress(address);
  const found: Secret[] = [];
  const from = address.length - rest.length;
  if (user !== null) {
    const end = from - host.length - 1;
    const middle = password === null ? end : end - password.length - 1;
    if (user !== '') found.push({ kind: 'user', key: '', start: middle - user.length, end: middle });
    if (password) found.push({ kind: 'password', key: '', start: end - password.length, end });
  }
  return [...found, ...secretPairs(rest, from)];
}

function secretPairs(rest: string, from: number): Secret[] {
  const found = new Map<number, Secret>();
  const query = rest.search(/[?#]/);
  for (const match of rest.matchAll(PAIR)) add(match, isSecretKey);
  // In a query a value goes up to the next "&", whatever is in it, and may be an address with a password itself.
  if (query >= 0) {
    for (const match of rest.matchAll(QUERY_PAIR)) {
      add(match, (key, value) => isSecretKey(key) || value === HIDDEN || /:\/\/[^/]*@/.test(decoded(value)));
    }
  }
  return [...found.values()].toSorted((a, b) => a.start - b.start);

  function add(match: RegExpExecArray, secret: (key: string, value: string) => boolean): void {
    const [, key = '', value = ''] = match;
    if (value === '' || !secret(key, value)) return;
    const start = from + match.index + key.length + 1;
    found.set(start, { kind: 'key', key: key.toLowerCase(), start, end: start + value.length });
  }
}

export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

/** Percent signs that begin no code stay as they are. */
export function decoded(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}
