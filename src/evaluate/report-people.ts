// Who is confused with whom, and whose references are weak and why.

import type { GateCode, Reference } from '../domain.ts';
import type { Trial } from './report-trials.ts';
import type { Confusable, ReportPerson, WeakCode, WeakPerson } from './report-types.ts';

const PAIRS = 20;
/** Of a quality, 0..1: in a measurement with LFW pairs two in a hundred faces above it were not found again, below it ten. */
const POOR_QUALITY = 0.2;

export type PersonOf = (id: string) => ReportPerson | undefined;

/** The nearest two of different persons. A pair counts once, with its smallest distance. */
export function createPairs(): {
  add(a: string, b: string, distance: number): void;
  /** `typical`: how far apart photos of one person mostly are. */
  nearest(personOf: PersonOf, threshold: number, typical: number): readonly Confusable[];
} {
  const pairs = new Map<string, { a: string; b: string; distance: number }>();
  return {
    add(a, b, distance) {
      const key = a < b ? `${a} ${b}` : `${b} ${a}`;
      if (distance < (pairs.get(key)?.distance ?? Infinity)) pairs.set(key, { a, b, distance });
    },
    nearest(personOf, threshold, typical) {
      return [...pairs.values()]
        .toSorted((a, b) => a.distance - b.distance)
        .slice(0, PAIRS)
        .flatMap(({ a, b, distance }) => {
          const [one, two] = [personOf(a), personOf(b)];
          if (!one || !two) return [];
          const underThreshold = distance < threshold;
          return [{ a: one, b: two, distance, underThreshold, possiblySame: underThreshold && distance <= typical }];
        });
    },
  };
}

/** So far apart are this share of the photos from the others of the same person; null where nobody has two. */
export function ownDistanceAt(trials: readonly Trial[], share: number): number | null {
  const own = trials.flatMap((trial) => (trial.own === null ? [] : [trial.own])).toSorted((a, b) => a - b);
  const distance = own[Math.min(own.length - 1, Math.floor(own.length * share))];
  return distance !== undefined && Number.isFinite(distance) ? distance : null;
}

const SEVERITY: readonly WeakCode[] = [
  'closer_to_somebody_else',
  'photos_disagree',
  'unlike_her_others',
  'not_recognised',
  'no_references',
  'poor_photos',
  'one_reference',
];

const GATE_WORDS: Readonly<Partial<Record<GateCode, string>>> = {
  several_faces: 'several faces',
  too_small: 'too small',
  blurred: 'blurred',
  dark: 'dark',
  over_exposed: 'over-exposed',
  turned_away: 'turned away',
  covered: 'covered',
  duplicate: 'a duplicate',
  unlike_her_others: 'unlike her others',
  closer_to_somebody_else: 'closer to somebody else',
};

/** `references`: all of hers, oldest first; `trials`: those of her photos that were made. Null when nothing is wrong. */
export function weaknessOf(
  person: ReportPerson,
  references: readonly Reference[],
  trials: readonly Trial[],
  { threshold, outlier }: { readonly threshold: number; readonly outlier: number },
  personOf: PersonOf,
): WeakPerson | null {
  const reasons: { code: WeakCode; message: string; references: string[] }[] = [];
  const nameOf = (reference: string) => {
    const at = references.findIndex(({ id }) => id === reference);
    return at === -1 ? 'a photo' : `photo ${at + 1} of ${references.length}`;
  };
  if (references.length === 0) {
    reasons.push({ code: 'no_references', message: 'Has no photo: no camera can recognise her.', references: [] });
  } else if (references.length === 1) {
    reasons.push({
      code: 'one_reference',
      message: 'Has only one photo: add two more, in other light and from other sides.',
      references: references.map(({ id }) => id),
    });
  }

  const judged = trials.filter(({ own }) => own !== null);
  const missed = judged.filter(({ own }) => (own ?? Infinity) >= threshold);
  for (const trial of judged) {
    const other = trial.near[0];
    // Beyond the threshold neither would be meant: such a photo is unlike her others, whoever is nearest.
    if (other === undefined || other.distance >= Math.min(threshold, trial.own ?? Infinity)) continue;
    const name = personOf(other.personId)?.name ?? 'somebody else';
    const own = Number.isFinite(trial.own) ? ` (${(trial.own ?? 0).toFixed(2)} to her own)` : '';
    reasons.push({
      code: 'closer_to_somebody_else',
      message: `${capital(nameOf(trial.referenceId))} is closer to ${name}, ${other.distance.toFixed(2)}${own}: look whether it shows her.`,
      references: [trial.referenceId],
    });
  }
  const outliers = missed.filter(({ own }) => (own ?? Infinity) >= outlier);
  if (judged.length > 1 && outliers.length === judged.length) {
    reasons.push({
      code: 'photos_disagree',
      message:
        'Her photos do not resemble each other: they may show several people, or be very different in age or light.',
      references: missed.map(({ referenceId }) => referenceId),
    });
  } else {
    for (const { referenceId, own } of outliers) {
      const distance = Number.isFinite(own) ? ` (${(own ?? 0).toFixed(2)} from them)` : '';
      reasons.push({
        code: 'unlike_her_others',
        message: `${capital(nameOf(referenceId))} is unlike her others${distance}: from them alone she would not be recognised in it.`,
        references: [referenceId],
      });
    }
  }
  if (judged.length > 1 && missed.length === judged.length && outliers.length < judged.length) {
    reasons.push({
      code: 'not_recognised',
      message: 'None of her photos is recognised from the others: add photos like those that the cameras take.',
      references: missed.map(({ referenceId }) => referenceId),
    });
  }
  const poor = references.flatMap(({ id, quality, warnings }) => {
    const words = warnings.flatMap((code) => GATE_WORDS[code] ?? []);
    if (words.length === 0 && quality < POOR_QUALITY) words.push(`quality ${quality.toFixed(2)}`);
    return words.length === 0 ? [] : [{ id, words: `${nameOf(id)} (${words.join(', ')})` }];
  });
  if (poor.length > 0) {
    reasons.push({
      code: 'poor_photos',
      message: `Poor photos: ${poor.map(({ words }) => words).join('; ')}.`,
      references: poor.map(({ id }) => id),
    });
  }
  if (reasons.length === 0) return null;
  return { person, reasons: reasons.toSorted((a, b) => SEVERITY.indexOf(a.code) - SEVERITY.indexOf(b.code)) };
}

/** Worst first, then by name. */
export function byWeakness(a: WeakPerson, b: WeakPerson): number {
  return rank(a) - rank(b) || b.reasons.length - a.reasons.length || a.person.name.localeCompare(b.person.name);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function rank({ reasons }: WeakPerson): number {
  return SEVERITY.indexOf(reasons[0]?.code ?? 'one_reference');
}
