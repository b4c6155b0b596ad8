// Words for what the server names by a code: a text of this language where there is one, else the server's own.

import i18next from 'i18next';

export function textOr(key: string, fallback: string, values: Readonly<Record<string, unknown>> = {}): string {
  return i18next.t(key, { ...values, defaultValue: fallback });
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** "12 MB", "1.4 GB". */
export function bytes(count: number): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  const value = count / 1000 ** step;
  const digits = { style: 'unit', unit: UNITS[step] ?? 'byte', maximumFractionDigits: value < 10 && step > 1 ? 1 : 0 };
  return new Intl.NumberFormat(i18next.language, digits as Intl.NumberFormatOptions).format(value);
}

export function number(value: number): string {
  return new Intl.NumberFormat(i18next.language).format(value);
}

const LENGTHS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** "3 days 4 hours", the two largest parts. */
export function duration(seconds: number): string {
  const words: string[] = [];
  let left = Math.max(0, Math.round(seconds));
  for (const [unit, length] of LENGTHS) {
    const count = Math.floor(left / length);
    if (count === 0 && !(unit === 'second' && words.length === 0)) continue;
    left -= count * length;
    words.push(new Intl.NumberFormat(i18next.language, { style: 'unit', unit, unitDisplay: 'long' }).format(count));
    if (words.length === 2) break;
  }
  return words.join(' ');
}
