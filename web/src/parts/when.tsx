// Times as people say them, in the browser's own time zone.

import { Text, type TextProps } from '@mantine/core';
import i18next from 'i18next';

export function clockTime(iso: string): string {
  return new Date(iso).toLocaleTimeString(i18next.language, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The day in the browser's time zone, YYYY-MM-DD. */
export function dayKey(iso: string | number | Date): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** "Today", "Yesterday", or null. */
function dayNear(key: string): string | null {
  if (key === dayKey(Date.now())) return i18next.t('parts.today');
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  return key === dayKey(yesterday) ? i18next.t('parts.yesterday') : null;
}

function inWords(key: string, options: Intl.DateTimeFormatOptions): string {
  const [year = 0, month = 1, day = 1] = key.split('-').map(Number);
  return new Date(year, month - 1, day).toLocaleDateString(i18next.language, options);
}

/** "Today", "Yesterday", or "Monday, 3 March 2026". */
export function dayName(key: string): string {
  return dayNear(key) ?? inWords(key, { dateStyle: 'full' });
}

/** "Today", "Yesterday", or "3 Mar", where there is little room. */
export function dayShort(key: string): string {
  return dayNear(key) ?? inWords(key, { day: 'numeric', month: 'short' });
}

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

export function ago(iso: string): string {
  const seconds = (Date.parse(iso) - Date.now()) / 1000;
  // Not "60 minutes ago": what would be rounded up to the larger unit is said in it.
  const fits = ([, size]: (typeof STEPS)[number], i: number): boolean =>
    Math.abs(seconds) >= size - (STEPS[i + 1]?.[1] ?? 0) / 2;
  const [unit, length] = STEPS.find(fits) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(i18next.language, { numeric: 'auto' }).format(Math.round(seconds / length), unit);
}

export function fullTime(iso: string): string {
  return new Date(iso).toLocaleString(i18next.language, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** "3 minutes ago", with the exact time to those who point at it. */
export function When({ at, ...props }: { readonly at: string } & TextProps) {
  return (
    <Text component="time" dateTime={at} title={fullTime(at)} {...props}>
      {ago(at)}
    </Text>
  );
}
