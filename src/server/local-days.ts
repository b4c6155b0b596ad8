// Days in somebody's time zone as spans of time: some are 23 or 25 hours long.

import { KithError } from '../errors.ts';
import type { DaySpan } from '../timeline-port.ts';

const MOST_DAYS = 62;
const DAY_MS = 86_400_000;

/** From one day to another, both included. KithError `invalid` for a zone that is not known, and for more than 62 days. */
export function localDays(from: string, to: string, zone: string): readonly DaySpan[] {
  const format = formatOf(zone);
  const [first, last] = [dayOf(from), dayOf(to)];
  const count = (last - first) / DAY_MS + 1;
  if (count < 1) throw new KithError('invalid', `"to" (${to}) lies before "from" (${from}).`);
  if (count > MOST_DAYS)
    throw new KithError('invalid', `These are ${count} days: ask for at most ${MOST_DAYS} at once.`);
  return Array.from({ length: count }, (_, i) => {
    const day = first + i * DAY_MS;
    return {
      day: new Date(day).toISOString().slice(0, 10),
      from: startOf(day, format),
      to: startOf(day + DAY_MS, format),
    };
  });
}

/** Midnight of the day, as if the zone were UTC. */
function dayOf(text: string): number {
  const day = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== text) {
    throw new KithError('invalid', `There is no day ${JSON.stringify(text)}: days are YYYY-MM-DD.`);
  }
  return day;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const numeric = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...numeric });
  } catch (error) {
    const message = `The time zone ${JSON.stringify(zone)} is not known here: take one like "Europe/Berlin" or "UTC".`;
    throw new KithError('invalid', message, { cause: error });
  }
}

/** When the day begins there. The offset at the guess is right but around a change of the clocks: then that of the second guess is. */
function startOf(day: number, format: Intl.DateTimeFormat): number {
  const guess = day - offsetAt(day, format);
  return day - offsetAt(guess, format);
}

/** Local time minus UTC, milliseconds. */
function offsetAt(at: number, format: Intl.DateTimeFormat): number {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return (
    Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) -
    Math.floor(at / 1000) * 1000
  );
}
