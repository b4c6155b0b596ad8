// How a part of this process does something as one of the users, or opens a door for a channel: with a key that only this process can
// make, and that says who and over which channel. It opens nothing elsewhere, and nothing after a restart.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'kithuser_';

/** A user, or a channel by itself. `via`: a channel's name, for the audit log. */
export type ActingAs =
  | { readonly userId: string; readonly via: string }
  | { readonly channelId: string; readonly via: string };

export interface Acting {
  /** For the header `Authorization: Bearer …`. */
  keyOf(who: ActingAs): string;
  /** Null: it is no such key, or not of this process. */
  read(key: string): ActingAs | null;
}

export function createActing(): Acting {
  const secret = randomBytes(32);
  const sign = (body: string): Buffer => createHmac('sha256', secret).update(body).digest();

  return {
    keyOf(who) {
      const body = Buffer.from(JSON.stringify(who)).toString('base64url');
      return `${PREFIX}${body}.${sign(body).toString('base64url')}`;
    },
    read(key) {
      if (!key.startsWith(PREFIX)) return null;
      const [body = '', given = ''] = key.slice(PREFIX.length).split('.');
      const [own, other] = [sign(body), Buffer.from(given, 'base64url')];
      if (own.length !== other.length || !timingSafeEqual(own, other)) return null;
      return JSON.parse(Buffer.from(body, 'base64url').toString()) as ActingAs;
    },
  };
}
