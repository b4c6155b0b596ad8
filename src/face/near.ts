// The near-range detector: BlazeFace ("back" model of MediaPipe), 256 × 256, faces from about 1/12 of the side.

import type { Raster } from '../domain.ts';
import type { Network } from '../model-port.ts';
import { blend, type Candidate } from './candidates.ts';
import { apply, applyToBox, invert, type Similarity } from './geometry.ts';
import { floats, runPixels } from './networks.ts';
import { warp } from './warp.ts';

export const NEAR_SIZE = 256;

const ROWS = 896;
/** A row: centre, size and six points, right and left eye first. */
const NUMBERS = 16;
const SAME_FACE = 0.3;

/** Looks at the part of the raster that `toInput` puts into the 256 × 256 input; answers pixels of the raster. */
export async function detectNear(
  network: Network,
  raster: Raster,
  toInput: Similarity,
  minScore: number,
): Promise<Candidate[]> {
  const outputs = await runPixels(network, warp(raster, toInput, NEAR_SIZE), NEAR_SIZE);
  const scores = floats(outputs, 'scores', ROWS);
  const boxes = floats(outputs, 'boxes', ROWS * NUMBERS);
  const found: Candidate[] = [];
  for (const [row, score] of scores.entries()) {
    if (score < minScore) continue;
    const [cx = 0, cy = 0, w = 0, h = 0, rx = 0, ry = 0, lx = 0, ly = 0] = boxes.subarray(row * NUMBERS);
    if (w > 0 && h > 0)
      found.push({
        box: [cx - w / 2, cy - h / 2, w, h],
        score,
        eyes: [
          [rx, ry],
          [lx, ly],
        ],
      });
  }
  const back = invert(toInput);
  return blend(found, SAME_FACE).map(({ box, score, eyes }) => ({
    box: applyToBox(back, box),
    score,
    eyes: eyes && [apply(back, eyes[0]), apply(back, eyes[1])],
  }));
}
