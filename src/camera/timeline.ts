// When a frame was captured. Live: when it arrived, whatever the camera says, as some say 1970. Recordings: by their own times,
// from now on, without the jumps of joined or damaged ones. And whether decoding has fallen behind.

import { AV_NOPTS_VALUE } from './ffmpeg.ts';

export interface Timeline {
  /** `seconds`: the time of the recording; undefined where it has none. */
  at(seconds: number | undefined, now: number): number;
}

/** Longer gaps and steps back are joints, not time. */
const GAP_S = 10;
const BACK_S = 1;
const USUAL_S = 0.04;

/** Seconds of a time stamp; undefined where FFmpeg has none. */
export function secondsOf(stamp: bigint, timeBase: { num: number; den: number }): number | undefined {
  const seconds = (Number(stamp) * timeBase.num) / timeBase.den;
  return stamp === AV_NOPTS_VALUE || !Number.isFinite(seconds) ? undefined : seconds;
}

/** `startAt`: when the recording begins. `neverLater`: no frame is later than `now`. `speed`: how much faster than recorded. */
export function createTimeline(startAt: number, neverLater: boolean, speed = 1): Timeline {
  let shift: number | undefined;
  let previous = 0;
  let step = USUAL_S;
  let last = startAt;

  return {
    at(seconds, now) {
      let place = previous + step;
      if (seconds !== undefined) {
        shift ??= -seconds;
        place = seconds + shift;
        if (place < previous - BACK_S || place > previous + GAP_S) {
          place = previous + step;
          shift = place - seconds;
        }
        if (place > previous && place - previous < 1) step = place - previous;
      }
      previous = place;
      const at = startAt + Math.round((place * 1000) / speed);
      last = neverLater ? Math.max(last, Math.min(at, now)) : at;
      return last;
    },
  };
}

export interface LagMeter {
  /** Milliseconds that this packet comes later than the promptest ones, by the camera's clock and ours. */
  lag(seconds: number | undefined, now: number): number;
}

/** The promptest of the last minutes counts: clocks drift. */
const WINDOW_MS = 60_000;
const JUMP_S = 5;
/** Packets are decoded in this order: time does not go back. */
const STEP_BACK_S = 0.2;

export function createLagMeter(): LagMeter {
  let previous: number | undefined;
  let best = Number.POSITIVE_INFINITY;
  let nextBest = Number.POSITIVE_INFINITY;
  let since = 0;

  return {
    lag(seconds, now) {
      if (seconds === undefined) return 0;
      const offset = now - seconds * 1000;
      if (previous === undefined || isJump(seconds - previous) || Math.abs(now - since) > 2 * WINDOW_MS) {
        best = offset;
        nextBest = offset;
        since = now;
      }
      previous = seconds;
      if (now - since > WINDOW_MS) {
        best = nextBest;
        nextBest = offset;
        since = now;
      }
      best = Math.min(best, offset);
      nextBest = Math.min(nextBest, offset);
      return offset - best;
    },
  };
}

function isJump(step: number): boolean {
  return step < -STEP_BACK_S || step > JUMP_S;
}

export interface BusyMeter {
  /** So long was waited for something to do; is there hardly any waiting? */
  waited(ms: number, now: number): boolean;
}

const BUSY_MS = 3_000;
const IDLE_SHARE = 0.1;

/** Packets of some streams come in bursts, seconds late: they are only in the way when there is no time left for them. */
export function createBusyMeter(): BusyMeter {
  let waits: { readonly at: number; readonly ms: number }[] = [];
  let since: number | undefined;
  return {
    waited(ms, now) {
      since ??= now;
      waits.push({ at: now, ms });
      if ((waits[0]?.at ?? now) < now - BUSY_MS) waits = waits.filter(({ at }) => at >= now - BUSY_MS);
      return now - since >= BUSY_MS && waits.reduce((sum, wait) => sum + wait.ms, 0) < IDLE_SHARE * BUSY_MS;
    },
  };
}
