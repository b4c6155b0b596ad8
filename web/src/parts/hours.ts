// Hours of a week as the panel edits them: one row for each span, with the days on which it holds. Pure.

import type { Hours } from '../../../src/alert-port.ts';

/** Minutes of the local day; one whose end is not after its beginning goes on into the next day. */
export interface HoursRow {
  /** Monday is 0; in order. */
  readonly days: readonly number[];
  readonly from: number;
  /** 1440 is midnight. */
  readonly to: number;
}

export const DAY_MINUTES = 1440;
export const EVERY_DAY: readonly number[] = [0, 1, 2, 3, 4, 5, 6];
const WEEKDAYS = [0, 1, 2, 3, 4];
const WEEKEND = [5, 6];
const HOUR = 60;

export type HoursPreset = 'always' | 'working' | 'outside' | 'nights';

/** Null is always. */
export const HOURS_PRESETS: Readonly<Record<HoursPreset, Hours | null>> = {
  always: null,
  working: { week: weekOf([{ days: WEEKDAYS, from: 8 * HOUR, to: 17 * HOUR }]), holidays: 'never' },
  outside: {
    week: weekOf([
      { days: WEEKDAYS, from: 0, to: 8 * HOUR },
      { days: WEEKDAYS, from: 17 * HOUR, to: DAY_MINUTES },
      { days: WEEKEND, from: 0, to: DAY_MINUTES },
    ]),
    holidays: 'all_day',
  },
  nights: { week: weekOf([{ days: EVERY_DAY, from: 22 * HOUR, to: 6 * HOUR }]), holidays: 'usual' },
};

/** The preset that says the same; null: none does. */
export function presetOf(hours: Hours | null): HoursPreset | null {
  const names = Object.keys(HOURS_PRESETS) as HoursPreset[];
  return names.find((name) => areSame(HOURS_PRESETS[name], hours)) ?? null;
}

export function areSame(a: Hours | null, b: Hours | null): boolean {
  if (a === null || b === null) return a === b;
  return a.holidays === b.holidays && JSON.stringify(weekOf(rowsOf(a))) === JSON.stringify(weekOf(rowsOf(b)));
}

/** Spans that are the same on several days are one row; by their first day, then by their beginning. */
export function rowsOf({ week }: Hours): readonly HoursRow[] {
  const rows = new Map<string, { readonly days: number[]; readonly from: number; readonly to: number }>();
  for (const [day, spans] of week.entries()) {
    for (const [from, to] of spans.toSorted(byBeginning)) {
      const key = `${from} ${endOf(to)}`;
      const row = rows.get(key) ?? { days: [], from, to: endOf(to) };
      if (!row.days.includes(day)) row.days.push(day);
      rows.set(key, row);
    }
  }
  return [...rows.values()];
}

/** The same as the API's types have it, whose lists may be changed. */
export function mutableHours(hours: Hours | null) {
  return (
    hours && { ...hours, week: hours.week.map((spans) => spans.map(([from, to]): [number, number] => [from, to])) }
  );
}

export function weekOf(rows: readonly HoursRow[]): Hours['week'] {
  return EVERY_DAY.map((day) => {
    const spans = rows.filter(({ days }) => days.includes(day)).map(({ from, to }) => [from, endOf(to)] as const);
    return [...new Map(spans.map((span) => [span.join(), span])).values()].toSorted(byBeginning);
  });
}

/** Until midnight has one form only. */
function endOf(to: number): number {
  return to === 0 ? DAY_MINUTES : to;
}

function byBeginning(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}

export function isOverMidnight({ from, to }: Pick<HoursRow, 'from' | 'to'>): boolean {
  return endOf(to) <= from;
}

export function isAllDay({ from, to }: Pick<HoursRow, 'from' | 'to'>): boolean {
  return from === 0 && endOf(to) === DAY_MINUTES;
}

/** What holds on each weekday, as parts of that day: what goes over midnight stands on both. Minutes. */
export function partsOfDays({ week }: Hours): readonly (readonly (readonly [from: number, to: number])[])[] {
  return EVERY_DAY.map((day) => {
    const own = (week[day] ?? []).map(([from, to]) => {
      return [from, isOverMidnight({ from, to }) ? DAY_MINUTES : endOf(to)] as const;
    });
    const before = (week[(day + 6) % 7] ?? []).filter(([from, to]) => endOf(to) <= from);
    return [...before.map(([, to]) => [0, to] as const), ...own];
  });
}

/** "07:30"; midnight at the end of a day is "24:00". */
export function clockOf(minute: number): string {
  return `${String(Math.floor(minute / HOUR)).padStart(2, '0')}:${String(minute % HOUR).padStart(2, '0')}`;
}

/** Of what a field for times says; null while it is not whole. */
export function minuteOf(text: string): number | null {
  const found = /^(\d{2}):(\d{2})/.exec(text);
  return found ? Number(found[1]) * HOUR + Number(found[2]) : null;
}

/** Days that follow each other as [first, last]; the others alone. */
export function runsOf(days: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const day of days.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}
