// The far-range detector: SSD MobileNet v1, 512 × 512, on the whole picture and on overlapping tiles of large ones.

import type { Box, Network, Raster } from '../domain.ts';
import { blend, type Candidate } from './candidates.ts';
import { intersection } from './geometry.ts';
import { floats, runPixels } from './networks.ts';
import { warp } from './warp.ts';

const FAR_SIZE = 512;
const ANCHORS = 5118;
const SAME_FACE = 0.4;
/** Neighbouring tiles share this part of their side, so that a face on the seam is whole in one of them. */
const SHARED = 0.22;
/** Pixels of the finest tile: its faces of 24 px are still 16 px for the network. */
const FINEST = 768;

/** Looks at a square whose top left corner is at `x`, `y`; answers pixels of the raster. */
async function detectIn(network: Network, raster: Raster, [x, y, side]: Tile, minScore: number): Promise<Candidate[]> {
  const scale = FAR_SIZE / side;
  const pixels = warp(raster, { a: scale, b: 0, tx: -x * scale, ty: -y * scale }, FAR_SIZE);
  const outputs = await runPixels(network, pixels, FAR_SIZE);
  const scores = floats(outputs, 'scores', ANCHORS);
  const boxes = floats(outputs, 'boxes', ANCHORS * 4);
  const found: Candidate[] = [];
  for (const [row, score] of scores.entries()) {
    if (score < minScore) continue;
    const [top = 0, left = 0, bottom = 0, right = 0] = boxes.subarray(row * 4, row * 4 + 4);
    const w = (right - left) * side;
    const h = (bottom - top) * side;
    if (w > 0 && h > 0) found.push({ box: [x + left * side, y + top * side, w, h], score, eyes: null });
  }
  return blend(found, SAME_FACE);
}

type Tile = readonly [x: number, y: number, side: number];

/** The whole region, and where that is not fine enough tiles of 768 pixels: what is too large for a tile's seam is large
 * enough in the whole, up to a picture of seven tiles' width. */
export function planTiles([x, y, w, h]: Box): Tile[] {
  const longest = Math.max(w, h);
  const tiles: Tile[] = [[x, y, longest]];
  if (longest <= FINEST * 1.15) return tiles;
  for (const top of places(h, FINEST)) for (const left of places(w, FINEST)) tiles.push([x + left, y + top, FINEST]);
  return tiles;
}

function places(length: number, side: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((length - side) / (side * (1 - SHARED))) + 1;
  return Array.from({ length: count }, (_, i) => (i * (length - side)) / (count - 1));
}

/** `signal` is asked between the runs. */
export async function detectFar(
  network: Network,
  raster: Raster,
  region: Box,
  minScore: number,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const [whole, ...tiles] = planTiles(region);
  if (whole) found.push(...(await detectIn(network, raster, whole, minScore)));
  for (const tile of tiles) {
    signal?.throwIfAborted();
    const faces = await detectIn(network, raster, tile, minScore);
    found.push(...faces.filter(({ box }) => !isCut(box, tile, region)));
  }
  return blend(found, SAME_FACE);
}

/** Half a face at the seam of a tile: the neighbour has it whole. */
function isCut(box: Box, [x, y, side]: Tile, region: Box): boolean {
  const inner = side * 0.01;
  const left = x > region[0] && box[0] < x + inner;
  const top = y > region[1] && box[1] < y + inner;
  const right = x + side < region[0] + region[2] && box[0] + box[2] > x + side - inner;
  const bottom = y + side < region[1] + region[3] && box[1] + box[3] > y + side - inner;
  return left || top || right || bottom || intersection(box, [x, y, side, side]) < 0.7 * box[2] * box[3];
}
