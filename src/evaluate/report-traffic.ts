// How many strangers the cameras really see, and how many false names follow from that in a week.

import type { Store } from '../store-port.ts';
import type { Proportion } from './intervals.ts';
import { createPace } from './pace.ts';
import type { Report, TrafficWindow } from './report-types.ts';

const DAY = 86_400_000;
const WINDOWS = [7, 28];
const PAGE = 500;
/** Rows that are read at most: a busy site must not read its log for minutes. */
const MOST_ROWS = 200_000;
/** Fewer strangers than these, or less of the log, say nothing about a week. */
const LEAST_STRANGERS = 20;
const LEAST_DAYS = 1;

export interface Seen {
  /** Ends of visits of unknown persons. */
  readonly visits: readonly number[];
  /** Tracks of which nobody was made. */
  readonly unidentified: readonly number[];
  /** The earliest sighting of anybody in the time asked for, null where there is none. */
  readonly earliest: number | null;
  /** Not everything was read: what is before this time is missing. */
  readonly completeFrom: number;
}

/** Strangers' sightings of the longest window. */
export async function readTraffic(store: Pick<Store, 'visits' | 'detections'>, now: number): Promise<Seen> {
  const from = now - Math.max(...WINDOWS) * DAY;
  const pace = createPace();
  const visits: number[] = [];
  const tracks = new Map<string, number>();
  let earliest = Infinity;
  let completeFrom = from;

  async function read<T>(
    page: (cursor: string | undefined) => Promise<{ items: readonly T[]; next: string | null }>,
    timeOf: (item: T) => number,
    use: (item: T) => void,
  ): Promise<void> {
    let cursor: string | undefined;
    let rows = 0;
    do {
      const { items, next } = await page(cursor);
      for (const item of items) {
        earliest = Math.min(earliest, timeOf(item));
        use(item);
      }
      rows += items.length;
      const last = items.at(-1);
      if (next !== null && rows >= MOST_ROWS && last !== undefined) {
        completeFrom = Math.max(completeFrom, timeOf(last));
        return;
      }
      cursor = next ?? undefined;
      await pace();
    } while (cursor !== undefined);
  }

  await read(
    (cursor) => store.visits.list({ from }, at(cursor)),
    ({ lastAt }) => lastAt,
    ({ personKind, lastAt }) => {
      if (personKind === 'unknown') visits.push(lastAt);
    },
  );
  for (const decision of ['unidentified', 'ambiguous'] as const) {
    await read(
      (cursor) => store.detections.list({ decision, from, state: 'classified' }, at(cursor)),
      ({ capturedAt }) => capturedAt,
      // The shots of one track are one sighting.
      ({ id, cameraId, trackId, capturedAt }) =>
        tracks.set(trackId === null ? id : `${cameraId} ${trackId}`, capturedAt),
    );
  }
  return {
    visits,
    unidentified: [...tracks.values()],
    earliest: Number.isFinite(earliest) ? earliest : null,
    completeFrom,
  };
}

export function trafficOf(seen: Seen, falseNames: Proportion | null, now: number): Report['traffic'] {
  const windows = WINDOWS.map((days): TrafficWindow => {
    const from = now - days * DAY;
    const inside = (at: number) => at >= from && at <= now;
    const visits = seen.visits.filter(inside).length;
    const unidentified = seen.unidentified.filter(inside).length;
    const atLeast = seen.completeFrom > from;
    // A log that begins inside of the window covers only a part of it.
    const begin = Math.max(from, seen.earliest ?? now, atLeast ? seen.completeFrom : 0);
    const covered = Math.max(0, (now - begin) / DAY);
    const enough = visits + unidentified >= LEAST_STRANGERS && covered >= LEAST_DAYS;
    const perWeek = enough ? ((visits + unidentified) / covered) * 7 : null;
    const falseNamesPerWeek =
      perWeek === null || falseNames === null
        ? null
        : { value: falseNames.value * perWeek, low: falseNames.low * perWeek, high: falseNames.high * perWeek };
    return { days, covered, visits, unidentified, atLeast, perWeek, falseNamesPerWeek };
  });
  return { summary: summaryOf(windows, falseNames), windows };
}

function summaryOf(windows: readonly TrafficWindow[], falseNames: Proportion | null): string {
  const window = windows.find(({ perWeek }) => perWeek !== null);
  if (!window) {
    const longest = windows.at(-1);
    const strangers = (longest?.visits ?? 0) + (longest?.unidentified ?? 0);
    if (strangers === 0)
      return 'No stranger was seen in the last four weeks: how many false names a week to expect cannot be said.';
    return `Too little traffic to say how many false names a week to expect: ${strangers} sightings of strangers in the last four weeks (${LEAST_STRANGERS} over at least a day are needed).`;
  }
  const when = window.days === 7 ? 'the last week' : 'the last four weeks';
  const part = window.covered < window.days * 0.9 ? ` (the log covers ${window.covered.toFixed(1)} days of it)` : '';
  const traffic = `at the traffic of ${when}${part}, about ${Math.round(window.perWeek ?? 0)} sightings of strangers a week`;
  if (!window.falseNamesPerWeek || falseNames === null) {
    return `How many of the strangers get a name cannot be measured yet; ${traffic}.`;
  }
  const { value, low, high } = window.falseNamesPerWeek;
  if (value === 0) {
    return `No false name was seen in ${falseNames.trials} trials: at most ${often(high)} ${traffic}.`;
  }
  return `About ${often(value)} ${traffic} (${between(low, high)}).`;
}

function between(low: number, high: number): string {
  const [from, to] = [often(low), often(high)];
  const unit = ' false names a week';
  return `between ${from.endsWith(unit) ? from.slice(0, -unit.length) : from} and ${to.replace(unit, ' a week')}`;
}

/** A rate in words: "3 false names a week", "one false name in 5 weeks". */
export function often(perWeek: number): string {
  if (perWeek >= 1.5) return `${perWeek < 10 ? Number(perWeek.toFixed(1)) : Math.round(perWeek)} false names a week`;
  if (perWeek >= 0.75) return 'one false name a week';
  const weeks = Math.round(1 / perWeek);
  if (weeks <= 20) return `one false name in ${weeks} weeks`;
  if (weeks <= 104) return `one false name in ${Math.round(weeks / 4.345)} months`;
  return weeks <= 520 ? `one false name in ${Math.round(weeks / 52)} years` : 'one false name in ten years or more';
}

function at(cursor: string | undefined): { readonly limit: number; readonly cursor?: string } {
  return { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
}
