// What decides logged detections anew, as the API asks for it: after a correction, after somebody got a name, or for the
// whole log. Imports only domain words.

import type { Actor, DetectionFilter } from './store-port.ts';

/** What looking back through the log has found for one person. */
export interface LookedBack {
  /** Earlier detections that are hers now. */
  readonly sightings: number;
  /** Unknown persons that became her. */
  readonly strangers: number;
  /** The entry of the history which takes it back; null when nothing was found. */
  readonly entry: number | null;
}

export interface Reran {
  readonly looked: number;
  readonly changed: number;
  readonly entry: number | null;
}

export interface Regrouped {
  readonly merged: number;
  readonly split: number;
  readonly moved: number;
  readonly entries: readonly number[];
}

/** Never changes what a human decided. Every change is an entry of the history. */
export interface Reconsider {
  /** Looks for earlier sightings that this person explains, and for unknown persons that are her. */
  lookBack(personId: string, actor: Actor): Promise<LookedBack>;
  /** Decides these detections again, with the gallery of now. */
  anew(detectionIds: readonly string[]): Promise<void>;
  /** The same for all that the filter lets through. */
  rerun(filter: DetectionFilter): Promise<Reran>;
  /** Groups the unknown persons again: merges, splits and moves where they were grouped wrongly. */
  regroup(): Promise<Regrouped>;
}
