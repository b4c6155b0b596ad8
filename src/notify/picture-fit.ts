// A picture as a messenger takes it: a JPEG of so many bytes and pixels at most.

import type { PictureCodec } from '../domain.ts';
import { KithError } from '../errors.ts';

/** Tried one after the other; after that the picture is made smaller. */
const QUALITIES = [85, 70, 50] as const;
const SMALLEST_SIDE = 32;

/** KithError `invalid` where the bytes are no picture, or so few bytes hold none. */
export async function fitPicture(
  codec: PictureCodec,
  bytes: Uint8Array,
  maxBytes: number,
  maxSide: number,
): Promise<Uint8Array> {
  const { width, height, format } = await codec.check(bytes);
  if (format === 'jpeg' && bytes.length <= maxBytes && Math.max(width, height) <= maxSide) return bytes;
  const raster = await codec.decode(bytes, maxSide);
  const longer = Math.max(raster.width, raster.height);
  for (let side = Math.min(maxSide, longer); side >= SMALLEST_SIDE; side = Math.floor(side / 1.5)) {
    for (const quality of QUALITIES) {
      const encoded = await codec.encodeJpeg(raster, { maxSide: side, quality });
      if (encoded.length <= maxBytes) return encoded;
    }
  }
  throw new KithError('invalid', `The picture cannot be made smaller than ${maxBytes} bytes: allow larger ones.`);
}
