// How a decoded picture has to be turned and stretched to be upright with square pixels: phones and some cameras write beside the
// picture that it lies on its side.

import type { Box } from '../domain.ts';
import { AV_PKT_DATA_DISPLAYMATRIX, type Stream } from './ffmpeg.ts';

export interface Upright {
  /** Quarter turns, clockwise, that make it upright. */
  readonly quarters: 0 | 1 | 2 | 3;
  /** Width of a pixel over its height. */
  readonly stretch: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function uprightOf(stream: Stream): Upright {
  const { num, den } = stream.codecpar.sampleAspectRatio;
  const stretch = num > 0 && den > 0 ? num / den : 1;
  const matrix = stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
  if (!matrix || matrix.length < 36) return { quarters: 0, stretch };
  const at = (index: number): number => matrix.readInt32LE(index * 4);
  const turn = Math.atan2(at(1) / Math.hypot(at(1), at(4)), at(0) / Math.hypot(at(0), at(3))) * (180 / Math.PI);
  return { quarters: ((((Math.round(turn / 90) || 0) % 4) + 4) % 4) as Upright['quarters'], stretch };
}

/** Of the upright picture. */
export function sizeOf({ width, height }: Size, { quarters, stretch }: Upright): Size {
  const wide = stretch === 1 ? width : Math.max(2, Math.trunc((width * stretch) / 2) * 2);
  return quarters % 2 === 1 ? { width: height, height: wide } : { width: wide, height };
}

/** Where a box of the upright picture lies in the picture as it was decoded (`lying`, square pixels). */
export function turnedBack([x, y, w, h]: Box, lying: Size, quarters: Upright['quarters']): Box {
  if (quarters === 1) return [y, lying.height - x - w, h, w];
  if (quarters === 2) return [lying.width - x - w, lying.height - y - h, w, h];
  if (quarters === 3) return [lying.width - y - h, x, h, w];
  return [x, y, w, h];
}

/** Copies a lying picture of `bytes` per pixel upright into `target`. */
export function turnPixels(
  lying: Uint8Array,
  { width, height }: Size,
  quarters: Upright['quarters'],
  bytes: number,
  target: Uint8Array,
): void {
  if (quarters === 0) {
    target.set(lying);
    return;
  }
  // Where the pixel (0, 0) goes, and how far a step to the right and a step down lead; pixels of the target.
  const [start, right, down] =
    quarters === 1
      ? [height - 1, height, -1]
      : quarters === 2
        ? [width * height - 1, -1, -width]
        : [(width - 1) * height, -height, 1];
  for (let y = 0; y < height; y++) {
    let from = y * width * bytes;
    let to = (start + y * down) * bytes;
    for (let x = 0; x < width; x++, to += right * bytes) {
      for (let byte = 0; byte < bytes; byte++) target[to + byte] = lying[from++] as number;
    }
  }
}
