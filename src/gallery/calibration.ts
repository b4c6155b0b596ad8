// The threshold from what the operator asks for: at most one false name in N sightings of strangers. Two sources: the prior, how near
// strangers come with this model on others' faces, and the own gallery, where every reference is a stranger to all persons but her
// own. The more persons are enrolled, the more the own gallery counts.

import { setImmediate } from 'node:timers/promises';
import type { Calibration, DecisionMode } from '../gallery-port.ts';
import type { DistancePrior, EmbedderInfo } from '../model-port.ts';
import type { People } from './people.ts';

/** What the own gallery says: distances of references to the nearest of all other known persons, ascending. */
export interface OwnDistances {
  readonly distances: readonly number[];
  readonly persons: number;
}

/** Known persons under which the own gallery says nothing: chance. */
export const LEAST_PERSONS = 20;
/** So many known persons count as much as the prior. */
const PRIOR_PERSONS = 200;
/** Without a prior the own gallery has to say it alone. */
const LEAST_PERSONS_ALONE = 50;
/** The own distances are read where so many of them lie below: a deeper quantile would be a matter of one or two pairs, and two
 * persons of whom one is enrolled twice would decide. */
const BELOW = 10;
const DEEPEST_RATE = 0.005;
const SAMPLE = 3000;
/** Strangers may be taken for one another so many times as often as for somebody known, but not more often than this. */
const STRANGERS_MORE = 10;
const MOST_STRANGERS = 0.01;
const TURN_MS = 8;

export interface CalibrationWish {
  readonly mode: DecisionMode;
  /** With `fixed`; default the model's own. */
  readonly threshold?: number | undefined;
  /** At most one false name in so many sightings of strangers. */
  readonly falseNamesIn: number;
}

export function calibrate(
  wish: CalibrationWish,
  { prior, threshold }: Pick<EmbedderInfo, 'prior' | 'threshold'>,
  own: OwnDistances,
): Calibration {
  const counts = { persons: own.persons, references: own.distances.length };
  const rate = 1 / wish.falseNamesIn;
  const strangerRate = Math.max(rate, Math.min(MOST_STRANGERS, rate * STRANGERS_MORE));
  const fixed = {
    mode: 'fixed',
    threshold: wish.threshold ?? threshold,
    strangerThreshold: wish.threshold ?? threshold,
    falseNamesIn: null,
    source: 'fixed',
    shift: 0,
    ...counts,
  } as const;
  if (wish.mode === 'fixed') return fixed;
  const calibrated = { mode: 'calibrated', falseNamesIn: wish.falseNamesIn, ...counts } as const;
  if (prior) {
    const at = (shift: number) => ({
      threshold: distanceAt(prior, rate) + shift,
      strangerThreshold: distanceAt(prior, strangerRate) + shift,
      shift,
    });
    if (own.persons < LEAST_PERSONS) return { ...calibrated, ...at(0), source: 'prior' };
    const readable = readableRate(own);
    const share = own.persons / (own.persons + PRIOR_PERSONS);
    const shift = share * (quantile(own.distances, readable) - distanceAt(prior, readable));
    return { ...calibrated, ...at(shift), source: 'own' };
  }
  // Whose model it is we do not know: until the own gallery is large enough its author's threshold holds.
  if (own.persons < LEAST_PERSONS_ALONE) return fixed;
  const tail = tailOf(own);
  return {
    ...calibrated,
    threshold: distanceAt(tail, rate),
    strangerThreshold: distanceAt(tail, strangerRate),
    source: 'own',
    shift: 0,
  };
}

/** The distance under which strangers come at this rate: linear in the logarithm of the rate, also beyond the table's ends. */
export function distanceAt({ tail }: Pick<DistancePrior, 'tail'>, rate: number): number {
  const last = tail.length - 1;
  const after = tail.findIndex(([known]) => known <= rate);
  const right = Math.max(1, after === -1 ? last : after);
  const [fromRate, from] = tail[right - 1] ?? [1, 0];
  const [toRate, to] = tail[right] ?? [1, 0];
  const share = Math.log(rate / fromRate) / Math.log(toRate / fromRate);
  return Math.max(0, from + (to - from) * share);
}

function readableRate({ distances }: OwnDistances): number {
  return Math.min(0.1, Math.max(BELOW / distances.length, DEEPEST_RATE));
}

function tailOf(own: OwnDistances): Pick<DistancePrior, 'tail'> {
  const deepest = readableRate(own);
  const rates = [0.2, Math.min(0.15, deepest * 4), deepest].filter(
    (rate, i, all) => i === 0 || rate < (all[i - 1] ?? 1),
  );
  return { tail: rates.map((rate) => [rate, quantile(own.distances, rate)]) };
}

function quantile(sorted: readonly number[], rate: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(rate * sorted.length))] ?? 0;
}

/** Every reference of a known person (at most 3,000, evenly taken) against everybody but herself. Gives the event loop away every
 * few milliseconds. `people` must hold known persons only. */
export async function measureOwn(people: People, signal?: AbortSignal): Promise<OwnDistances> {
  const { persons, templates } = people.known;
  if (persons < LEAST_PERSONS) return { distances: [], persons };
  const distances: number[] = [];
  const each = Math.max(1, templates / SAMPLE);
  let next = 0;
  let at = 0;
  let turn = performance.now();
  for (const id of Array.from(people.ids())) {
    for (const { vector } of people.templatesOf(id)) {
      if (at++ < Math.floor(next)) continue;
      next += each;
      const [nearest] = people.search(vector, 1, new Set([id]));
      if (nearest) distances.push(nearest.distance);
      if (performance.now() - turn < TURN_MS) continue;
      await setImmediate();
      if (signal?.aborted) return { distances: [], persons };
      turn = performance.now();
    }
  }
  distances.sort((a, b) => a - b);
  return { distances, persons };
}
