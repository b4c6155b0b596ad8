// Scaling without a turn, the case of the detectors' inputs: rows and columns apart, several times faster than the general
// warp, with a triangle filter as wide as the pixels of the result.

import type { Raster } from '../domain.ts';

/** For every place of the result: the first source pixel, and the weights of it and the following ones. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float32Array;
  readonly most: number;
}

/** Pixel u of the result has its middle at (u + 0.5) · step + offset of the source; what is outside weighs as black. */
function tapsOf(size: number, step: number, offset: number, length: number): Taps {
  const reach = Math.max(1, step);
  const most = Math.ceil(2 * reach) + 1;
  const first = new Int32Array(size);
  const count = new Int32Array(size);
  const weights = new Float32Array(size * most);
  for (let u = 0; u < size; u += 1) {
    const middle = (u + 0.5) * step + offset - 0.5;
    const from = Math.ceil(middle - reach);
    const to = Math.floor(middle + reach);
    let total = 0;
    for (let i = from; i <= to; i += 1) total += Math.max(0, 1 - Math.abs(i - middle) / reach);
    // A small picture is no darker at its edge: half a pixel beyond it belongs to the outermost one.
    const inside = middle >= -0.5 && middle <= length - 0.5;
    const start = Math.max(0, from);
    const end = Math.min(length - 1, to);
    let held = 0;
    for (let i = start; i <= end; i += 1) {
      const weight = Math.max(0, 1 - Math.abs(i - middle) / reach);
      weights[u * most + i - start] = weight;
      held += weight;
    }
    const scale = 1 / (inside && held > 0 ? held : total);
    for (let k = 0; k <= end - start; k += 1) weights[u * most + k] = (weights[u * most + k] ?? 0) * scale;
    first[u] = start;
    count[u] = Math.max(0, end - start + 1);
  }
  return { first, count, weights, most };
}

/** As `warp` with a = 1 / step and b = 0: source = (u · step + left, v · step + top). */
export function scaleStraight(
  source: Raster,
  step: number,
  left: number,
  top: number,
  width: number,
  height: number,
  out: Uint8Array,
): void {
  const across = tapsOf(width, step, left, source.width);
  const down = tapsOf(height, step, top, source.height);
  const stride = width * 3;
  // The rows that have been scaled across and are still wanted, in a ring.
  const ring = down.most + 1;
  const rows = new Float32Array(ring * stride);
  const sums = new Float32Array(stride);
  let done = -1;
  for (let v = 0; v < height; v += 1) {
    const first = down.first[v] ?? 0;
    const count = down.count[v] ?? 0;
    const at = v * stride;
    if (count === 0) {
      out.fill(0, at, at + stride);
      continue;
    }
    for (let y = Math.max(done + 1, first); y < first + count; y += 1) {
      scaleRow(source, y, across, width, rows, (y % ring) * stride);
      done = y;
    }
    const weights = down.weights.subarray(v * down.most, v * down.most + count);
    const last = ((first + count - 1) % ring) * stride;
    const lastWeight = weights[count - 1] as number;
    if (count === 2) {
      // Enlarging, the most frequent case: no sums in between.
      const row = (first % ring) * stride;
      const weight = weights[0] as number;
      for (let i = 0; i < stride; i += 1) {
        out[at + i] = (rows[row + i] as number) * weight + (rows[last + i] as number) * lastWeight + 0.5;
      }
      continue;
    }
    sums.fill(0.5);
    for (let k = 0; k < count - 1; k += 1) {
      const weight = weights[k] as number;
      const row = ((first + k) % ring) * stride;
      for (let i = 0; i < stride; i += 1) sums[i] = (sums[i] as number) + (rows[row + i] as number) * weight;
    }
    // Not out.set(sums): that conversion is several times slower than this loop.
    for (let i = 0; i < stride; i += 1) out[at + i] = (sums[i] as number) + (rows[last + i] as number) * lastWeight;
  }
}

function scaleRow(source: Raster, y: number, across: Taps, width: number, rows: Float32Array, at: number): void {
  const { first, count, weights, most } = across;
  const from = source.data;
  const line = y * source.width * 3;
  for (let u = 0; u < width; u += 1) {
    let p = line + (first[u] as number) * 3;
    const end = u * most + (count[u] as number);
    let r = 0;
    let g = 0;
    let b = 0;
    for (let k = u * most; k < end; k += 1, p += 3) {
      const weight = weights[k] as number;
      r += (from[p] as number) * weight;
      g += (from[p + 1] as number) * weight;
      b += (from[p + 2] as number) * weight;
    }
    const to = at + u * 3;
    rows[to] = r;
    rows[to + 1] = g;
    rows[to + 2] = b;
  }
}
