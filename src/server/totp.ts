// Codes of a telephone (RFC 6238: SHA-1, six digits, half a minute); the only file that knows otpauth.

import { Secret, TOTP } from 'otpauth';

const SECONDS = 30;
/** Clocks differ: the code before and the one after count too. */
const WINDOW = 1;

export interface NewTotp {
  /** Base32 */
  readonly secret: string;
  /** For the picture that a telephone reads. */
  readonly uri: string;
}

export function makeTotp(userName: string): NewTotp {
  const totp = totpOf(new Secret({ size: 20 }), userName);
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** The time step whose code it is, or null. Whether it was used before, the store knows. */
export function stepOfCode(secret: string, code: string, now: number): number | null {
  const token = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const delta = totpOf(Secret.fromBase32(secret)).validate({ token, window: WINDOW, timestamp: now });
  return delta === null ? null : Math.floor(now / 1000 / SECONDS) + delta;
}

function totpOf(secret: Secret, label = 'Kith'): TOTP {
  return new TOTP({ issuer: 'Kith', label, algorithm: 'SHA1', digits: 6, period: SECONDS, secret });
}
