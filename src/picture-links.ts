// Addresses under which a messenger may fetch one picture for some days, without a login: signed, so that nobody can make one up.

import { createHmac, timingSafeEqual } from 'node:crypto';

const DAY_MS = 86_400_000;
/** Messages are looked at again after a weekend; the end is rounded up, so that the same message keeps its address for a day. */
const GOOD_DAYS = 8;
const SIGNATURE_BYTES = 16;

export interface PictureLinks {
  /** Null where Kith does not know its own address. */
  url(detectionId: string): string | null;
  /** Of which detection; null: forged, or no longer good. */
  read(token: string): string | null;
}

export interface PictureLinkOptions {
  /** Only this Kith knows it. */
  readonly key: string;
  readonly publicUrl: () => string | null;
  readonly clock: () => number;
}

export function createPictureLinks({ key, publicUrl, clock }: PictureLinkOptions): PictureLinks {
  function signature(id: string, lastDay: string): Buffer {
    return createHmac('sha256', key).update(`picture\n${id}\n${lastDay}`).digest().subarray(0, SIGNATURE_BYTES);
  }

  return {
    url(detectionId) {
      const origin = publicUrl();
      if (origin === null) return null;
      const lastDay = String(Math.floor(clock() / DAY_MS) + GOOD_DAYS);
      const id = Buffer.from(detectionId).toString('base64url');
      return `${origin}/pictures/${id}.${lastDay}.${signature(detectionId, lastDay).toString('base64url')}`;
    },
    read(token) {
      const [, encoded = '', lastDay = '', signed = ''] = /^([\w-]+)\.(\d{1,6})\.([\w-]+)$/.exec(token) ?? [];
      const id = Buffer.from(encoded, 'base64url').toString('utf8');
      const given = Buffer.from(signed, 'base64url');
      const isRight = given.length === SIGNATURE_BYTES && timingSafeEqual(given, signature(id, lastDay));
      return isRight && clock() < (Number(lastDay) + 1) * DAY_MS ? id : null;
    },
  };
}
