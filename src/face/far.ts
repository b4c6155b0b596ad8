// Small faces. SSD MobileNet v1, 512 × 512, looks at the whole picture and, where that is large, at tiles of it; BlazeFace looks at
// small tiles, where it is surer of faces of 24 pixels than SSD is of the same faces reduced.

import type { Box, Raster } from '../domain.ts';
import type { Network } from '../model-port.ts';
import { blend, type Candidate } from './candidates.ts';
import { letterbox } from './geometry.ts';
import { detectNear } from './near.ts';
import { floats, runPixels, type FaceNetworks } from './networks.ts';
import { isCut, planTiles, type Tile } from './tiles.ts';
import { warp } from './warp.ts';

const FAR_SIZE = 512;
const ANCHORS = 5118;
const SAME_FACE = 0.4;

/** SSD's tiles: a 2.5th of the picture, which leaves a face that is too large for their seams large enough in the whole. */
const FAR_TILE = 768;
const FAR_PARTS = 2.5;
const FAR_SHARED = 0.22;
/** BlazeFace's tiles: 24 pixels are 19 of its input. What is larger than a seam is SSD's. */
const SMALL_TILE = 320;
const SMALL_SHARED = 80;

export interface FarScores {
  readonly far: number;
  readonly small: number;
}

/** Answers pixels of the raster; `signal` is asked between the runs. */
export async function detectFar(
  networks: FaceNetworks,
  raster: Raster,
  region: Box,
  minScores: FarScores,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const longest = Math.max(region[2], region[3]);
  const found = await detectIn(networks.far, raster, [region[0], region[1], longest], minScores.far);
  const side = Math.max(FAR_TILE, longest / FAR_PARTS);
  const tiles = longest > side * 1.15 ? planTiles(region, side, side * FAR_SHARED) : [];
  for (const tile of tiles) {
    signal?.throwIfAborted();
    const faces = await detectIn(networks.far, raster, tile, minScores.far);
    found.push(...faces.filter(({ box }) => !isCut(box, tile, region)));
  }
  const small: Candidate[] = [];
  for (const tile of planTiles(region, SMALL_TILE, SMALL_SHARED)) {
    signal?.throwIfAborted();
    const [x, y, length] = tile;
    const faces = await detectNear(networks.near, raster, letterbox([x, y, length, length], 256), minScores.small);
    small.push(...faces.filter(({ box }) => box[2] <= SMALL_SHARED * 1.5 && !isCut(box, tile, region)));
  }
  return [...blend(found, SAME_FACE), ...blend(small, SAME_FACE)];
}

async function detectIn(network: Network, raster: Raster, tile: Tile, minScore: number): Promise<Candidate[]> {
  const [x, y, side] = tile;
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
