// How far a face can be trusted: six numbers 0..1, their product as the total, and the one that lowers it most.
//
// All but size and pose are measured on a patch of the face of at most 96 × 96 pixels, aligned like dlib's chip, and never
// enlarged: a small face is small, not unsharp as well.

import type { FivePoints, Pose, Quality, QualityReason, Raster } from '../domain.ts';
import { alignmentOf } from './alignment.ts';
import { compose, scaleOf, squareCrop } from './geometry.ts';
import { occlusionOf } from './occlusion.ts';
import { ramp } from './ramp.ts';
import { warp } from './warp.ts';

/** Side of dlib's chip, and of the largest patch. */
const CHIP = 150;
const PATCH = 96;
const MIN_PATCH = 24;

/** Shares of the total: a factor counts as score ^ weight. */
const WEIGHTS: Readonly<Record<QualityReason, number>> = {
  size: 1,
  sharpness: 1,
  light: 1,
  contrast: 1,
  pose: 1,
  occlusion: 1,
};

export interface FaceMeasures {
  readonly mesh: Float32Array;
  readonly confidence: number;
  readonly points: FivePoints;
  readonly pose: Pose;
  /** Pixels of the original picture to one of the raster (1 unless the picture was reduced while decoding). */
  readonly zoom: number;
}

export function qualityOf(raster: Raster, { mesh, confidence, points, pose, zoom }: FaceMeasures): Quality {
  const toChip = alignmentOf(mesh, 'dlib5');
  const native = Math.round(CHIP / scaleOf(toChip));
  const size = Math.min(PATCH, Math.max(MIN_PATCH, native));
  const patch = warp(raster, compose(toChip, squareCrop([CHIP / 2, CHIP / 2], CHIP, 0, size)), size);
  const grey = toGrey(patch);
  const { low, high, mean, left, right } = lightOf(grey, size);
  const eyes = Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]) * zoom;
  const scores: Record<QualityReason, number> = {
    size: ramp(eyes, 2, 32),
    sharpness: sharpnessScore(sharpnessOf(grey, size)),
    light: Math.min(
      ramp(mean, 15, 75),
      ramp(255 - mean, 15, 60),
      ramp(Math.min(left, right) / Math.max(left, right, 1), 0.1, 0.6),
    ),
    contrast: ramp((high - low) / (mean + 16), 0.1, 0.55),
    pose: Math.min(1 - ramp(Math.abs(pose.yaw), 15, 75), 1 - ramp(Math.abs(pose.pitch), 20, 75)),
    occlusion: Math.min(ramp(confidence, 0.3, 0.95), occlusionOf(raster, mesh)),
  };
  let total = 1;
  let reason: QualityReason = 'size';
  let worst = Infinity;
  for (const name of Object.keys(WEIGHTS) as QualityReason[]) {
    const factor = scores[name] ** WEIGHTS[name];
    total *= factor;
    if (factor < worst) {
      worst = factor;
      reason = name;
    }
  }
  return { ...scores, total, reason };
}

function toGrey(patch: Uint8Array): Float32Array {
  const grey = new Float32Array(patch.length / 3);
  for (let i = 0, at = 0; i < grey.length; i += 1, at += 3) {
    grey[i] = 0.299 * (patch[at] ?? 0) + 0.587 * (patch[at + 1] ?? 0) + 0.114 * (patch[at + 2] ?? 0);
  }
  return grey;
}

/** The ellipse of the face inside the patch; hair, ears and background are no matter. */
function isFace(x: number, y: number, size: number): boolean {
  const dx = ((x + 0.5) / size - 0.5) / 0.32;
  const dy = ((y + 0.5) / size - 0.54) / 0.4;
  return dx * dx + dy * dy < 1;
}

interface Light {
  /** 5th and 95th percentile of the luminance, 0..255. */
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  /** Means of the two halves of the face: how evenly it is lit. */
  readonly left: number;
  readonly right: number;
}

function lightOf(grey: Float32Array, size: number): Light {
  const histogram = new Uint32Array(256);
  const sums = [0, 0];
  const counts = [0, 0];
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      if (!isFace(x, y, size)) continue;
      const value = grey[y * size + x] ?? 0;
      const half = x * 2 < size ? 0 : 1;
      histogram[value | 0] = (histogram[value | 0] ?? 0) + 1;
      sums[half] = (sums[half] ?? 0) + value;
      counts[half] = (counts[half] ?? 0) + 1;
    }
  }
  const [l = 0, r = 0] = sums;
  const [nl = 1, nr = 1] = counts;
  const n = nl + nr;
  return {
    low: percentile(histogram, n * 0.05),
    high: percentile(histogram, n * 0.95),
    mean: (l + r) / n,
    left: l / nl,
    right: r / nr,
  };
}

function percentile(histogram: Uint32Array, rank: number): number {
  let seen = 0;
  for (const [value, count] of histogram.entries()) {
    seen += count;
    if (seen >= rank) return value;
  }
  return 255;
}

/** Root mean square of the Laplacian over the standard deviation of the luminance, inside the face: contrast cancels out. */
export function sharpnessOf(grey: Float32Array, size: number): number {
  let squares = 0;
  let sum = 0;
  let sumSquares = 0;
  let n = 0;
  for (let y = 1; y < size - 1; y += 1) {
    for (let x = 1; x < size - 1; x += 1) {
      if (!isFace(x, y, size)) continue;
      const at = y * size + x;
      const value = grey[at] ?? 0;
      const sides = (grey[at - 1] ?? 0) + (grey[at + 1] ?? 0) + (grey[at - size] ?? 0) + (grey[at + size] ?? 0);
      const laplacian = sides - 4 * value;
      squares += laplacian * laplacian;
      sum += value;
      sumSquares += value * value;
      n += 1;
    }
  }
  const variance = sumSquares / n - (sum / n) ** 2;
  return variance > 1 ? Math.sqrt(squares / n / variance) : 0;
}

function sharpnessScore(sharpness: number): number {
  return ramp(sharpness, 0.05, 0.3);
}
