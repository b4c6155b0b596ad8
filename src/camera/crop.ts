// Cuts a face with margin out of a frame.

import type { Box, FivePoints, Raster } from '../domain.ts';
import type { Frame } from './frame.ts';

export interface Crop {
  /** A copy: the frame's own memory is used again for the next one. */
  readonly picture: Raster;
  /** The face in pixels of `picture`. */
  readonly box: Box;
  readonly points: FivePoints;
}

/** The box grown to `grow` times its longer side around its centre, clamped to the picture. The margin lets the back end
 * find the face again with its own detector. */
export async function cropAround(frame: Pick<Frame, 'crop'>, box: Box, points: FivePoints, grow = 2): Promise<Crop> {
  const side = Math.max(box[2], box[3]) * grow;
  const { left, top, ...picture } = await frame.crop([
    box[0] + box[2] / 2 - side / 2,
    box[1] + box[3] / 2 - side / 2,
    side,
    side,
  ]);
  const moved = (index: 0 | 1 | 2 | 3 | 4) => [points[index][0] - left, points[index][1] - top] as const;
  return {
    picture,
    box: [box[0] - left, box[1] - top, box[2], box[3]],
    points: [moved(0), moved(1), moved(2), moved(3), moved(4)],
  };
}
