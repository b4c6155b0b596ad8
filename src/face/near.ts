// The near-range detector: BlazeFace ("back" model of MediaPipe), 256 × 256, faces from about 1/12 of the side.

import type { Network, Point, Raster } from '../domain.ts';
import { blend, type Candidate } from './candidates.ts';
import { apply, applyToBox, invert, type Similarity } from './geometry.ts';
import { floatsOfLength, runPixels, sigmoid } from './networks.ts';
import { warp } from './warp.ts';

export const NEAR_SIZE = 256;

/** Cells of 16 and 32 pixels with 2 and 6 anchors each; a row is cx, cy, w, h and six points, as pixels from the anchor. */
const GRIDS = [
  { stride: 16, perCell: 2, rows: 512 },
  { stride: 32, perCell: 6, rows: 384 },
] as const;
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
  const found: Candidate[] = [];
  for (const { stride, perCell, rows } of GRIDS) {
    const scores = floatsOfLength(outputs, rows);
    const boxes = floatsOfLength(outputs, rows * NUMBERS);
    collect(scores, boxes, stride, perCell, minScore, found);
  }
  const back = invert(toInput);
  return blend(found, SAME_FACE).map(({ box, score, eyes }) => ({
    box: applyToBox(back, box),
    score,
    eyes: eyes && [apply(back, eyes[0]), apply(back, eyes[1])],
  }));
}

function collect(
  scores: Float32Array,
  boxes: Float32Array,
  stride: number,
  perCell: number,
  minScore: number,
  found: Candidate[],
): void {
  const cells = NEAR_SIZE / stride;
  const minLogit = Math.log(minScore / (1 - minScore));
  for (const [row, logit] of scores.entries()) {
    if (logit < minLogit) continue;
    const cell = Math.floor(row / perCell);
    const ax = ((cell % cells) + 0.5) * stride;
    const ay = (Math.floor(cell / cells) + 0.5) * stride;
    const at = row * NUMBERS;
    const number = (i: number): number => boxes[at + i] ?? 0;
    const point = (i: number): Point => [ax + number(4 + 2 * i), ay + number(5 + 2 * i)];
    const w = number(2);
    const h = number(3);
    if (!(w > 0 && h > 0)) continue;
    found.push({
      box: [ax + number(0) - w / 2, ay + number(1) - h / 2, w, h],
      score: sigmoid(logit),
      eyes: [point(0), point(1)],
    });
  }
}
