// What a look at a face is worth beside the other looks of its track.

import type { Face } from '../domain.ts';
import { whyUnusable } from '../usable.ts';

/** What of a look decides. */
export interface Worth {
  /** Good enough for recognition. */
  readonly usable: boolean;
  /** All but the eyes. */
  readonly plain: number;
  readonly eyes: number;
}

const SHARE_OF_EYES = 0.4;
const SHARE_OF_MOUTH = 0.3;
const SHARE_OF_SIZE = 0.2;
/** A larger face is of no use to the networks. */
const LARGE_PX = 160;
/** Eyes that measure so may be narrow ones that are wide open, as long as nothing else was seen of this person. */
const LEAST_WIDEST = 0.4;
/** What a look must gain where both are poor: the back end adds the shots of a track up, and a poor camera needs that most. */
const POOR_GAIN = 3;

/** Quality decides; of two equally good looks the one with mouth and nose to be seen wins, and the larger face. */
export function worthOf({ box, quality }: Face): Worth {
  const side = Math.min(box[2], box[3]);
  const size = 1 - SHARE_OF_SIZE + SHARE_OF_SIZE * Math.min(1, side / LARGE_PX);
  const mouth = 1 - SHARE_OF_MOUTH + SHARE_OF_MOUTH * quality.mouth;
  return { usable: whyUnusable(quality) === null, plain: quality.total * size * mouth, eyes: quality.eyes };
}

/** 0..1. How wide eyes are when they are open differs from person to person, so a look is measured by the widest of its track. */
export function scoreIn(widest: number, { plain, eyes }: Worth): number {
  return plain * (1 - SHARE_OF_EYES + SHARE_OF_EYES * Math.min(1, eyes / Math.max(widest, LEAST_WIDEST)));
}

/** By that much (or for poor ones by 3 × `by` of the score to beat); a usable one always beats one that is not. */
export function isBetter(widest: number, one: Worth, other: Worth | null | undefined, by = 0): boolean {
  if (!other) return true;
  if (one.usable !== other.usable) return one.usable;
  const score = scoreIn(widest, one);
  const toBeat = scoreIn(widest, other);
  return by === 0 ? score > toBeat : score >= Math.min(toBeat + by, toBeat * (1 + by * POOR_GAIN));
}

/** Of a look by itself, 0..1. */
export function scoreOf(face: Face): number {
  return scoreIn(0, worthOf(face));
}
