// Moments as people in the calendar's zone read them.

import { localTime } from '../hours.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** 14:05 */
export function clockTime(at: number, timeZone: string): string {
  return new Date(at).toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
}

/** Mon 30 Nov 2026, 14:05 */
export function dayAndTime(at: number, timeZone: string): string {
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  return `${new Date(at).toLocaleDateString('en-GB', { timeZone, ...day })}, ${clockTime(at, timeZone)}`;
}

/** When the day of this moment began there: also where it is 23 or 25 hours long. */
export function startOfDay(at: number, timeZone: string): number {
  const guess = at - localTime(timeZone, at).minute * MINUTE_MS;
  const { minute } = localTime(timeZone, guess);
  return Math.round(guess + (minute > DAY_MINUTES / 2 ? DAY_MINUTES - minute : -minute) * MINUTE_MS);
}
