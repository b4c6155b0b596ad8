// The gallery as everybody else sees it: what is searched, the threshold in force, and the gate before it.

import type { Candidate, Face, GateCode, PersonKind } from './domain.ts';
import type { EmbedderInfo } from './model-port.ts';

/** What the operator asks for. `fixed`: the textbook's rule, nearest reference under the model's threshold. `calibrated`: the
 * threshold follows from a rate of false names. */
export type DecisionMode = 'calibrated' | 'fixed';

export interface GalleryEntry {
  readonly referenceId: string;
  readonly personId: string;
  readonly kind: PersonKind;
  readonly vector: Float32Array;
}

/** A template with what it counts (its quality): the shots of one track search together. */
export interface Probe {
  readonly vector: Float32Array;
  readonly weight: number;
}

/** The threshold in force and where it comes from. */
export interface Calibration {
  readonly mode: DecisionMode;
  /** Distances below it name somebody. */
  readonly threshold: number;
  /** Distances below it make a stranger the same stranger as before: ten times as many errors are allowed, because nobody's name is
   * at stake and the grouping repairs them, while a stranger who is split is lost. */
  readonly strangerThreshold: number;
  /** At most one false name in so many sightings of strangers; null where the threshold is fixed. */
  readonly falseNamesIn: number | null;
  /** `fixed`: the model's or the operator's number. `prior`: what the model does on others' faces. `own`: corrected by what the own
   * gallery shows. */
  readonly source: 'fixed' | 'prior' | 'own';
  /** How much the own gallery has moved the threshold. */
  readonly shift: number;
  /** Known persons and references that the own gallery's part comes from. */
  readonly persons: number;
  readonly references: number;
}

export interface Gallery {
  /** Last change of the store that the gallery holds. */
  readonly version: number;
  readonly templates: number;
  readonly persons: number;
  readonly calibration: Calibration;
  /** The `k` nearest persons (default 2) but those in `except`, nearest first. Exact. Several probes are shots of one face and
   * search together. KithError `invalid` on a template of another length. */
  search(probe: Float32Array | readonly Probe[], k?: number, except?: ReadonlySet<string>): readonly Candidate[];
  kindOf(personId: string): PersonKind | undefined;
  /** Her templates, of unit length. */
  templatesOf(personId: string): readonly { readonly referenceId: string; readonly vector: Float32Array }[];
  /** Reads the changes since `version` from the store; answers once they are searchable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** `message` says what is wrong and what to do. */
export interface GateFinding {
  readonly code: GateCode;
  readonly message: string;
}

/** The enrolment gate's answer for one photo. */
export interface GateVerdict {
  readonly verdict: 'accepted' | 'warned' | 'refused';
  /** Worst first; empty when accepted. */
  readonly findings: readonly GateFinding[];
}

/** What the enrolment gate knows of a photo. Two kinds of distance: `pair` is that of two templates, which the model's own
 * threshold belongs to; `distance` is the gallery's, to a person, which the calibration belongs to. */
export interface GatePhoto {
  /** Why the bytes are no picture; null when they are one. */
  readonly unreadable: string | null;
  readonly faces: readonly Face[];
  readonly model: Pick<EmbedderInfo, 'metric' | 'threshold'>;
  /** Of the gallery. */
  readonly calibration: Pick<Calibration, 'mode' | 'threshold'>;
  readonly own: {
    /** Her references so far. */
    readonly references: number;
    /** One of them is this very file. */
    readonly sameFile: boolean;
    /** To the nearest of them; null when she has none. */
    readonly pair: number | null;
    /** Null when she has none, or is not among the nearest persons of the gallery. */
    readonly distance: number | null;
  };
  /** Other known persons near this face, nearest first; `pair` is to the nearest reference. */
  readonly others: readonly { readonly name: string; readonly distance: number; readonly pair: number }[];
  /** Whoever enrols has looked, and wants it all the same: twins, the only photo there is. */
  readonly force: boolean;
}

export type EnrolmentGate = (photo: GatePhoto) => GateVerdict;
