// How the frames of a stream come: how many, how evenly, in bursts.

import type { StreamFacts } from '../camera-examination.ts';

export interface Arrivals {
  /** `at` of a clock that is never set. */
  came(at: number): void;
  /** The stream has broken: the time until it is back is no pause between two frames. */
  gap(): void;
  dropped: number;
  facts(kind: StreamFacts['kind'], nominalRate: number | null): Omit<StreamFacts, 'breaks' | 'problems'>;
}

const LIVE: readonly StreamFacts['kind'][] = ['network', 'playlist', 'device'];
/** Share of the mean interval under which a frame came right behind another. */
const BURST = 0.25;

export function createArrivals(): Arrivals {
  const intervals: number[] = [];
  let lastAt: number | undefined;
  let frames = 0;

  return {
    dropped: 0,
    came(at) {
      frames++;
      if (lastAt !== undefined) intervals.push(at - lastAt);
      lastAt = at;
    },
    gap() {
      lastAt = undefined;
    },
    facts(kind, nominalRate) {
      const total = intervals.reduce((sum, interval) => sum + interval, 0);
      const mean = total / intervals.length;
      const live = LIVE.includes(kind) && intervals.length > 0;
      return {
        kind,
        frames,
        frameRate: kind === 'photos' || total === 0 ? null : (intervals.length * 1000) / total,
        nominalRate: kind === 'photos' ? null : nominalRate,
        dropped: this.dropped,
        longestGapMs: live ? intervals.reduce((most, interval) => Math.max(most, interval), 0) : null,
        burstShare: live ? intervals.filter((interval) => interval < mean * BURST).length / intervals.length : null,
      };
    },
  };
}
