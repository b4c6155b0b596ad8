// Basic and Digest (RFC 7616), as cameras ask for them.

import { createHash, randomBytes } from 'node:crypto';

export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface Authoriser {
  /** For the next request; null while nobody has asked for it. */
  header(method: string, path: string): string | null;
  /** Takes what a 401 asks for. False when that is nothing that Kith knows, or there is no user. */
  challenged(challenges: readonly string[]): boolean;
}

type Digest = Readonly<Record<string, string>>;

const HASHES: Readonly<Record<string, string>> = { md5: 'md5', 'sha-256': 'sha256', 'sha-512-256': 'sha512-256' };
const CHALLENGE = /\b(digest|basic)\b[\s,]*((?:[a-z-]+=(?:"[^"]*"|[^\s,"]+)[\s,]*)*)/gi;

/** Keeps the challenge, so that a picture that is fetched again and again does not need two requests each time. */
export function createAuthoriser(login: Login | null): Authoriser {
  let digest: Digest | null = null;
  let basic = false;
  let count = 0;
  return {
    header(method, path) {
      if (!login) return null;
      if (digest) return digestHeader(login, digest, { method, path, count: ++count });
      return basic ? `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}` : null;
    },
    challenged(challenges) {
      if (!login) return false;
      digest = null;
      basic = false;
      count = 0;
      for (const [, scheme = '', text = ''] of challenges.join(', ').matchAll(CHALLENGE)) {
        if (scheme.toLowerCase() === 'basic') basic = true;
        else digest ??= readDigest(text);
      }
      return digest !== null || basic;
    },
  };
}

function readDigest(text: string): Digest | null {
  const fields: Record<string, string> = {};
  for (const [, name = '', quoted, plain] of text.matchAll(/([a-z-]+)=(?:"([^"]*)"|([^\s,"]+))/gi)) {
    fields[name.toLowerCase()] = quoted ?? plain ?? '';
  }
  const known = algorithmOf(fields).hash !== undefined && fields['nonce'] !== undefined;
  return known ? fields : null;
}

function algorithmOf(digest: Digest): { readonly hash: string | undefined; readonly session: boolean } {
  const name = (digest['algorithm'] ?? 'md5').toLowerCase();
  return { hash: HASHES[name.replace(/-sess$/, '')], session: name.endsWith('-sess') };
}

function digestHeader(
  { user, password }: Login,
  digest: Digest,
  { method, path, count }: { method: string; path: string; count: number },
): string {
  const { realm = '', nonce = '', opaque, algorithm } = digest;
  const { hash = 'md5', session } = algorithmOf(digest);
  const of = (...parts: readonly string[]): string => createHash(hash).update(parts.join(':')).digest('hex');
  const own = randomBytes(8).toString('hex');
  const times = count.toString(16).padStart(8, '0');
  const plain = of(user, realm, password);
  const who = session ? of(plain, nonce, own) : plain;
  const what = of(method, path);
  const counted = /\bauth\b(?!-)/i.test(digest['qop'] ?? '');
  const response = counted ? of(who, nonce, times, own, 'auth', what) : of(who, nonce, what);
  const fields = [
    `username="${user.replaceAll(/["\\]/g, String.raw`\$&`)}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${path}"`,
    `response="${response}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(counted ? ['qop=auth', `nc=${times}`] : []),
    ...(counted || session ? [`cnonce="${own}"`] : []),
  ];
  return `Digest ${fields.join(', ')}`;
}
