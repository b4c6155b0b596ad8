// The trials behind the report: each photo of a known person against the gallery without it ("is she found?"), and against the
// gallery without its person ("does a stranger get a name?"), by the gallery's own rule.

import type { Candidate } from '../domain.ts';
import { createPace } from './pace.ts';
import { createRandom, sample } from './report-random.ts';
import type { ReportRule, Scorer, ScorerEntry } from './report-types.ts';

/** A known person who has templates. */
export interface Enrolled {
  readonly id: string;
  readonly referenceIds: readonly string[];
}

export interface Trial {
  readonly personId: string;
  readonly referenceId: string;
  /** Distance to her own other photos; null when she has none, Infinity when the rule did not answer her. */
  readonly own: number | null;
  /** Whether she was the nearest person; null when she has no other photo. */
  readonly isNearest: boolean | null;
  readonly decision: 'right' | 'somebody_else' | 'ambiguous' | 'nobody' | null;
  /** Known persons other than she, nearest first, as a stranger's photo would find them. */
  readonly near: readonly Candidate[];
  /** Unknown persons among the nearest: she may be one of them. */
  readonly nearUnknown: readonly Candidate[];
  readonly falseName: boolean;
  /** Comparisons with other known persons: the nearest ones, and a random few of the rest, each standing for `weight`. */
  readonly others: readonly { readonly personId: string; readonly distance: number; readonly weight: number }[];
}

export const MOST_TRIALS = 2000;
/** Up to so many persons everybody is compared with everybody, in larger galleries with the nearest and a random few. */
const COMPARE_ALL = 256;
const NEAREST = 48;
const RANDOM_OTHERS = 24;
/** Unknown persons who may lie between the known ones. */
const UNKNOWN_BETWEEN = 64;
/** Who is further away than these plays no part in a search: the rule looks at the nearest persons and their neighbours only. */
const NEIGHBOURHOOD = 8;

/** Photos to try: all, or so many in random order, one photo of each person before a second one of anybody. */
export function chooseProbes(
  persons: readonly Enrolled[],
  most = MOST_TRIALS,
): readonly (readonly [Enrolled, string])[] {
  const random = createRandom();
  const shuffled = sample(persons, persons.length, random).map((person) => ({
    person,
    references: sample(person.referenceIds, person.referenceIds.length, random),
  }));
  const probes: (readonly [Enrolled, string])[] = [];
  const rounds = shuffled.reduce((sum, { references }) => Math.max(sum, references.length), 0);
  for (let round = 0; round < rounds && probes.length < most; round++) {
    for (const { person, references } of shuffled) {
      const reference = references[round];
      if (reference !== undefined && probes.length < most) probes.push([person, reference]);
    }
  }
  return probes;
}

export interface TrialOptions {
  readonly isKnown: (personId: string) => boolean;
  readonly mostTrials?: number;
  readonly progress?: (done: number, total: number) => void;
}

export async function runTrials(
  rule: ReportRule,
  persons: readonly Enrolled[],
  { isKnown, mostTrials, progress }: TrialOptions,
): Promise<readonly Trial[]> {
  const probes = chooseProbes(persons, mostTrials);
  const most = persons.length <= COMPARE_ALL ? Math.max(NEAREST, persons.length + UNKNOWN_BETWEEN) : NEAREST;
  const random = createRandom();
  const pace = createPace();
  const trials: Trial[] = [];
  for (const [person, referenceId] of probes) {
    const trial = tryOne(person, referenceId);
    if (trial) trials.push(trial);
    progress?.(trials.length, probes.length);
    await pace();
  }
  return trials;

  function tryOne({ id: personId }: Enrolled, referenceId: string): Trial | undefined {
    const own = rule.gallery.templatesOf(personId);
    const probe = own.find((entry) => entry.referenceId === referenceId)?.vector;
    // Removed while the report was being made.
    if (!probe) return undefined;
    const herself = new Set([personId]);
    const found = rule.gallery.search(probe, most, herself).filter(isFinite);
    const near = found.filter((candidate) => isKnown(candidate.personId));
    const nearIds = new Set(near.map((candidate) => candidate.personId));
    const neighbours = found.slice(0, NEIGHBOURHOOD).map((candidate) => candidate.personId);
    const comparisons = near.map(({ personId: id, distance }) => ({ personId: id, distance, weight: 1 }));

    // A few of all who are further away stand for the rest.
    const rest = Math.max(0, persons.length - 1 - nearIds.size);
    const others = pickOthers(personId, nearIds, Math.min(rest, RANDOM_OTHERS));
    if (others.length > 0) {
      const apart = rule.over([...new Set([...neighbours, ...others])].flatMap(entriesOf));
      const wanted = new Set(others);
      for (const { personId: id, distance } of apart
        .search(probe, neighbours.length + others.length)
        .filter(isFinite)) {
        if (wanted.has(id)) comparisons.push({ personId: id, distance, weight: rest / others.length });
      }
    }

    // A small gallery that answers as the whole one does without this photo: her nearest others, and she with her other photos.
    const mine = own.filter((entry) => entry.referenceId !== referenceId);
    const small = (): Scorer =>
      rule.over([...neighbours.flatMap(entriesOf), ...mine.map((entry) => ({ ...entry, personId }))]);
    const together = mine.length === 0 ? [] : small().search(probe, neighbours.length + 1);
    const nearest = together[0];
    const verdict = rule.decide(together);
    return {
      personId,
      referenceId,
      own: mine.length === 0 ? null : finite(together.find((candidate) => candidate.personId === personId)?.distance),
      isNearest: mine.length === 0 ? null : nearest?.personId === personId,
      decision:
        mine.length === 0
          ? null
          : verdict === 'ambiguous'
            ? 'ambiguous'
            : verdict === 'new'
              ? 'nobody'
              : nearest?.personId === personId
                ? 'right'
                : 'somebody_else',
      near,
      nearUnknown: found.filter((candidate) => !isKnown(candidate.personId)),
      falseName: isName(rule.decide(near)),
      others: comparisons,
    };
  }

  function pickOthers(personId: string, nearIds: ReadonlySet<string>, count: number): readonly string[] {
    const eligible = (id: string) => id !== personId && !nearIds.has(id);
    if (persons.length <= 4 * (count + nearIds.size + 1)) {
      return sample(
        persons.map(({ id }) => id).filter((id) => eligible(id)),
        count,
        random,
      );
    }
    const picked = new Set<string>();
    while (picked.size < count) {
      const id = persons[Math.floor(random() * persons.length)]?.id;
      if (id !== undefined && eligible(id)) picked.add(id);
    }
    return [...picked];
  }

  function entriesOf(personId: string): ScorerEntry[] {
    return rule.gallery.templatesOf(personId).map(({ referenceId, vector }) => ({ referenceId, vector, personId }));
  }
}

function isName(decision: string): boolean {
  return decision === 'known' || decision === 'unknown';
}

function isFinite({ distance }: Candidate): boolean {
  return Number.isFinite(distance);
}

function finite(distance: number | undefined): number {
  return distance !== undefined && Number.isFinite(distance) ? distance : Infinity;
}
