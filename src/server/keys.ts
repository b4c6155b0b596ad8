// API keys: how they are made, what is kept of them (only the hash), and the first one.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Scope } from '../domain.ts';
import type { Store } from '../store-port.ts';
import { KithError } from '../errors.ts';

const LEAST_CONFIGURED = 16;

/** `kith_` and 32 random bytes. */
export function makeKey(): string {
  return `kith_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256 in hex. A key is random and long, so a slow password hash would gain nothing. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Keys that are accepted by this process and stand in no store. */
export interface LocalKeys {
  /** `name`: as whom its holder stands in the history of identities. */
  accept(key: string, scopes: readonly Scope[], name?: string): void;
  find(hash: string): LocalKey | null;
}

export interface LocalKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

export function createLocalKeys(): LocalKeys {
  const accepted: { hash: Buffer; key: LocalKey }[] = [];
  return {
    accept(key, scopes, name = 'admin key') {
      accepted.push({ hash: Buffer.from(hashKey(key)), key: { name, scopes } });
    },
    find(hash) {
      const asked = Buffer.from(hash);
      // All are compared, each in constant time: how long it takes tells nothing.
      let found: LocalKey | null = null;
      for (const { hash, key } of accepted) {
        if (hash.length === asked.length && timingSafeEqual(hash, asked)) found = key;
      }
      return found;
    },
  };
}

/** Makes the first administrator's key when the store has none, and answers it to be shown once; null otherwise. A
 * configured key (KITH_ADMIN_KEY) is accepted by this process instead and never stored. KithError `invalid` when it
 * is too short to be safe. */
export async function ensureAdminKey(
  store: Store,
  localKeys: LocalKeys,
  configuredKey?: string,
): Promise<string | null> {
  if (configuredKey !== undefined) {
    if (configuredKey.length < LEAST_CONFIGURED) {
      throw new KithError(
        'invalid',
        `KITH_ADMIN_KEY has ${configuredKey.length} characters, at least ${LEAST_CONFIGURED} are needed: use a long random one, for example of \`openssl rand -base64 32\`.`,
      );
    }
    localKeys.accept(configuredKey, ['admin']);
    return null;
  }
  const keys = await store.keys.list();
  if (keys.some((key) => key.scopes.includes('admin'))) return null;
  const key = makeKey();
  await store.keys.add({ name: 'First administrator', scopes: ['admin'], cameraId: null, hash: hashKey(key) });
  return key;
}
