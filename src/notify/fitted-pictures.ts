// Pictures as messengers take them, read and made fit once where several channels send the same at about the same time.

import type { PictureCodec, PictureStore } from '../domain.ts';
import { fitPicture } from './picture-fit.ts';

export interface FittedPicturesPorts {
  readonly pictures: Pick<PictureStore, 'get'>;
  readonly codec: PictureCodec;
  readonly clock: () => number;
}

/** As long as names are: one that is erased goes into no message after that. */
const KEEP_MS = 2_000;
const MOST = 16;

/** KithError as with `fitPicture`, `not_found` once it was erased. */
export type FittedPictures = (picture: string, maxBytes: number, maxSide: number) => Promise<Uint8Array>;

export function createFittedPictures({ pictures, codec, clock }: FittedPicturesPorts): FittedPictures {
  const kept = new Map<string, { readonly at: number; readonly bytes: Promise<Uint8Array> }>();

  return (picture, maxBytes, maxSide) => {
    const now = clock();
    for (const [key, { at }] of kept) if (now - at >= KEEP_MS || now < at || kept.size > MOST) kept.delete(key);
    const key = `${picture} ${maxBytes} ${maxSide}`;
    const known = kept.get(key);
    if (known) return known.bytes;
    const bytes = pictures.get(picture).then((read) => fitPicture(codec, read, maxBytes, maxSide));
    kept.set(key, { at: now, bytes });
    // What could not be read is read again.
    bytes.catch(() => kept.delete(key));
    return bytes;
  };
}
