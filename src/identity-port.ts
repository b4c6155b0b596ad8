// Who is whom: every change of it, its history, and what decides logged detections anew. Words and ports; imports nothing but those.

import type { Decision, Match, Person } from './domain.ts';
import type { DetectionFilter, Page, PageRequest } from './queries.ts';

export type IdentityAction =
  | 'name'
  | 'merge'
  | 'split'
  | 'move'
  | 'confirm'
  | 'not_her'
  | 'ignore'
  | 'unignore'
  | 'discard'
  /** The system's own: look-back, re-run and the grouping of strangers. */
  | 'regroup';

/** Who changes something: a key's name, or `system`. */
export interface Actor {
  readonly name: string;
  readonly kind: 'human' | 'system';
}

/** Kith itself: look-back, re-run, grouping of strangers. */
export const SYSTEM: Actor = { name: 'system', kind: 'system' };

/** One entry of the history of identities. */
export interface IdentityEntry {
  /** Grows by time. */
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly action: IdentityAction;
  /** For people: `Unknown 4 was named Ada`. */
  readonly summary: string;
  /** Persons that it touched, the one it was about first. */
  readonly personIds: readonly string[];
  /** How many detections changed hands. */
  readonly detections: number;
  readonly undoneAt: number | null;
  readonly undoneBy: string | null;
}

/** Detections to give to a person; null makes a new unknown one, `nobody` takes them away; `match` is what a search has found
 * for them. */
export interface Assignment {
  readonly detectionIds: readonly string[];
  readonly personId: string | null;
  /** With `nobody`: why there is no person. */
  readonly decision?: Extract<Decision, 'ambiguous' | 'unidentified'>;
  readonly match?: Match;
  /** Detections whose shots become references of her (with `model`'s template, if they are not references yet). */
  readonly referenceIds?: readonly string[];
}

/** Every change is one transaction with one entry, is announced in the change log, moves references that came from the moved
 * detections along, regroups the visits it touches, and can be undone. An unknown person who is left without detections
 * and references is gone from lists and gallery until an undo brings her back. */
export interface IdentityStore {
  /** Names a person; an unknown one becomes known, and her detections the human's decision. KithError `not_found`, `conflict`. */
  name(id: string, name: string, actor: Actor): Promise<{ person: Person; entry: IdentityEntry }>;
  /** All of `fromId` becomes `intoId`'s, but what a human said is not her. Two known persons only with `confirmed`: KithError
   * `conflict` asks for it. */
  merge(
    fromId: string,
    intoId: string,
    options: { actor: Actor; confirmed?: boolean; visitGapMs: number },
  ): Promise<{ person: Person; entry: IdentityEntry }>;
  /** Gives detections to persons, in one entry. What a human decided is left alone unless the actor is one; what is not her stays
   * not her unless a human says otherwise, which takes the earlier word back. Null when nothing changed. */
  assign(
    assignments: readonly Assignment[],
    options: { actor: Actor; action: IdentityAction; model: string; visitGapMs: number; summary?: string },
  ): Promise<IdentityEntry | null>;
  /** "That is right": the detections stay who they are, and are a human's decision now. */
  confirm(detectionIds: readonly string[], actor: Actor): Promise<IdentityEntry>;
  /** Binds: these faces never count for that person again. They are nobody's (`unidentified`) until they are decided anew. */
  notHer(
    detectionIds: readonly string[],
    personId: string,
    options: { actor: Actor; visitGapMs: number },
  ): Promise<IdentityEntry>;
  setIgnored(id: string, ignored: boolean, actor: Actor): Promise<{ person: Person; entry: IdentityEntry }>;
  /** No face, no use: the detections become `rejected` with the code `discarded`, their references leave the gallery. A person:
   * all of hers, and she goes too (unknown persons only, else KithError `conflict`). */
  discard(
    what: { detectionIds: readonly string[] } | { personId: string },
    options: { actor: Actor; visitGapMs: number },
  ): Promise<IdentityEntry>;
  /** Puts everything back as it was before the entry. KithError `conflict` when something that it changed was changed again since
   * (names the entry to undo first), or it was undone already; `not_found`. */
  undo(seq: number, options: { actor: Actor; visitGapMs: number }): Promise<IdentityEntry>;
  get(seq: number, cameras?: readonly string[] | null): Promise<IdentityEntry | null>;
  /** Newest first. */
  list(filter: HistoryFilter, page: PageRequest): Promise<Page<IdentityEntry>>;
}

export interface HistoryFilter {
  readonly personId?: string;
  readonly detectionId?: string;
  /** Cameras that the asker may see; null or missing: all. Else only changes of what they saw, and of whom she may see. A page may be
   * shorter than asked for although there is more. */
  readonly cameras?: readonly string[] | null;
}

// ── Deciding logged detections anew ─────────────────────────────────────────────────────────────────────────────

/** What looking back through the log has found for one person. */
export interface LookedBack {
  /** Earlier detections that are hers now. */
  readonly sightings: number;
  /** Unknown persons that became her. */
  readonly strangers: number;
  /** The last entry of the history that it wrote; null when nothing was found. */
  readonly entry: number | null;
  /** All of them, in order: undone from the last to the first they take it back. */
  readonly entries: number[];
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
