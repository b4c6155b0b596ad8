// Signed tokens for tests, as Microsoft and Google sign what they send: RS256, with the keys at an address.

import { createPublicKey, createSign, createVerify, generateKeyPairSync } from 'node:crypto';

export interface TokenMaker {
  /** What stands at the address of the keys. */
  readonly jwks: object;
  /** The public key as text; Google publishes certificates so. */
  readonly publicPem: string;
  readonly privatePem: string;
  /** `iat` and `exp` as for an hour from now, where nothing else is said. */
  sign(claims: Readonly<Record<string, unknown>>): string;
  /** Is this token signed with its key? */
  verifies(token: string): boolean;
}

const HOUR_S = 3600;

export function createTokenMaker(kid = 'key-1'): TokenMaker {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKey = createPublicKey(privateKey);
  return {
    jwks: {
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256', endorsements: ['msteams'] }],
    },
    publicPem: String(publicKey.export({ format: 'pem', type: 'spki' })),
    privatePem: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    verifies(token) {
      const [head = '', claims = '', signature = ''] = token.split('.');
      return createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url');
    },
    sign(claims) {
      const now = Math.floor(Date.now() / 1000);
      const body = `${encoded({ alg: 'RS256', typ: 'JWT', kid })}.${encoded({ iat: now, exp: now + HOUR_S, ...claims })}`;
      return `${body}.${createSign('RSA-SHA256').update(body).sign(privateKey, 'base64url')}`;
    },
  };
}

function encoded(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}
