// When a shot was taken, on machines whose clock is set while they run: a Raspberry Pi has no battery and begins somewhere in the
// past until the time server has answered.

import { uptime } from 'node:os';

export interface SteadyClock {
  /** Milliseconds since 1970; may jump. */
  readonly wall: () => number;
  /** Milliseconds since whenever; runs on evenly, also while the machine sleeps. */
  readonly steady: () => number;
}

export const steadyClock: SteadyClock = { wall: Date.now, steady: () => uptime() * 1000 };

/** Times before this are no times but a clock that was never set. */
export const YEAR_2000 = Date.UTC(2000, 0);
const DAY_MS = 86_400_000;
/** Smaller differences are the time server's gentle corrections. */
const STEP_MS = 2_000;

/** The time of capture by today's clock: moved by what the clock was set since then. `addedAt` null: nobody knows that any more;
 * a time that cannot be is then replaced by now, which is late but in order. */
export function timeOfCapture(
  capturedAt: number,
  addedAt: { readonly wall: number; readonly steady: number } | null,
  clock: SteadyClock,
): number {
  const now = clock.wall();
  const step = addedAt ? now - addedAt.wall - (clock.steady() - addedAt.steady) : 0;
  const moved = Math.abs(step) > STEP_MS ? Math.round(capturedAt + step) : capturedAt;
  return moved < YEAR_2000 || moved > now + DAY_MS ? now : moved;
}
