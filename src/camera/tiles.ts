// Squares over a wide scene, so that small faces are searched at a size at which they can be found.

import type { Box } from '../domain.ts';

/** Part of a tile that its neighbour covers as well: a face of that size is whole in one of them. */
const SHARED = 0.2;

/** `columns` overlapping squares side by side; as many rows as the height needs, with at least the same overlap. A picture that
 * is higher than wide is cut along its height. */
export function tilesOver(width: number, height: number, columns: number): Box[] {
  const longer = Math.max(width, height);
  const side = Math.min(longer / (columns - (columns - 1) * SHARED), Math.min(width, height));
  const found: Box[] = [];
  for (const top of places(height, side)) for (const left of places(width, side)) found.push([left, top, side, side]);
  return found;
}

function places(length: number, side: number): number[] {
  // A rounding error must not make another row.
  const more = Math.ceil((length - side) / (side * (1 - SHARED)) - 1e-6);
  return Array.from({ length: more + 1 }, (_, i) => (more === 0 ? 0 : (i * (length - side)) / more));
}
