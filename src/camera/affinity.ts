// How well a detection fits a track: by place and size, and, where that is known, by look.

import type { Box } from '../domain.ts';
import { overlap } from './overlap.ts';
import type { TrackState } from './tracker.ts';

export interface Followed {
  readonly state: TrackState;
  readonly hits: number;
  /** Where it should be now. */
  readonly expected: Box;
  /** Where it was last seen. */
  readonly last: Box;
  readonly seenAt: number;
  readonly look: Float32Array | null;
}

/** In what the model calls the threshold between the same and somebody else: 1 is the limit for two photos. */
export type LookDistance = (a: Float32Array, b: Float32Array) => number;

/** Longer out of sight, a track is found again rather than followed. */
export const GAP_MS = 450;
/** Within one recording the same face is nearer (0.5, seldom 0.8) than two photos are, and strangers are not under 1. */
const UNLIKE = 0.95;
const ALIKE = 0.3;
/** Face sizes that a track's middle may be off. */
const REACH = 0.8;
const REACH_MOST = 2;
/** Whose look is compared may be further away. */
const REACH_KNOWN = 3;
/** What was seen once is believed less than what is followed. */
const DOUBT = 0.2;

/** 0 for the same box, 1 at the limit, infinite beyond. Distance of the middles in face sizes, against what may have been walked
 * since the track was seen, and the ratio of sizes; overlap makes it cheaper. `known`: looks are compared beside it. */
export function placeCost(track: Followed, box: Box, at: number, known: boolean): number {
  const seconds = Math.max(0, at - track.seenAt) / 1000;
  // Face sizes a second: a walk past is 6; once the velocity is known, only its change counts.
  const walked = (track.hits < 2 ? 6 : 3) * seconds;
  const lost = at - track.seenAt > GAP_MS;
  const reach = Math.min(REACH + walked, lost && known ? REACH_KNOWN : REACH_MOST);
  let distance = away(track.expected, box);
  // Who was out of sight may have stopped where he was; without a look that would as well be the next person at the same place.
  if (lost && known) distance = Math.min(distance, away(track.last, box) + 0.3);
  if (distance > reach) return Number.POSITIVE_INFINITY;
  const ratio = Math.abs(Math.log(sizeOf(track.expected) / sizeOf(box))) / Math.log(1.9);
  if (ratio > 1) return Number.POSITIVE_INFINITY;
  const cost = 0.6 * (distance / reach) + 0.2 * ratio + 0.2 * (1 - overlap(track.expected, box));
  return track.state === 'tentative' ? DOUBT + (1 - DOUBT) * cost : cost;
}

/** The same with looks: unlike faces are kept apart, and between two that are both near the look decides. */
export function lookCost(place: number, distance: number): number {
  if (distance > UNLIKE) return Number.POSITIVE_INFINITY;
  return 0.4 * place + 0.6 * Math.min(Math.max((distance - ALIKE) / (UNLIKE - ALIKE), 0), 1);
}

/** Between the middles, in sizes. */
export function away(a: Box, b: Box): number {
  const dx = a[0] + a[2] / 2 - b[0] - b[2] / 2;
  const dy = a[1] + a[3] / 2 - b[1] - b[3] / 2;
  // Ten times quicker than Math.hypot, and a crowd asks for this twenty thousand times a frame.
  return Math.sqrt(dx * dx + dy * dy) / ((sizeOf(a) + sizeOf(b)) / 2);
}

export function sizeOf(box: Box): number {
  return Math.max((box[2] + box[3]) / 2, 1);
}
