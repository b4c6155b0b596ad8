// The strangers as a queue that people work off: who waits, how much of the log each explains, and what nobody could decide.

import type { Detection, PersonKind } from './domain.ts';
import type { Page, PageRequest } from './queries.ts';

/** One unknown person, counted over her visits: what all of them are put in order by. */
export interface StrangerCount {
  readonly id: string;
  readonly ignored: boolean;
  /** Detections. */
  readonly sightings: number;
  readonly lastAt: number;
  /** Her sightings, each counting half as much for every `HALF_LIFE_MS` that it is old. */
  readonly weight: number;
}

/** What is shown of those on a page besides. */
export interface StrangerVisits {
  readonly name: string;
  readonly visits: number;
  readonly firstAt: number;
  /** How many detections at which camera, the most first. */
  readonly cameras: readonly { readonly cameraId: string; readonly sightings: number }[];
}

/** A stranger who came every day last week comes before one who did so last year. */
export const HALF_LIFE_MS = 14 * 86_400_000;

/** A detection that may be shown for a stranger; null where it has no template of the model. */
export interface StrangerShot {
  readonly id: string;
  readonly cameraId: string;
  readonly capturedAt: number;
  readonly quality: number;
  readonly vector: Float32Array | null;
}

/** "A or B?": the undecided detections of one track. */
export interface Undecided {
  /** Of all of them. */
  readonly count: number;
  /** The latest `MOST_OF_TRACK`, newest first. */
  readonly detections: readonly Detection[];
}

export const MOST_OF_TRACK = 500;

export interface Comparable {
  readonly id: string;
  readonly name: string;
  readonly kind: PersonKind;
  /** Best first. */
  readonly references: readonly { readonly id: string; readonly detectionId: string | null }[];
}

export interface StrangerStore {
  /** Everybody unknown who was seen at these cameras (null: all), ignored ones too, in no order. One pass over the visits of
   * strangers; the caller sorts, as it needs them all for the shares. */
  counts(cameras: readonly string[] | null, now: number): Promise<readonly StrangerCount[]>;
  /** Without those who were seen at none of these cameras. */
  visitsOf(ids: readonly string[], cameras: readonly string[] | null): Promise<ReadonlyMap<string, StrangerVisits>>;
  /** The best detections of each, out of her latest ones and the best one of each of her latest visits; best first. */
  shots(
    ids: readonly string[],
    cameras: readonly string[] | null,
    model: string,
  ): Promise<ReadonlyMap<string, readonly StrangerShot[]>>;
  /** Persons that each is not, says a human; without those of whom nothing is said. */
  notPersons(ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** With what a stranger is compared, by the ids that are asked for: of whoever was merged, who she became. Without those who are gone. */
  toCompare(ids: readonly string[]): Promise<ReadonlyMap<string, Comparable>>;
  /** By track, newest first. */
  undecided(cameras: readonly string[] | null, page: PageRequest): Promise<Page<Undecided>>;
  /** `ambiguous`: tracks between two persons. `unidentified`: detections that nobody could be made of. */
  openCounts(cameras: readonly string[] | null): Promise<{ readonly ambiguous: number; readonly unidentified: number }>;
}
