// The report "does it work?" as data: what `kith report --json` prints and the page shows. No picture, no template.

import type { Candidate, Match, PersonKind } from '../domain.ts';
import type { Proportion } from './intervals.ts';

// ── What it is made from ────────────────────────────────────────────────────────────────────────────────────────

/** The gallery's own rule over some templates. */
export interface Scorer {
  /** The `k` nearest persons, nearest first; those in `except` are as if they were not there. */
  search(template: Float32Array, k: number, except?: ReadonlySet<string>): readonly Candidate[];
}

export interface ScorerEntry {
  readonly personId: string;
  readonly referenceId: string;
  readonly vector: Float32Array;
}

/** How it is decided who somebody is: handed in, so that the report judges the very rule that names people. */
export interface ReportRule {
  readonly gallery: Scorer & { templatesOf(personId: string): readonly Omit<ScorerEntry, 'personId'>[] };
  /** The same rule over a few templates only; good until the next one is asked for. */
  over(entries: readonly ScorerEntry[]): Scorer;
  /** What becomes of these candidates, all of them taken for known persons. */
  decide(candidates: readonly Candidate[]): Match['decision'];
  readonly threshold: number;
  /** Where the threshold comes from, in words. */
  readonly source: string;
  /** "At most one false name in so many sightings of strangers"; null where nobody asked for a rate. */
  readonly target: number | null;
  readonly model: string;
}

// ── What it says ────────────────────────────────────────────────────────────────────────────────────────────────

export type Level = 'green' | 'yellow' | 'red';

export interface ReportPerson {
  readonly id: string;
  readonly name: string;
  readonly kind: PersonKind;
}

/** Rates at a threshold, of comparisons (one photo, one person) and of searches through the gallery. */
export interface Rates {
  readonly threshold: number;
  /** False match rate: photo and person belong to two people, and the distance is under the threshold. */
  readonly fmr: Proportion | null;
  /** False non-match rate: the photo is hers, and the distance to her other photos is not under the threshold. */
  readonly fnmr: Proportion | null;
  /** False positive identification rate: strangers who are nearest to somebody under the threshold. */
  readonly fpir: Proportion | null;
  /** False negative identification rate: known people whose nearest person is not she, or not under the threshold. */
  readonly fnir: Proportion | null;
}

export interface Confusable {
  readonly a: ReportPerson;
  readonly b: ReportPerson;
  /** The smallest one between a photo of one and the other person. */
  readonly distance: number;
  /** One can get the other's name. */
  readonly underThreshold: boolean;
  /** As near as photos of one person mostly are: perhaps one person who was enrolled twice, or close relatives. */
  readonly possiblySame: boolean;
}

export type WeakCode =
  | 'closer_to_somebody_else'
  | 'photos_disagree'
  | 'unlike_her_others'
  | 'not_recognised'
  | 'no_references'
  | 'poor_photos'
  | 'one_reference';

export interface WeakPerson {
  readonly person: ReportPerson;
  /** Worst first. */
  readonly reasons: readonly {
    readonly code: WeakCode;
    readonly message: string;
    readonly references: readonly string[];
  }[];
}

export interface GroupValue {
  readonly value: string;
  readonly persons: number;
  /** Among people of this group. Null where there are too few to say. */
  readonly fmr: Proportion | null;
  readonly fnmr: Proportion | null;
  readonly tooFew: string | null;
}

export interface Group {
  readonly attribute: string;
  /** Largest first. */
  readonly values: readonly GroupValue[];
  /** Further values, which are not listed. */
  readonly moreValues: number;
  readonly withoutValue: number;
  /** In words, only where the intervals do not overlap. */
  readonly differences: readonly string[];
}

export interface TrafficWindow {
  readonly days: number;
  /** The days of it that the log covers. */
  readonly covered: number;
  /** Visits of unknown persons. */
  readonly visits: number;
  /** Tracks that nobody was made of: too poor, or between two persons. */
  readonly unidentified: number;
  /** Not everything was counted. */
  readonly atLeast: boolean;
  /** Of strangers; null when there was too little traffic to say. */
  readonly perWeek: number | null;
  readonly falseNamesPerWeek: { readonly value: number; readonly low: number; readonly high: number } | null;
}

export interface Report {
  readonly version: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly model: string;
  readonly verdict: { readonly level: Level; readonly headline: string; readonly details: readonly string[] };
  readonly counts: {
    readonly known: number;
    readonly unknown: number;
    /** Of known persons, with a template of the model. */
    readonly references: number;
    readonly withoutReferences: number;
    readonly withOneReference: number;
    readonly detections: Readonly<Record<'pending' | 'classified' | 'rejected' | 'failed', number>>;
  };
  readonly threshold: { readonly value: number; readonly source: string; readonly target: number | null };
  readonly sample: { readonly checked: number; readonly of: number; readonly note: string };
  /** Every photo against the gallery without it. */
  readonly known: {
    readonly photos: number;
    readonly nearestIsRight: Proportion | null;
    readonly named: Proportion | null;
    /** FNIR at the threshold in force: one minus `named`. */
    readonly missed: Proportion | null;
    readonly somebodyElse: Proportion | null;
    readonly ambiguous: Proportion | null;
  };
  /** Every photo against the gallery without its person. */
  readonly strangers: { readonly photos: number; readonly falseNames: Proportion | null };
  readonly histogram: {
    /** One more than there are bars. */
    readonly edges: readonly number[];
    /** Shares of each kind of distance, each adding up to one. */
    readonly same: readonly number[];
    readonly different: readonly number[];
    readonly nearestOther: readonly number[];
  };
  readonly inForce: Rates;
  /** By growing threshold. */
  readonly curve: readonly Rates[];
  readonly traffic: { readonly summary: string; readonly windows: readonly TrafficWindow[] };
  readonly confusable: readonly Confusable[];
  readonly weak: { readonly total: number; readonly persons: readonly WeakPerson[] };
  readonly groups: readonly Group[];
}
