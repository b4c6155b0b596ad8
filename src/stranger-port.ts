// The strangers as a queue that people work off: who waits, how much of the log each explains, and what nobody could decide.

import type { Detection } from './domain.ts';
import type { Page, PageRequest } from './queries.ts';

/** One unknown person, counted over her visits. */
export interface StrangerCount {
  readonly id: string;
  readonly name: string;
  readonly ignored: boolean;
  /** Detections. */
  readonly sightings: number;
  readonly visits: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Her sightings, each counting half as much for every `HALF_LIFE_MS` that it is old. */
  readonly weight: number;
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

export interface StrangerStore {
  /** Everybody unknown who was seen at these cameras (null: all), ignored ones too, in no order. One pass over the visits of
   * strangers; the caller sorts, as it needs them all for the shares. */
  counts(cameras: readonly string[] | null, now: number): Promise<readonly StrangerCount[]>;
  /** How many detections of each were at which camera, the most first. */
  camerasOf(
    ids: readonly string[],
    cameras: readonly string[] | null,
  ): Promise<ReadonlyMap<string, readonly { readonly cameraId: string; readonly sightings: number }[]>>;
  /** Her best detections, out of her latest ones and the best one of each of her latest visits; best first. */
  shots(id: string, cameras: readonly string[] | null, model: string): Promise<readonly StrangerShot[]>;
  /** Persons that somebody of these is not, says a human. */
  notPersons(id: string): Promise<readonly string[]>;
  /** By track, newest first. */
  undecided(cameras: readonly string[] | null, page: PageRequest): Promise<Page<Undecided>>;
  /** `ambiguous`: tracks between two persons. `unidentified`: detections that nobody could be made of. */
  openCounts(cameras: readonly string[] | null): Promise<{ readonly ambiguous: number; readonly unidentified: number }>;
}
