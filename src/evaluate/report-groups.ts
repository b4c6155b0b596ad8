// The error rates per group, for every attribute that the operator keeps about people.

import { overlap, type Proportion } from './intervals.ts';
import { falseMatches, pairsOf, shareOf } from './report-rates.ts';
import type { Trial } from './report-trials.ts';
import type { Group, GroupValue } from './report-types.ts';

/** Fewer persons or photos than these say nothing about a group. */
export const LEAST_PERSONS = 10;
export const LEAST_PHOTOS = 30;
/** Values of an attribute that are listed; an attribute with more of them is hardly a group. */
const MOST_VALUES = 12;

export interface Grouped {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export function groupsOf(persons: readonly Grouped[], trials: readonly Trial[], threshold: number): readonly Group[] {
  const names = new Set(persons.flatMap(({ attributes }) => Object.keys(attributes)));
  return [...names].toSorted().map((attribute) => groupOf(attribute, persons, trials, threshold));
}

function groupOf(attribute: string, persons: readonly Grouped[], trials: readonly Trial[], threshold: number): Group {
  const members = new Map<string, Set<string>>();
  let withoutValue = 0;
  for (const { id, attributes } of persons) {
    const value = Object.hasOwn(attributes, attribute) ? attributes[attribute]?.trim() : undefined;
    if (value === undefined || value === '') withoutValue++;
    else members.set(value, (members.get(value) ?? new Set()).add(id));
  }
  const byPerson = Map.groupBy(trials, ({ personId }) => personId);
  const ordered = [...members].toSorted(([a, one], [b, two]) => two.size - one.size || a.localeCompare(b));
  const values = ordered.slice(0, MOST_VALUES).map(([value, ids]): GroupValue => {
    const own = [...ids].flatMap((id) => byPerson.get(id) ?? []);
    const judged = own.filter((trial) => trial.own !== null);
    const enough = ids.size >= LEAST_PERSONS;
    const enoughPhotos = enough && judged.length >= LEAST_PHOTOS;
    const fmr = enough ? falseMatches(own, threshold, pairsOf(ids.size), (id) => ids.has(id)) : null;
    const fnmr = enoughPhotos ? shareOf(judged, (trial) => (trial.own ?? Infinity) >= threshold) : null;
    const tooFew = !enough
      ? `too few: ${count(ids.size, 'person', 'persons')}, ${LEAST_PERSONS} are needed`
      : !enoughPhotos
        ? `too few: ${count(judged.length, 'photo', 'photos')} with another of the same person, ${LEAST_PHOTOS} are needed`
        : null;
    return { value, persons: ids.size, fmr, fnmr, tooFew };
  });
  return {
    attribute,
    values,
    moreValues: Math.max(0, ordered.length - MOST_VALUES),
    withoutValue,
    differences: [
      ...differences(
        values,
        'fmr',
        (high, low, times) => `Two people of "${high}" are taken for each other ${times} two of "${low}".`,
      ),
      ...differences(
        values,
        'fnmr',
        (high, low, times) => `People of "${high}" go unrecognised ${times} people of "${low}".`,
      ),
    ],
  };
}

/** Only where the intervals do not overlap: everything else may be chance. */
function differences(
  values: readonly GroupValue[],
  rate: 'fmr' | 'fnmr',
  sentence: (high: string, low: string, times: string) => string,
): string[] {
  const known = values
    .flatMap((group) => (group[rate] ? [{ value: group.value, share: group[rate] }] : []))
    .toSorted((a, b) => b.share.value - a.share.value);
  const [highest, lowest] = [known[0], known.at(-1)];
  if (!highest || !lowest || overlap(highest.share, lowest.share)) return [];
  return [sentence(highest.value, lowest.value, times(highest.share, lowest.share))];
}

function times(high: Proportion, low: Proportion): string {
  const factor = high.value / low.value;
  if (!Number.isFinite(factor)) return 'measurably more often than';
  return `${factor < 10 ? factor.toFixed(1) : Math.round(factor)} times as often as`;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
