// Cuts a turned and scaled square out of a raster into a small crop, averaging over the area that each pixel of the crop
// covers: a plain bilinear warp of a large face aliases, and that costs accuracy.

import type { Raster } from '../domain.ts';
import { invert, scaleOf, type Similarity } from './geometry.ts';
import { scaleStraight } from './straight.ts';

/** Up to this reduction a filter over all pixels is as fast as box averages first. */
const STRAIGHT_UP_TO = 2;

/** `toCrop` takes pixels of the picture to pixels of the crop. Answers `width` × `height` × 3 bytes, RGB; what lies outside
 * the picture is black. A pixel's middle is at +0.5 on both sides. Writes into `out` where it is given. */
export function warp(
  source: Raster,
  toCrop: Similarity,
  width: number,
  height: number = width,
  out: Uint8Array = new Uint8Array(width * height * 3),
): Uint8Array {
  const step = 1 / scaleOf(toCrop);
  const back = invert(toCrop);
  const factor = Math.floor(step);
  const isStraight = Math.abs(toCrop.b) < 1e-9 && toCrop.a > 0;
  if (isStraight && step < STRAIGHT_UP_TO) {
    scaleStraight(source, step, back.tx, back.ty, width, height, out);
    return out;
  }
  if (factor < 2) {
    sample(source, back, width, height, out);
    return out;
  }
  const region = coveredRegion(source, back, width, height, factor);
  if (region.width <= 0 || region.height <= 0) return out.fill(0);
  const reduced = reduce(source, region.x, region.y, region.width, region.height, factor);
  const inverse = 1 / factor;
  const toReduced: Similarity = {
    a: back.a * inverse,
    b: back.b * inverse,
    tx: (back.tx - region.x) * inverse,
    ty: (back.ty - region.y) * inverse,
  };
  if (isStraight) scaleStraight(reduced, step * inverse, toReduced.tx, toReduced.ty, width, height, out);
  else sample(reduced, toReduced, width, height, out);
  return out;
}

/** The part of the raster that the crop can touch, its sides multiples of `factor` where the raster reaches that far. */
function coveredRegion(
  source: Raster,
  back: Similarity,
  width: number,
  height: number,
  factor: number,
): { x: number; y: number; width: number; height: number } {
  const xs = [back.tx, back.tx + back.a * width, back.tx - back.b * height, back.tx + back.a * width - back.b * height];
  const ys = [back.ty, back.ty + back.b * width, back.ty + back.a * height, back.ty + back.b * width + back.a * height];
  const margin = 2 * factor;
  const x = Math.max(0, Math.floor(Math.min(...xs)) - margin);
  const y = Math.max(0, Math.floor(Math.min(...ys)) - margin);
  const right = Math.min(source.width, Math.ceil(Math.max(...xs)) + margin);
  const bottom = Math.min(source.height, Math.ceil(Math.max(...ys)) + margin);
  return { x, y, width: right - x, height: bottom - y };
}

/** Box average of `factor` × `factor` pixels; an incomplete last row or column averages what is there. */
export function reduce(
  source: Raster,
  left: number,
  top: number,
  width: number,
  height: number,
  factor: number,
): Raster {
  const outWidth = Math.ceil(width / factor);
  const outHeight = Math.ceil(height / factor);
  const data = new Uint8Array(outWidth * outHeight * 3);
  const sums = new Uint32Array(outWidth * 3);
  const from = source.data;
  for (let row = 0; row < outHeight; row += 1) {
    sums.fill(0);
    const yEnd = Math.min(height, (row + 1) * factor);
    for (let y = row * factor; y < yEnd; y += 1) {
      let at = ((top + y) * source.width + left) * 3;
      for (let column = 0, k = 0; column < outWidth; column += 1, k += 3) {
        const n = column === outWidth - 1 ? width - column * factor : factor;
        let r = 0;
        let g = 0;
        let b = 0;
        for (let i = 0; i < n; i += 1, at += 3) {
          r += from[at] as number;
          g += from[at + 1] as number;
          b += from[at + 2] as number;
        }
        sums[k] = (sums[k] as number) + r;
        sums[k + 1] = (sums[k + 1] as number) + g;
        sums[k + 2] = (sums[k + 2] as number) + b;
      }
    }
    const rows = yEnd - row * factor;
    const full = 1 / (rows * factor);
    const last = 1 / (rows * (width - (outWidth - 1) * factor));
    const at = row * outWidth * 3;
    const edge = (outWidth - 1) * 3;
    for (let k = 0; k < edge; k += 1) data[at + k] = (sums[k] as number) * full + 0.5;
    for (let k = edge; k < edge + 3; k += 1) data[at + k] = (sums[k] as number) * last + 0.5;
  }
  return { width: outWidth, height: outHeight, data };
}

/** Bilinear, the mean of 2 × 2 samples a pixel where a pixel covers more than one of the source. */
function sample(source: Raster, back: Similarity, width: number, height: number, out: Uint8Array): void {
  const { a, b, tx, ty } = back;
  const n = Math.hypot(a, b) > 1.05 ? 2 : 1;
  const from = source.data;
  const stride = source.width * 3;
  const maxX = source.width - 1;
  const maxY = source.height - 1;
  const weight = 1 / (n * n);
  const first = 0.5 / n;
  const part = 1 / n;
  const inside = liesInside(source, back, width, height);
  let at = 0;
  for (let v = 0; v < height; v += 1) {
    for (let u = 0; u < width; u += 1, at += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < n; j += 1) {
        const cv = v + first + j * part;
        for (let i = 0; i < n; i += 1) {
          const cu = u + first + i * part;
          let x = a * cu - b * cv + tx - 0.5;
          let y = b * cu + a * cv + ty - 0.5;
          let right = 3;
          let down = stride;
          if (!inside) {
            // Half a pixel beyond the edge still belongs to the picture's outermost pixels.
            if (x < -0.5 || y < -0.5 || x > maxX + 0.5 || y > maxY + 0.5) continue;
            x = Math.min(Math.max(x, 0), maxX);
            y = Math.min(Math.max(y, 0), maxY);
            if (x >= maxX) right = 0;
            if (y >= maxY) down = 0;
          }
          const x0 = x | 0;
          const y0 = y | 0;
          const fx = x - x0;
          const fy = y - y0;
          const w11 = fx * fy;
          const w10 = fx - w11;
          const w01 = fy - w11;
          const w00 = 1 - fx - w01;
          const p = y0 * stride + x0 * 3;
          const q = p + right;
          const r = p + down;
          const s = r + right;
          red +=
            (from[p] as number) * w00 +
            (from[q] as number) * w10 +
            (from[r] as number) * w01 +
            (from[s] as number) * w11;
          green +=
            (from[p + 1] as number) * w00 +
            (from[q + 1] as number) * w10 +
            (from[r + 1] as number) * w01 +
            (from[s + 1] as number) * w11;
          blue +=
            (from[p + 2] as number) * w00 +
            (from[q + 2] as number) * w10 +
            (from[r + 2] as number) * w01 +
            (from[s + 2] as number) * w11;
        }
      }
      out[at] = red * weight + 0.5;
      out[at + 1] = green * weight + 0.5;
      out[at + 2] = blue * weight + 0.5;
    }
  }
}

/** Are all four corners of the crop a pixel away from the edges? Then so is everything between them. */
function liesInside(source: Raster, { a, b, tx, ty }: Similarity, width: number, height: number): boolean {
  for (const u of [0, width]) {
    for (const v of [0, height]) {
      const x = a * u - b * v + tx;
      const y = b * u + a * v + ty;
      if (x < 1 || y < 1 || x > source.width - 2 || y > source.height - 2) return false;
    }
  }
  return true;
}

/** The mirror image of a `width` × `height` × 3 crop, left and right changed. */
export function mirror(crop: Uint8Array, width: number, height: number, out = new Uint8Array(crop.length)): Uint8Array {
  for (let y = 0; y < height; y += 1) {
    let from = y * width * 3;
    let to = (y + 1) * width * 3 - 3;
    for (let x = 0; x < width; x += 1, from += 3, to -= 3) {
      out[to] = crop[from] as number;
      out[to + 1] = crop[from + 1] as number;
      out[to + 2] = crop[from + 2] as number;
    }
  }
  return out;
}
