// The keys by which push services know this Kith (VAPID, RFC 8292): made once and kept, because a browser's subscription belongs to them.

import { createECDH } from 'node:crypto';
import type { KeptStore } from '../delivery-port.ts';

/** Base64url, as browsers take it. */
export interface PushKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

export async function pushKeysOf(kept: KeptStore): Promise<PushKeys> {
  return JSON.parse(await kept.once('push keys', () => JSON.stringify(makeKeys()))) as PushKeys;
}

const PRIVATE_BYTES = 32;

function makeKeys(): PushKeys {
  const curve = createECDH('prime256v1');
  curve.generateKeys();
  // Leading zeros are left out by the library, and missed by those who check the length.
  const secret = Buffer.alloc(PRIVATE_BYTES);
  const short = curve.getPrivateKey();
  short.copy(secret, PRIVATE_BYTES - short.length);
  return { publicKey: curve.getPublicKey('base64url'), privateKey: secret.toString('base64url') };
}
