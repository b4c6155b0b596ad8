// When a shot was taken, by the clock of this Kith. A camera says by its own clock when it was taken and when it is sent: one that is
// off by an hour would make every alert too late and every visit stand at a wrong place of the log.

import { KithError } from '../errors.ts';
import type { Log } from '../log.ts';

const YEAR_2000 = Date.UTC(2000, 0);
const DAY_MS = 86_400_000;
/** What a slow network may take from sending to here, so that good clocks are left alone. */
const SLACK_MS = 60_000;

/** A camera that is removed while its clock is off stays in memory. */
const MOST_CAMERAS = 1_000;

export interface CaptureClock {
  /** Milliseconds since 1970. `sentAt` null: the camera does not say it, so its clock is believed. KithError `invalid` for a time that
   * cannot be. */
  timeOf(cameraId: string, capturedAt: number, sentAt: number | null): number;
}

export function createCaptureClock(clock: () => number, log: Log): CaptureClock {
  /** Cameras whose clock was off when they were heard last. */
  const off = new Set<string>();

  function say(cameraId: string, skew: number): void {
    const isOff = skew !== 0;
    if (off.has(cameraId) === isOff) return;
    if (!isOff) {
      off.delete(cameraId);
      log.info({ camera: cameraId }, 'The clock of the camera is right again.');
      return;
    }
    // What cannot be remembered would be said of every shot.
    if (off.size >= MOST_CAMERAS) return;
    off.add(cameraId);
    const minutes = Math.round(Math.abs(skew) / 60_000);
    const how = `${minutes} minutes ${skew > 0 ? 'slow' : 'fast'}`;
    log.warn(
      { camera: cameraId },
      `The clock of the camera is ${how}: its shots are moved by that. Set it, best by NTP.`,
    );
  }

  return {
    timeOf(cameraId, capturedAt, sentAt) {
      const now = clock();
      const away = sentAt === null ? 0 : now - sentAt;
      const skew = Math.abs(away) > SLACK_MS ? away : 0;
      const at = capturedAt + skew;
      checkTime(at, now);
      say(cameraId, skew);
      return at;
    },
  };
}

function checkTime(capturedAt: number, now: number): void {
  if (capturedAt >= YEAR_2000 && capturedAt <= now + DAY_MS) return;
  const what = Number.isNaN(capturedAt)
    ? 'is no time'
    : capturedAt < YEAR_2000
      ? 'is before the year 2000'
      : 'is more than a day ahead';
  throw new KithError('invalid', `"capturedAt" ${what}: set the clock of the camera, then send it again.`);
}
