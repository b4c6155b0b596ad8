// "Does it work?": reads the people, tries the gallery's rule on them, and puts the figures together.

import { everything } from '../queries.ts';
import type { Store } from '../store-port.ts';
import { createPace } from './pace.ts';
import { groupsOf } from './report-groups.ts';
import { byWeakness, createPairs, ownDistanceAt, weaknessOf } from './report-people.ts';
import { curveOf, histogramOf, ratesAt, shareOf } from './report-rates.ts';
import { MOST_TRIALS, runTrials, type Enrolled, type Trial } from './report-trials.ts';
import { readTraffic, trafficOf } from './report-traffic.ts';
import type { Report, ReportPerson, ReportRule, WeakPerson } from './report-types.ts';
import { verdictOf } from './report-verdict.ts';

/** Queries for references under way at the same time. */
const AT_ONCE = 16;
/** People beyond the sample are at least looked at for somebody nearly the same: one search each. */
const MOST_LOOKS = 20_000;
const MOST_WEAK = 200;
/** Photos of one person mostly are as near as this share of them; two people who are that near may be one. */
const TYPICAL = 0.75;
/** Beyond this share a photo is an outlier, and not only one that the threshold happens to miss. */
const OUTLIER = 0.95;

export interface ReportParts {
  readonly store: Pick<Store, 'persons' | 'references' | 'visits' | 'detections'>;
  readonly rule: ReportRule;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly progress?: (done: number, total: number) => void;
  /** For tests. */
  readonly mostTrials?: number;
}

export async function makeReport({
  store,
  rule,
  version,
  clock,
  progress,
  mostTrials = MOST_TRIALS,
}: ReportParts): Promise<Report> {
  const now = clock();
  const pace = createPace();
  const persons = await everything((page) => store.persons.list({}, page));
  const known = persons.filter(({ kind }) => kind === 'known');
  const byId = new Map(persons.map((person) => [person.id, person]));
  const personOf = (id: string): ReportPerson | undefined => {
    const person = byId.get(id);
    return person && { id, name: person.name, kind: person.kind };
  };
  const enrolled: Enrolled[] = [];
  for (const { id } of known) {
    const referenceIds = rule.gallery.templatesOf(id).map(({ referenceId }) => referenceId);
    if (referenceIds.length > 0) enrolled.push({ id, referenceIds });
    await pace();
  }
  const references = enrolled.reduce((sum, { referenceIds }) => sum + referenceIds.length, 0);
  const looks = enrolled.length > mostTrials ? enrolled.slice(0, MOST_LOOKS) : [];
  const total = Math.min(references, mostTrials) + looks.length + known.length;
  const isKnown = (id: string) => byId.get(id)?.kind === 'known';

  const trials = await runTrials(rule, enrolled, {
    isKnown,
    mostTrials,
    progress: (done) => progress?.(done, total),
  });

  const pairs = createPairs();
  for (const trial of trials) {
    for (const { personId, distance } of [...trial.near, ...trial.nearUnknown])
      pairs.add(trial.personId, personId, distance);
  }
  const tried = new Set(trials.map(({ personId }) => personId));
  let done = trials.length;
  for (const { id } of looks) {
    done++;
    const template = tried.has(id) ? undefined : rule.gallery.templatesOf(id)[0]?.vector;
    for (const { personId, distance } of template ? rule.gallery.search(template, 3, new Set([id])) : []) {
      pairs.add(id, personId, distance);
    }
    progress?.(done, total);
    await pace();
  }

  const limits = { threshold: rule.threshold, outlier: Math.max(rule.threshold, ownDistanceAt(trials, OUTLIER) ?? 0) };
  const weak: WeakPerson[] = [];
  const trialsOf = Map.groupBy(trials, ({ personId }) => personId);
  for (let start = 0; start < known.length; start += AT_ONCE) {
    const some = known.slice(start, start + AT_ONCE);
    const photos = await Promise.all(some.map(({ id }) => store.references.ofPerson(id)));
    for (const [i, { id, name, kind }] of some.entries()) {
      const found = weaknessOf({ id, name, kind }, photos[i] ?? [], trialsOf.get(id) ?? [], limits, personOf);
      if (found) weak.push(found);
    }
    progress?.(done + Math.min(known.length, start + AT_ONCE), total);
    await pace();
  }
  weak.sort(byWeakness);

  const counts = {
    known: known.length,
    unknown: persons.length - known.length,
    references,
    withoutReferences: known.length - enrolled.length,
    withOneReference: enrolled.filter(({ referenceIds }) => referenceIds.length === 1).length,
    detections: await store.detections.counts(),
  };
  const size = enrolled.length;
  const strangers = {
    photos: size < 2 ? 0 : trials.length,
    falseNames: size < 2 ? null : shareOf(trials, ({ falseName }) => falseName),
  };
  const figures = {
    counts,
    threshold: { value: rule.threshold, source: rule.source, target: rule.target },
    known: knownFigures(trials),
    strangers,
    confusable: pairs.nearest(personOf, rule.threshold, ownDistanceAt(trials, TYPICAL) ?? rule.threshold),
    curve: await curveOf(trials, rule.threshold, size),
    weak: { total: weak.length, persons: weak.slice(0, MOST_WEAK) },
    traffic: trafficOf(await readTraffic(store, now), strangers.falseNames, now),
  };
  return {
    version,
    madeAt: new Date(now).toISOString(),
    model: rule.model,
    verdict: verdictOf(figures),
    ...figures,
    sample: {
      checked: trials.length,
      of: references,
      note:
        trials.length < references
          ? `${trials.length} of ${references} photos were tried, chosen at random (the same ones for the same gallery); photos that were not tried are not among the weak ones.`
          : 'Every photo was tried.',
    },
    histogram: histogramOf(trials),
    inForce: ratesAt(trials, rule.threshold, size),
    groups: groupsOf(known, trials, rule.threshold),
  };
}

function knownFigures(trials: readonly Trial[]): Report['known'] {
  const judged = trials.filter(({ own }) => own !== null);
  return {
    photos: judged.length,
    nearestIsRight: shareOf(judged, ({ isNearest }) => isNearest === true),
    named: shareOf(judged, ({ decision }) => decision === 'right'),
    missed: shareOf(judged, ({ decision }) => decision !== 'right'),
    somebodyElse: shareOf(judged, ({ decision }) => decision === 'somebody_else'),
    ambiguous: shareOf(judged, ({ decision }) => decision === 'ambiguous'),
  };
}
