// Whether the packets of a still scene need to be decoded at all. What does not move is almost free to compress, so packets stay
// tiny until somebody comes; then all since the last key frame are decoded at once, and nothing is missed. Pure: sizes and grey
// pictures come in.

import type { Luma } from './frame.ts';
import { createMotionGate } from './motion.ts';

export interface Doze {
  readonly asleep: boolean;
  /** A packet has come. `wake`: decode what was kept, then this one. `keep`: not now. Key frames are always decoded, and something is
   * whenever nothing was for ten seconds. */
  packet(bytes: number, key: boolean, at: number): 'decode' | 'keep' | 'wake';
  /** A picture was decoded. */
  picture(luma: Luma, at: number): void;
  /** Too much was kept, or somebody wants to see every frame: go on awake. */
  rouse(at: number): void;
}

export interface DozeOptions {
  /** Stillness before it falls asleep. */
  readonly afterMs?: number;
}

/** How many of the sizes of a still scene are remembered, and how many it takes at least. */
const MANY = 500;
const FEW = 50;
/** Means of so many packets in a row are compared: one alone may be a clock in the picture. */
const IN_A_ROW = 5;
/** How much larger than the largest of the still scene they are when something moves. */
const LARGER = 1.5;
const LARGER_BYTES = 100;
/** A key frame of a still scene is so many times larger than what follows it. Less: noise, or a camera that fills its bit rate
 * whatever happens, and sizes say nothing. */
const KEY_RATIO = 25;
/** After something moved unnoticed; doubled each time. */
const DEAF_MS = 60_000;
const DEAF_AT_MOST_MS = 3_600_000;
/** Larger steps are a clock that was set. */
const CLOCK_STEP_MS = 30_000;
/** Some cameras send a key frame a minute: without a picture for so long nobody knows whether the camera still lives, and whether
 * something came that the sizes did not tell. */
const LONGEST_MS = 10_000;

export function createDoze({ afterMs = 4_000 }: DozeOptions = {}): Doze {
  const gate = createMotionGate({ lookEveryMs: Number.POSITIVE_INFINITY });
  let sizes: number[] = [];
  let recent: number[] = [];
  let keyBytes = 0;
  let limit = 0;
  let asleep = false;
  let stillSince: number | null = null;
  let deafUntil = Number.NEGATIVE_INFINITY;
  let deafMs = DEAF_MS;
  let before = 0;
  let decodedAt = 0;

  function watchClock(at: number): void {
    if (Math.abs(at - before) > CLOCK_STEP_MS) {
      stillSince = null;
      deafUntil = Math.min(deafUntil, at + deafMs);
    }
    before = at;
  }

  function mayDoze(at: number): boolean {
    if (stillSince === null || at - stillSince < afterMs || at < deafUntil || sizes.length < FEW) return false;
    const usual = sizes.toSorted((a, b) => a - b)[sizes.length >> 1] ?? 0;
    return keyBytes >= KEY_RATIO * usual;
  }

  function wake(at: number): void {
    asleep = false;
    stillSince = at;
  }

  return {
    get asleep() {
      return asleep;
    },
    packet(bytes, key, at) {
      watchClock(at);
      if (key) {
        keyBytes = bytes;
        decodedAt = at;
        recent = [];
        if (!asleep && mayDoze(at)) {
          asleep = true;
          limit = Math.max(...meansOf(sizes)) * LARGER + LARGER_BYTES;
        }
        return 'decode';
      }
      sizes.push(bytes);
      if (sizes.length > MANY) sizes.shift();
      if (!asleep) return 'decode';
      recent.push(bytes);
      if (recent.length > IN_A_ROW) recent.shift();
      if (recent.reduce((sum, size) => sum + size, 0) / IN_A_ROW <= limit && Math.abs(at - decodedAt) < LONGEST_MS) {
        return 'keep';
      }
      wake(at);
      return 'wake';
    },
    picture(luma, at) {
      // Without a time: a clock that is set is no movement.
      if (gate.look(luma, 0) === 'still') {
        stillSince ??= at;
        return;
      }
      // The sizes of packets did not tell: they are not to be trusted here.
      if (asleep) {
        deafUntil = at + deafMs;
        deafMs = Math.min(deafMs * 2, DEAF_AT_MOST_MS);
      }
      asleep = false;
      stillSince = null;
      sizes = [];
    },
    rouse: wake,
  };
}

function meansOf(sizes: readonly number[]): number[] {
  const means: number[] = [];
  let sum = 0;
  for (const [index, size] of sizes.entries()) {
    sum += size - (sizes[index - IN_A_ROW] ?? 0);
    if (index >= IN_A_ROW - 1) means.push(sum / IN_A_ROW);
  }
  return means;
}
