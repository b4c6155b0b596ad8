// How many detections were settled lately, by whatever process: counted as their events pass by.

export interface Pace {
  note(): void;
  /** In the last full minute. */
  perMinute(): number;
  /** Minute by minute over the last hour, oldest first; the last one is going on. */
  minutes(): readonly number[];
}

const STEP_MS = 10_000;
const STEPS_PER_MINUTE = 6;
const MINUTES = 60;

export function createPace(clock: () => number): Pace {
  const steps = new Map<number, number>();
  const now = (): number => Math.floor(clock() / STEP_MS);

  function sum(from: number, to: number): number {
    let total = 0;
    for (let step = from; step < to; step++) total += steps.get(step) ?? 0;
    return total;
  }

  return {
    note() {
      const step = now();
      if (!steps.has(step)) {
        for (const old of steps.keys()) if (old < step - STEPS_PER_MINUTE * MINUTES) steps.delete(old);
      }
      steps.set(step, (steps.get(step) ?? 0) + 1);
    },
    // The step that is going on counts in place of the oldest one, so that what was settled just now is seen.
    perMinute: () => sum(now() - STEPS_PER_MINUTE + 1, now() + 1),
    minutes() {
      const end = now() + 1;
      return Array.from({ length: MINUTES }, (_, i) => {
        const from = end - (MINUTES - i) * STEPS_PER_MINUTE;
        return sum(from, from + STEPS_PER_MINUTE);
      });
    },
  };
}
