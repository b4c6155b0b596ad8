// How the values of a feature map are spread over many pictures, and the range that 255 steps represent with the least
// error: all of it, or a little less, where few large values would cost all the others their resolution.

import type { Measured } from './quantise.ts';

/** Bins on each side of 0. */
const BINS = 2048;
/** Parts of the whole range that are tried, and the smallest of them. */
const TRIES = 60;
const SMALLEST = 0.25;
/** Of a large map so many values are enough for its spread; extremes and means come from all of them. */
const SAMPLE = 50_000;

export interface Spread {
  /** A feature map of one picture, [1, channels, …]. */
  add(map: Float32Array, channels: number): void;
  measured(): Measured;
}

export function createSpread(): Spread {
  let counts = new Float64Array(BINS * 2);
  /** The bins cover −limit … limit. */
  let limit = 1e-6;
  let low = 0;
  let high = 0;
  const sums: number[] = [];
  let perChannel = 0;

  /** Twice the limit: two bins become one. */
  function grow(): void {
    const wider = new Float64Array(BINS * 2);
    for (const [bin, count] of counts.entries()) {
      const at = BINS + Math.floor((bin - BINS) / 2);
      wider[at] = (wider[at] ?? 0) + count;
    }
    counts = wider;
    limit *= 2;
  }

  /** Squared: of rounding inside the range, of cutting off outside. */
  function errorOf(from: number, to: number): number {
    const step = (to - from) / 255;
    let error = 0;
    for (let bin = 0; bin < counts.length; bin += 1) {
      const value = ((bin - BINS + 0.5) * limit) / BINS;
      const outside = Math.max(0, value - to, from - value);
      error += (counts[bin] ?? 0) * (outside === 0 ? (step * step) / 12 : outside * outside);
    }
    return error;
  }

  return {
    add(map, channels) {
      const length = map.length / channels;
      perChannel += length;
      for (let channel = 0, i = 0; channel < channels; channel += 1) {
        let sum = 0;
        for (const end = i + length; i < end; i += 1) {
          const value = map[i] as number;
          sum += value;
          if (value < low) low = value;
          else if (value > high) high = value;
        }
        sums[channel] = (sums[channel] ?? 0) + sum;
      }
      while (Math.max(high, -low) >= limit) grow();
      const scale = BINS / limit;
      // An odd step does not always meet the same column of the map.
      const step = Math.floor(map.length / SAMPLE / 2) * 2 + 1;
      for (let i = 0; i < map.length; i += step) {
        const bin = Math.floor((map[i] as number) * scale) + BINS;
        counts[bin] = (counts[bin] as number) + 1;
      }
    },
    measured() {
      let best = 1;
      let least = Infinity;
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const part = 1 - (attempt / TRIES) * (1 - SMALLEST);
        const error = errorOf(low * part, high * part);
        if (error < least) [best, least] = [part, error];
      }
      const mean = sums.map((sum) => short(sum / perChannel));
      return { low: short(low * best), high: short(high * best), mean };
    },
  };
}

/** Processors differ in the last digits of a float network; what is made of them should not. */
function short(value: number): number {
  return Number(value.toPrecision(4));
}
