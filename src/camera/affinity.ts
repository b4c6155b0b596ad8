// How well a detection fits a track: by place and size, and, where that is known, by look.

import type { Box } from '../domain.ts';
import { overlap } from './overlap.ts';

export interface Followed {
  readonly hits: number;
  /** Where it should be now. */
  readonly expected: Box;
  /** Where it was last seen. */
  readonly last: Box;
  readonly seenAt: number;
  readonly look: Float32Array | null;
}

/** Distances of looks relative to what the model calls the same person. */
export type LookDistance = (a: Float32Array, b: Float32Array) => number;

/** Longer out of sight, a track is found again rather than followed. */
export const GAP_MS = 450;
/** So much unlike (in thresholds) are two people, whatever their places say. A face that turns is up to 1.2. */
const UNLIKE = 1.3;

/** 0 for the same box, 1 at the limit, infinite beyond. Distance of the middles in face sizes, against what may have been walked
 * since the track was seen, and the ratio of sizes; overlap makes it cheaper. */
export function placeCost(track: Followed, box: Box, at: number, known = false): number {
  const seconds = Math.max(0, at - track.seenAt) / 1000;
  const size = sizeOf(track.expected);
  const ratio = Math.abs(Math.log(size / sizeOf(box))) / Math.log(1.9);
  if (ratio > 1) return Number.POSITIVE_INFINITY;
  // Face sizes a second: a walk past is 6; once the velocity is known, only its change counts.
  const reach = Math.min(0.8 + (track.hits < 2 ? 6 : 3) * seconds, 2);
  let distance = away(track.expected, box);
  // Who was out of sight may have stopped where he was.
  if (known && at - track.seenAt > GAP_MS) distance = Math.min(distance, away(track.last, box) + 0.3);
  if (distance > reach) return Number.POSITIVE_INFINITY;
  return 0.6 * (distance / reach) + 0.2 * ratio + 0.2 * (1 - overlap(track.expected, box));
}

/** The same with looks: unlike faces are kept apart, and between two that are both near the look decides. */
export function lookCost(place: number, distance: number): number {
  if (distance > UNLIKE) return Number.POSITIVE_INFINITY;
  return 0.4 * place + 0.6 * Math.min(Math.max((distance - 0.4) / (UNLIKE - 0.4), 0), 1);
}

/** Between the middles, in sizes. */
export function away(a: Box, b: Box): number {
  const distance = Math.hypot(a[0] + a[2] / 2 - b[0] - b[2] / 2, a[1] + a[3] / 2 - b[1] - b[3] / 2);
  return distance / ((sizeOf(a) + sizeOf(b)) / 2);
}

export function sizeOf(box: Box): number {
  return Math.max((box[2] + box[3]) / 2, 1);
}
