// Hours of a week in one line: "Mon–Fri 18:00–08:00; Sat, Sun all day; holidays all day".

import i18next from 'i18next';
import type { Hours } from '../../../src/alert-port.ts';
import { clockOf, EVERY_DAY, isAllDay, rowsOf, runsOf, type HoursRow } from './hours.ts';

/** The 5th of January 1970 was a Monday. */
const MONDAY = 5;

/** Monday is 0. */
export function weekdayName(day: number, length: 'short' | 'long' = 'short'): string {
  const format = new Intl.DateTimeFormat(i18next.language, { weekday: length, timeZone: 'UTC' });
  return format.format(Date.UTC(1970, 0, MONDAY + day)).replace(/\.$/, '');
}

export function daysText(days: readonly number[]): string {
  if (days.length === EVERY_DAY.length) return i18next.t('hours.daily');
  return runsOf(days)
    .flatMap(([first, last]) => {
      if (last - first < 2) return [...new Set([first, last])].map((day) => weekdayName(day));
      return `${weekdayName(first)}–${weekdayName(last)}`;
    })
    .join(', ');
}

export function spanText(row: Pick<HoursRow, 'from' | 'to'>): string {
  return isAllDay(row) ? i18next.t('hours.allDay') : `${clockOf(row.from)}–${clockOf(row.to)}`;
}

/** Null: always. */
export function hoursText(hours: Hours | null): string {
  if (hours === null) return i18next.t('hours.always');
  // Days with the same spans are said once.
  const byDays = new Map<string, HoursRow[]>();
  for (const row of rowsOf(hours)) {
    const key = row.days.join();
    byDays.set(key, [...(byDays.get(key) ?? []), row]);
  }
  const parts = [...byDays.values()].map((rows) => {
    return `${daysText(rows[0]?.days ?? [])} ${rows.map(spanText).join(', ')}`;
  });
  if (parts.length === 0) parts.push(i18next.t('hours.never'));
  if (hours.holidays !== 'usual') parts.push(i18next.t(`hours.summary.${hours.holidays}`));
  return parts.join('; ');
}
