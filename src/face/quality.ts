// How far a face can be trusted: six numbers 0..1, their product as the total, and the one that lowers it most;
// two more that only choose between looks at the same person.
//
// All but size and pose are measured on a patch of the face of at most 96 × 96 pixels, aligned like dlib's chip, and never
// enlarged: a small face is small, not unsharp as well.

import type { FivePoints, Pose, Quality, QualityReason, Raster } from '../domain.ts';
import { alignmentOf } from './alignment.ts';
import { eyesOf } from './eyes.ts';
import { compose, scaleOf, squareCrop } from './geometry.ts';
import { mouthOf } from './mouth.ts';
import { occlusionOf, widthOf } from './occlusion.ts';
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
  const further = { eyes: eyesOf(mesh, pose), mouth: mouthOf(raster, mesh, widthOf(mesh)) };
  return { ...scores, total, reason, luminance: mean, ...further };
}

function toGrey(patch: Uint8Array): Float32Array {
  const grey = new Float32Array(patch.length / 3);
  for (let i = 0, at = 0; i < grey.length; i += 1, at += 3) {
    grey[i] = 0.299 * (patch[at] as number) + 0.587 * (patch[at + 1] as number) + 0.114 * (patch[at + 2] as number);
  }
  return grey;
}

/** Where the face is in a row of the patch: an ellipse; hair, ears and background are no matter. Empty: from = to. */
function faceSpan(y: number, size: number): readonly [from: number, to: number] {
  const dy = ((y + 0.5) / size - 0.54) / 0.4;
  if (dy * dy >= 1) return [0, 0];
  const half = 0.32 * Math.sqrt(1 - dy * dy);
  return [Math.max(1, Math.ceil((0.5 - half) * size - 0.5)), Math.min(size - 1, Math.floor((0.5 + half) * size + 0.5))];
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
  const middle = size >> 1;
  let [left, right, inLeft, inRight] = [0, 0, 0, 0];
  for (let y = 0; y < size; y += 1) {
    const [from, to] = faceSpan(y, size);
    for (let x = from; x < to; x += 1) {
      const value = grey[y * size + x] as number;
      histogram[value | 0] = (histogram[value | 0] as number) + 1;
      if (x < middle) {
        left += value;
        inLeft += 1;
      } else {
        right += value;
        inRight += 1;
      }
    }
  }
  const n = inLeft + inRight;
  return {
    low: percentile(histogram, n * 0.05),
    high: percentile(histogram, n * 0.95),
    mean: (left + right) / n,
    left: left / inLeft,
    right: right / inRight,
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
    const [from, to] = faceSpan(y, size);
    for (let at = y * size + from, end = y * size + to; at < end; at += 1) {
      const value = grey[at] as number;
      const sides =
        (grey[at - 1] as number) + (grey[at + 1] as number) + (grey[at - size] as number) + (grey[at + size] as number);
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
