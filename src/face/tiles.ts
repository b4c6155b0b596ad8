// Overlapping squares over a picture that is too large for a detector's input.

import type { Box } from '../domain.ts';

export type Tile = readonly [x: number, y: number, side: number];

/** Squares of `side` pixels over the region; neighbours share at least `shared` pixels, so that a face up to that size is whole in
 * one of them. A region smaller than a tile is one tile, which then reaches beyond it. */
export function planTiles([x, y, w, h]: Box, side: number, shared: number): Tile[] {
  const tiles: Tile[] = [];
  for (const top of places(h, side, shared)) {
    for (const left of places(w, side, shared)) tiles.push([x + left, y + top, side]);
  }
  return tiles;
}

function places(length: number, side: number, shared: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((length - side) / (side - shared)) + 1;
  return Array.from({ length: count }, (_, i) => (i * (length - side)) / (count - 1));
}

/** Does the box touch a seam, so that the neighbour sees more of it? */
export function isCut([x, y, w, h]: Box, [left, top, side]: Tile, region: Box): boolean {
  const [right, bottom, seam] = [left + side, top + side, side * 0.01];
  return (
    (left > region[0] && x < left + seam) ||
    (top > region[1] && y < top + seam) ||
    (right < region[0] + region[2] && x + w > right - seam) ||
    (bottom < region[1] + region[3] && y + h > bottom - seam)
  );
}
