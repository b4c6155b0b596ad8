// A detector that the user has plugged in stands for both of ours: one look at the whole region. The mesh still judges.

import type { Box, FivePoints, Raster } from '../domain.ts';
import { blend, type Candidate } from './candidates.ts';
import { apply, applyToBox, invert, letterbox } from './geometry.ts';
import { warp } from './warp.ts';

export interface OwnDetector {
  readonly size: readonly [height: number, width: number];
  /** `pixels`: height × width × 3 bytes, RGB. Answers pixels of that input, several times for the same face. */
  detect(
    pixels: Uint8Array,
    minScore: number,
  ): Promise<readonly { readonly box: Box; readonly score: number; readonly points: FivePoints }[]>;
}

const SAME_FACE = 0.4;

/** Pixels of the raster. */
export async function detectOwn(
  detector: OwnDetector,
  raster: Raster,
  region: Box,
  minScore: number,
): Promise<Candidate[]> {
  const [height, width] = detector.size;
  const toInput = letterbox(region, Math.min(height, width));
  const found = await detector.detect(warp(raster, toInput, width, height), minScore);
  const back = invert(toInput);
  const candidates = found.map(({ box, score, points }): Candidate => {
    return { box: applyToBox(back, box), score, eyes: [apply(back, points[0]), apply(back, points[1])] };
  });
  return blend(candidates, SAME_FACE);
}
