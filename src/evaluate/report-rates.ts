// Error rates over thresholds and histograms of distances, from the trials.

import { clusteredProportion, type Cluster, type Proportion } from './intervals.ts';
import { createPace } from './pace.ts';
import type { Trial } from './report-trials.ts';
import type { Rates, Report } from './report-types.ts';

const POINTS = 60;
const BARS = 60;

/** Sums events and trials per person, as her photos are not independent of each other. */
export function clusters<T>(
  items: readonly T[],
  personOf: (item: T) => string,
  count: (item: T) => Cluster,
): readonly Cluster[] {
  const sums = new Map<string, { events: number; trials: number }>();
  for (const item of items) {
    const { events, trials } = count(item);
    const sum = sums.get(personOf(item)) ?? { events: 0, trials: 0 };
    sums.set(personOf(item), { events: sum.events + events, trials: sum.trials + trials });
  }
  return [...sums.values()];
}

/** The share of these trials for which `test` holds. */
export function shareOf(trials: readonly Trial[], test: (trial: Trial) => boolean): Proportion | null {
  const counted = clusters(
    trials,
    ({ personId }) => personId,
    (trial) => ({ events: test(trial) ? 1 : 0, trials: 1 }),
  );
  return clusteredProportion(counted, trials.length);
}

/** False matches among comparisons with the persons that `other` lets through. `pairs`: how many pairs of persons there are. */
export function falseMatches(
  trials: readonly Trial[],
  threshold: number,
  pairs: number,
  other: (personId: string) => boolean = () => true,
): Proportion | null {
  const counted = clusters(
    trials,
    ({ personId }) => personId,
    (trial) => {
      let events = 0;
      let all = 0;
      for (const { personId, distance, weight } of trial.others) {
        if (!other(personId)) continue;
        all += weight;
        if (distance < threshold) events += weight;
      }
      return { events, trials: all };
    },
  );
  return clusteredProportion(counted, pairs);
}

export function ratesAt(trials: readonly Trial[], threshold: number, persons: number): Rates {
  const withOthers = trials.filter(({ own }) => own !== null);
  return {
    threshold,
    fmr: falseMatches(trials, threshold, pairsOf(persons)),
    fnmr: shareOf(withOthers, ({ own }) => (own ?? Infinity) >= threshold),
    // In a gallery of one there is nobody whose name a stranger could get.
    fpir: persons < 2 ? null : shareOf(trials, ({ near }) => (near[0]?.distance ?? Infinity) < threshold),
    fnir: shareOf(withOthers, ({ own, isNearest }) => isNearest !== true || (own ?? Infinity) >= threshold),
  };
}

export function pairsOf(persons: number): number {
  return (persons * (persons - 1)) / 2;
}

/** From the smallest to the largest distance at which something changes, evenly over what was seen, denser where errors begin. */
export async function curveOf(trials: readonly Trial[], inForce: number, persons: number): Promise<readonly Rates[]> {
  const same = trials.flatMap(({ own }) => (own === null || !Number.isFinite(own) ? [] : [own]));
  const nearest = trials.flatMap(({ near }) => (near[0] ? [near[0].distance] : []));
  const all = [...same, ...nearest].toSorted((a, b) => a - b);
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return [];
  const thresholds = new Set([inForce]);
  for (let i = 0; i <= POINTS; i++) thresholds.add(first + ((last * 1.0001 - first) * i) / POINTS);
  const pace = createPace();
  const curve: Rates[] = [];
  for (const threshold of [...thresholds].toSorted((a, b) => a - b)) {
    curve.push(ratesAt(trials, threshold, persons));
    await pace();
  }
  return curve;
}

export function histogramOf(trials: readonly Trial[]): Report['histogram'] {
  const same = trials.flatMap(({ own }) => (own === null || !Number.isFinite(own) ? [] : [{ at: own, weight: 1 }]));
  const nearestOther = trials.flatMap(({ near }) => (near[0] ? [{ at: near[0].distance, weight: 1 }] : []));
  const different = trials.flatMap(({ others }) => others.map(({ distance, weight }) => ({ at: distance, weight })));
  const [low, high] = [same, nearestOther, different].reduce(
    (range, values) => values.reduce(([min, max], { at }) => [Math.min(min, at), Math.max(max, at)], range),
    [Infinity, -Infinity],
  ) as [number, number];
  if (!(low <= high)) return { edges: [], same: [], different: [], nearestOther: [] };
  // A width that people can read off: 0.01, 0.02, 0.05 …
  const width = niceWidth((high - low || 0.1) / BARS);
  const from = Math.floor(low / width);
  const bars = Math.floor(high / width) - from + 1;
  const fill = (values: readonly { at: number; weight: number }[]): number[] => {
    const counts = Array.from({ length: bars }, () => 0);
    let total = 0;
    for (const { at, weight } of values) {
      const bar = Math.min(bars - 1, Math.max(0, Math.floor(at / width) - from));
      counts[bar] = (counts[bar] ?? 0) + weight;
      total += weight;
    }
    return counts.map((count) => (total === 0 ? 0 : count / total));
  };
  return {
    edges: Array.from({ length: bars + 1 }, (_, i) => Number(((from + i) * width).toFixed(6))),
    same: fill(same),
    different: fill(different),
    nearestOther: fill(nearestOther),
  };
}

function niceWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= width) ?? 10;
  return step * power;
}
