// Is the lower half of the face covered? Skin has one colour; a mask, scarf or hand before the mouth mostly has another. What
// cannot be seen in colours (a grey picture, a mask of the colour of skin) is not measured here, but in mouth.ts.

import type { Raster } from '../domain.ts';
import { meshPoint } from './alignment.ts';
import { ramp } from './ramp.ts';

/** Forehead and upper cheeks: seldom covered. */
export const UPPER = [151, 9, 6, 117, 346, 107, 336] as const;
/** Lower cheeks, below the nose, chin. */
export const LOWER = [205, 425, 164, 199, 200, 214, 434] as const;
const RIGHT_SIDE = 234;
const LEFT_SIDE = 454;
/** Half the side of the square whose mean colour is taken, over the width of the face. */
const REACH = 0.03;

export type Colour = readonly [red: number, green: number, blue: number];
type Chroma = readonly [redGreen: number, blueGreen: number];

/** 1 where the lower half looks like the upper one, 0 where it clearly does not. */
export function occlusionOf(raster: Raster, mesh: Float32Array): number {
  const reach = Math.max(0.5, widthOf(mesh) * REACH);
  const upper = medianChroma(meansAround(raster, mesh, UPPER, reach));
  const lower = medianChroma(meansAround(raster, mesh, LOWER, reach));
  if (!upper || !lower) return 1;
  return 1 - ramp(chromaDistance(upper, lower), 0.15, 0.6);
}

/** From side to side, in pixels of the raster. */
export function widthOf(mesh: Float32Array): number {
  const [rx, ry] = meshPoint(mesh, RIGHT_SIDE);
  const [lx, ly] = meshPoint(mesh, LEFT_SIDE);
  return Math.hypot(lx - rx, ly - ry);
}

/** In logarithms of ratios, so that a shadow over half of the face changes little. */
export function chromaDistance(p: Chroma, q: Chroma): number {
  return Math.hypot(p[0] - q[0], p[1] - q[1]);
}

export function medianChroma(colours: readonly Colour[]): Chroma | undefined {
  if (colours.length === 0) return undefined;
  // Eight levels of every colour against the noise of dark pixels.
  return [
    median(colours.map(([r, g]) => Math.log((r + 8) / (g + 8)))),
    median(colours.map(([, g, b]) => Math.log((b + 8) / (g + 8)))),
  ];
}

/** Mean colours of the squares around these vertices, as far as they lie inside of the raster. */
export function meansAround(raster: Raster, mesh: Float32Array, vertices: readonly number[], reach: number): Colour[] {
  return vertices.flatMap((vertex) => meanAt(raster, ...meshPoint(mesh, vertex), reach) ?? []);
}

function meanAt(raster: Raster, x: number, y: number, reach: number): readonly Colour[] | undefined {
  const left = Math.max(0, Math.floor(x - reach));
  const right = Math.min(raster.width - 1, Math.ceil(x + reach));
  const top = Math.max(0, Math.floor(y - reach));
  const bottom = Math.min(raster.height - 1, Math.ceil(y + reach));
  let r = 0;
  let g = 0;
  let b = 0;
  let n = 0;
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1, n += 1) {
      const at = (row * raster.width + column) * 3;
      r += raster.data[at] ?? 0;
      g += raster.data[at + 1] ?? 0;
      b += raster.data[at + 2] ?? 0;
    }
  }
  return n > 0 ? [[r / n, g / n, b / n]] : undefined;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((p, q) => p - q);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
