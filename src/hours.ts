// Hours of a week in the calendar's time zone: whether a moment is among them, when they begin and when they end. Over midnight, over
// the change to summer time and back, with holidays.

import type { Calendar, Hours } from './alert-port.ts';
import { KithError } from './errors.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SUNDAY = 6;
/** Hours that neither begin nor end within so many days always or never hold. */
const MOST_DAYS = 16;

type Span = readonly [from: number, to: number];

export interface LocalTime {
  /** YYYY-MM-DD */
  readonly day: string;
  /** Monday is 0. */
  readonly weekday: number;
  /** Of the day, with fraction. */
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const options = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const made = new Intl.DateTimeFormat('en-US', { ...options, second: '2-digit', hourCycle: 'h23', timeZone });
  formats.set(timeZone, made);
  return made;
}

/** KithError `invalid` for a zone that nobody knows. */
export function checkTimeZone(timeZone: string): string {
  try {
    formatOf(timeZone);
    return timeZone;
  } catch (cause) {
    const message = `There is no time zone ${JSON.stringify(timeZone)}: name one like Europe/Berlin.`;
    throw new KithError('invalid', message, { cause });
  }
}

/** What a clock on the wall shows, as if it were UTC. */
function wallAt(timeZone: string, at: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

export function localTime(timeZone: string, at: number): LocalTime {
  const wall = wallAt(timeZone, at);
  const { day, weekday } = dayOf(wall);
  return { day, weekday, minute: (wall - midnightOf(wall)) / MINUTE_MS };
}

/** When the day of this moment began there; the first moment of it where the clock jumps over midnight. */
export function startOfDay(timeZone: string, at: number): number {
  const wall = midnightOf(wallAt(timeZone, at));
  const before = wall - DAY_MS;
  return momentsOf(timeZone, wall)[0] ?? wall - (wallAt(timeZone, before) - before);
}

function midnightOf(wall: number): number {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}

function dayOf(wall: number): { readonly day: string; readonly weekday: number } {
  const date = new Date(wall);
  return { day: date.toISOString().slice(0, 10), weekday: (date.getUTCDay() + 6) % 7 };
}

/** What holds on that day, as minutes. */
function spansOf(hours: Hours, calendar: Calendar, wall: number): readonly Span[] {
  const { day, weekday } = dayOf(wall);
  const isHoliday = hours.holidays !== 'usual' && calendar.holidays.some((holiday) => holiday.day === day);
  if (isHoliday && hours.holidays === 'never') return [];
  if (isHoliday && hours.holidays === 'all_day') return [[0, 1440]];
  return hours.week[isHoliday ? SUNDAY : weekday] ?? [];
}

export function isWithin(hours: Hours, calendar: Calendar, at: number): boolean {
  const wall = wallAt(calendar.timeZone, at);
  const minute = (wall - midnightOf(wall)) / MINUTE_MS;
  const today = spansOf(hours, calendar, wall);
  if (today.some(([from, to]) => minute >= from && (minute < to || to <= from))) return true;
  const yesterday = spansOf(hours, calendar, wall - DAY_MS);
  return yesterday.some(([from, to]) => to <= from && minute < to);
}

/** The first moment from `at` on that is not among the hours; null where they never end. */
export function endOf(hours: Hours, calendar: Calendar, at: number): number | null {
  return firstFrom(hours, calendar, at, false);
}

/** The first moment from `at` on that is among the hours; null where there is none for weeks. */
export function nextBeginning(hours: Hours, calendar: Calendar, at: number): number | null {
  return firstFrom(hours, calendar, at, true);
}

function firstFrom(hours: Hours, calendar: Calendar, at: number, within: boolean): number | null {
  if (isWithin(hours, calendar, at) === within) return at;
  for (const edges of edgesFrom(hours, calendar, at, 1)) {
    const first = edges.find((edge) => edge > at && isWithin(hours, calendar, edge) === within);
    if (first !== undefined) return first;
  }
  return null;
}

/** Since when it has been among the hours without a break; null where it is not, or always was. */
export function beginningOf(hours: Hours, calendar: Calendar, at: number): number | null {
  if (!isWithin(hours, calendar, at)) return null;
  for (const edges of edgesFrom(hours, calendar, at, -1)) {
    const begin = edges.findLast((edge) => edge <= at && !isWithin(hours, calendar, edge - 1));
    if (begin !== undefined) return begin;
  }
  return null;
}

/** Day by day, forwards or backwards: the moments, in order, at which the hours can begin or end. */
function* edgesFrom(hours: Hours, calendar: Calendar, at: number, step: 1 | -1): Generator<readonly number[]> {
  const { timeZone } = calendar;
  const today = midnightOf(wallAt(timeZone, at));
  // A span of the day before may reach into the first one, and zones differ from UTC by up to 14 hours.
  for (let i = -1; i < MOST_DAYS; i += 1) {
    const wall = today + step * i * DAY_MS;
    const minutes = new Set([
      0,
      ...spansOf(hours, calendar, wall).flat(),
      ...spansOf(hours, calendar, wall - DAY_MS).flat(),
    ]);
    const edges = [...minutes].flatMap((minute) => momentsOf(timeZone, wall + minute * MINUTE_MS));
    yield [...new Set([...edges, ...jumpsOf(timeZone, wall)])].toSorted((a, b) => a - b);
  }
}

/** When the clock shows that: twice where it is set back, never where it jumps over it. */
function momentsOf(timeZone: string, wall: number): readonly number[] {
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((at) => wallAt(timeZone, at) - at);
  return offsets.map((offset) => wall - offset).filter((at) => wallAt(timeZone, at) === wall);
}

/** Where the clock is set within that day, to the minute. */
function jumpsOf(timeZone: string, wall: number): readonly number[] {
  const offset = (at: number): number => wallAt(timeZone, at) - at;
  let low = wall - offset(wall - DAY_MS);
  let high = wall + DAY_MS - offset(wall + 2 * DAY_MS);
  const before = offset(low);
  if (before === offset(high)) return [];
  while (high - low > MINUTE_MS) {
    const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offset(middle) === before) low = middle;
    else high = middle;
  }
  return [high];
}
