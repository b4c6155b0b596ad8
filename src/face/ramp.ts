// From a measure to a score.

/** 0 at `from` and below, 1 at `to` and above. */
export function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
