// Cuts a face with margin out of a frame.

import type { Box, FivePoints, Raster } from '../domain.ts';

export interface Crop {
  /** A copy: the frame's own memory is used again for the next one. */
  readonly picture: Raster;
  /** The face in pixels of `picture`. */
  readonly box: Box;
  readonly points: FivePoints;
}

/** The box grown to `grow` times its longer side around its centre, clamped to the picture. The margin lets the back end
 * find the face again with its own detector. */
export function cropAround(raster: Raster, box: Box, points: FivePoints, grow = 2): Crop {
  const side = Math.max(box[2], box[3]) * grow;
  const left = clamp(Math.floor(box[0] + box[2] / 2 - side / 2), 0, raster.width - 1);
  const top = clamp(Math.floor(box[1] + box[3] / 2 - side / 2), 0, raster.height - 1);
  const right = clamp(Math.ceil(box[0] + box[2] / 2 + side / 2), left + 1, raster.width);
  const bottom = clamp(Math.ceil(box[1] + box[3] / 2 + side / 2), top + 1, raster.height);
  const width = right - left;
  const height = bottom - top;
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * raster.width + left) * 3;
    data.set(raster.data.subarray(from, from + width * 3), row * width * 3);
  }
  const moved = (index: 0 | 1 | 2 | 3 | 4) => [points[index][0] - left, points[index][1] - top] as const;
  return {
    picture: { width, height, data },
    box: [box[0] - left, box[1] - top, box[2], box[3]],
    points: [moved(0), moved(1), moved(2), moved(3), moved(4)],
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
