// Reads Windows bitmaps (uncompressed, 8 bit with palette, 24 and 32 bit), which sharp's library does not. Old webcams and
// door phones still send them.

import type { Raster } from '../domain.ts';
import { notPicture } from './format.ts';

interface BmpHeader {
  readonly width: number;
  /** Rows; `topDown` says whether the first one is the topmost. */
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly pixels: number;
  readonly palette: number;
  readonly colours: number;
}

const BI_RGB = 0;
const BI_BITFIELDS = 3;

/** Width, height and layout, before anything is allocated. Throws KithError `invalid` (415). */
export function bmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 54 || view.getUint32(14, true) < 40) {
    throw notPicture('This BMP file has no header that can be read: send the picture as JPEG or PNG.');
  }
  const signedHeight = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const width = view.getInt32(18, true);
  const height = Math.abs(signedHeight);
  const plain = compression === BI_RGB && (bits === 8 || bits === 24 || bits === 32);
  if (!plain && !(compression === BI_BITFIELDS && bits === 32 && usualMasks(view))) {
    throw notPicture(
      'This kind of BMP (compressed or with few colours) cannot be read: send the picture as JPEG or PNG.',
    );
  }
  if (width <= 0 || height === 0) throw notPicture('This BMP file says that it has no pixels: send the picture again.');
  const palette = 14 + view.getUint32(14, true);
  const colours = bits === 8 ? view.getUint32(46, true) || 256 : 0;
  return { width, height, topDown: signedHeight < 0, bits, pixels: view.getUint32(10, true), palette, colours };
}

/** Throws KithError `invalid` where the file ends too early. */
export function readBmp(bytes: Uint8Array): Raster {
  const { width, height, topDown, bits, pixels, palette, colours } = bmpHeader(bytes);
  const stride = Math.floor((width * bits + 31) / 32) * 4;
  if (bytes.length < pixels + stride * height || bytes.length < palette + colours * 4) {
    throw notPicture('The picture is damaged or cut off (BMP): send the whole file, or save it anew.');
  }
  const data = new Uint8Array(width * height * 3);
  const bytesPerPixel = bits / 8;
  for (let y = 0, to = 0; y < height; y += 1) {
    let from = pixels + (topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x += 1, from += bytesPerPixel, to += 3) {
      const at = bits === 8 ? palette + Math.min(bytes[from] ?? 0, colours - 1) * 4 : from;
      data[to] = bytes[at + 2] ?? 0;
      data[to + 1] = bytes[at + 1] ?? 0;
      data[to + 2] = bytes[at] ?? 0;
    }
  }
  return { width, height, data };
}

/** Blue, green, red in the order of the plain 32-bit kind. */
function usualMasks(view: DataView): boolean {
  return (
    view.byteLength >= 66 &&
    view.getUint32(54, true) === 0xff0000 &&
    view.getUint32(58, true) === 0xff00 &&
    view.getUint32(62, true) === 0xff
  );
}
