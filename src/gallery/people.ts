// What a gallery's search runs over, by the mode of the decision: persons by their centroids (calibrated), or every reference for
// itself (fixed: the textbook's rule).

import type { Candidate, PersonKind } from '../domain.ts';
import type { GalleryEntry, Probe } from '../gallery-port.ts';

export interface People {
  /** References. */
  readonly templates: number;
  readonly persons: number;
  readonly known: { readonly persons: number; readonly templates: number };
  /** Bytes that the numbers take. */
  readonly bytes: number;
  /** Adds or replaces; the vector is copied. Throws KithError `invalid` on a vector that cannot be compared. */
  put(entry: GalleryEntry): void;
  remove(referenceId: string): void;
  kindOf(personId: string): PersonKind | undefined;
  /** Of unit length. */
  templatesOf(personId: string): readonly { readonly referenceId: string; readonly vector: Float32Array }[];
  /** Nearest first. Equal distances: smaller id first. Throws KithError `invalid` on a template of another length. */
  search(probe: Float32Array | readonly Probe[], k: number, except?: ReadonlySet<string>): readonly Candidate[];
  /** Everybody, for the calibration. */
  ids(): Iterable<string>;
}

export function probesOf(probe: Float32Array | readonly Probe[]): readonly Probe[] {
  return probe instanceof Float32Array ? [{ vector: probe, weight: 1 }] : probe;
}
