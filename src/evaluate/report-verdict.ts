// The answer first: does it work? In one sentence, with a colour, and what stands behind it.

import type { Proportion } from './intervals.ts';
import type { Report } from './report-types.ts';

/** Fewer say nothing. */
const LEAST_PERSONS = 5;
const LEAST_PHOTOS = 30;
/** Known people who are not named: good, and bad. */
const MISSED_GOOD = 0.05;
const MISSED_BAD = 0.2;
/** Without a target: the rate of false names that is taken for good. */
const DEFAULT_TARGET = 1000;
/** Twice what was asked for is still "kept"; ten times is not what was asked for at all. */
const KEPT = 2;
const BROKEN = 10;

type Parts = Pick<Report, 'counts' | 'known' | 'strangers' | 'threshold' | 'confusable' | 'weak' | 'traffic' | 'curve'>;

export function verdictOf(parts: Parts): Report['verdict'] {
  const { counts, known, strangers, threshold, confusable, weak } = parts;
  if (counts.known === 0) {
    return {
      level: 'yellow',
      headline: 'Nobody is enrolled yet, so there is nothing to judge: add people with "npx kith person add".',
      details: [],
    };
  }
  if (counts.references === 0) {
    return {
      level: 'red',
      headline: 'Nobody can be recognised: no person has a photo with a template of the model in force.',
      details: [],
    };
  }
  const target = threshold.target ?? DEFAULT_TARGET;
  const asked = 1 / target;
  const falseNames = strangers.falseNames;
  const missed = known.missed;
  const twice = confusable.filter(({ possiblySame }) => possiblySame);
  const tooMany = falseNames !== null && falseNames.low > asked * BROKEN;
  const aboveTarget = falseNames !== null && falseNames.low > asked * KEPT;
  const details = [
    namedSentence(known),
    strangerSentence(falseNames, threshold.target),
    aboveTarget ? lowerThreshold(parts, asked) : '',
    parts.traffic.summary,
    twice.length === 0
      ? ''
      : `${twice.length === 1 ? 'One pair of people is' : `${twice.length} pairs of people are`} so near that they may be the same person enrolled twice, or close relatives: see below.`,
    weak.total === 0
      ? ''
      : `${weak.total === 1 ? 'The photos of one person need' : `The photos of ${weak.total} people need`} attention.`,
  ].filter((sentence) => sentence !== '');

  const thin = thinness(parts);
  const misses = missed !== null && missed.low > MISSED_BAD;
  if (tooMany || misses) {
    const why = [
      ...(tooMany ? [`${strangersOf(falseNames)} somebody's name`] : []),
      ...(misses ? [`of 100 photos of known people ${hundred(missed)} go unrecognised`] : []),
    ];
    return { level: 'red', headline: `It does not work well enough: ${why.join(', and ')}.`, details };
  }
  if (thin !== null) return { level: 'yellow', headline: thin, details };
  const doubts = [
    ...(aboveTarget
      ? [`strangers get a name more often than asked for (${oneIn(falseNames.value)} instead of 1 in ${target})`]
      : []),
    ...(missed !== null && missed.value > MISSED_GOOD
      ? [`of 100 photos of known people ${hundred(missed)} go unrecognised`]
      : []),
    ...(twice.length > 0 ? ['some people are hard to tell apart'] : []),
  ];
  if (doubts.length > 0) return { level: 'yellow', headline: `It works, but ${doubts.join(', and ')}.`, details };
  return { level: 'green', headline: `It works: ${goodness(known, falseNames)}.`, details };
}

/** The largest threshold of the curve that would keep the rate, and what it costs. */
function lowerThreshold({ curve, threshold }: Parts, asked: number): string {
  const better = curve.findLast((rates) => rates.fpir !== null && rates.fpir.value <= asked);
  if (!better?.fpir || !better.fnir || better.threshold >= threshold.value) return '';
  return `Under a threshold of ${better.threshold.toFixed(2)} ${better.fpir.events === 0 ? 'none' : better.fpir.events} of the ${better.fpir.trials} trials would have named a stranger, and ${better.fnir.events} of ${better.fnir.trials} photos of known people would have been missed.`;
}

/** "1 in 12 strangers gets", "83 of 100 strangers get". */
function strangersOf({ value }: Proportion): string {
  return value > 0.5 ? `${Math.round(value * 100)} of 100 strangers get` : `${oneIn(value)} strangers gets`;
}

/** Why there is too little to judge, or null. */
function thinness({ counts, known, strangers }: Parts): string | null {
  if (counts.known === 1) {
    return 'One person is enrolled: whether people are told apart shows only with a second one.';
  }
  if (known.photos === 0) {
    return 'Everybody has only one photo: whether people are recognised again shows only with a second photo of each.';
  }
  if (counts.known - counts.withoutReferences < LEAST_PERSONS || strangers.photos < LEAST_PHOTOS) {
    return `Too few people to judge (${counts.known} with ${counts.references} photos); what there is gives no more than a first impression.`;
  }
  return null;
}

function namedSentence({ photos, named, nearestIsRight, somebodyElse }: Report['known']): string {
  if (named === null || nearestIsRight === null) return '';
  const wrong =
    (somebodyElse?.events ?? 0) === 0
      ? 'none got a wrong name'
      : `${somebodyElse?.events ?? 0} got the name of somebody else`;
  return `Known people: from their other photos ${named.events} of ${photos} photos were recognised (${percentRange(named)}); ${wrong}.`;
}

function strangerSentence(falseNames: Proportion | null, target: number | null): string {
  if (falseNames === null) return '';
  const asked = target === null ? '' : ` At most 1 in ${target} was asked for`;
  // What the trials could not have seen is not praised.
  const shows =
    target === null
      ? ''
      : falseNames.high > KEPT / target && falseNames.low <= KEPT / target
        ? `; ${falseNames.trials} trials are too few to tell whether that is kept.`
        : '.';
  const seen =
    falseNames.events === 0
      ? `none of ${falseNames.trials} trials gave one a name, so at most ${oneIn(falseNames.high)} does`
      : `${falseNames.events} of ${falseNames.trials} trials gave one somebody's name (${oneIn(falseNames.value)}, between ${oneIn(falseNames.low)} and ${oneIn(falseNames.high)})`;
  return `Strangers: ${seen}.${asked}${shows}`;
}

function goodness(known: Report['known'], falseNames: Proportion | null): string {
  const people =
    known.named === null
      ? 'known people are recognised'
      : `${Math.floor(known.named.value * 100)} of 100 photos of known people are recognised`;
  if (falseNames === null) return people;
  return falseNames.events === 0
    ? `${people}, and no stranger got a name in ${falseNames.trials} trials`
    : `${people}, and about ${strangersOf(falseNames)} a name`;
}

export function oneIn(rate: number): string {
  if (rate <= 0) return 'none';
  if (rate > 0.5) return `${Math.round(rate * 100)} in 100`;
  const n = 1 / rate;
  return `1 in ${n < 10 ? Number(n.toFixed(1)) : Math.round(n)}`;
}

function hundred(share: Proportion): string {
  return String(Math.max(1, Math.round(share.value * 100)));
}

function percentRange({ low, high }: Proportion): string {
  return `between ${(low * 100).toFixed(1)} and ${(high * 100).toFixed(1)} %`;
}
