// People as they are kept, beside their identity: lists, groups, notes, consent, activity, erasure. Words and ports.

import type { Consent, Person, PersonKind } from './domain.ts';
import type { GateVerdict } from './gallery-port.ts';
import type { Actor, IdentityEntry } from './identity-port.ts';
import type { Page, PageRequest } from './queries.ts';

/** Cameras that the asker may see; null or missing: all. Unknown persons who were seen at none of them do not exist for her, and
 * when somebody was seen last is said of them only. */
export type Cameras = readonly string[] | null | undefined;

export interface PersonFilter {
  readonly kind?: PersonKind;
  /** Part of the name, without case. */
  readonly query?: string;
  /** Only ignored ones, or all others. */
  readonly ignored?: boolean;
  readonly group?: string;
  /** `value` missing: whatever its value is. */
  readonly attribute?: { readonly key: string; readonly value?: string };
  readonly consent?: Consent['state'];
  readonly cameras?: Cameras;
  /** `name`: known persons first where `kind` is not given. `seen`: who was seen last comes first. */
  readonly sort?: 'name' | 'seen';
}

/** What may be changed of a person at once. */
export interface PersonChanges {
  readonly name?: string;
  readonly ignored?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly groups?: readonly string[];
  readonly notes?: string;
  /** `at` missing: now, where the state is another one. */
  readonly consent?: { readonly state: Consent['state']; readonly note?: string; readonly at?: number };
}

export type PersonField = keyof PersonChanges | 'merge';

export interface PersonEdit {
  readonly version: number;
  readonly at: number;
  readonly actor: string;
  readonly fields: readonly PersonField[];
}

/** What is kept on her in corners that nobody looks at, for the export of everything. */
export interface PersonTraces {
  readonly edits: readonly PersonEdit[];
  /** Detections of which somebody said that they are not her. */
  readonly notHer: readonly { readonly detectionId: string; readonly by: string; readonly at: number }[];
  readonly imported: readonly {
    readonly source: string;
    readonly file: string;
    readonly verdict: GateVerdict['verdict'];
    readonly findings: GateVerdict['findings'];
  }[];
}

export interface PersonStore {
  /** Names of known persons are unique, compared without case: KithError `conflict`. */
  add(name: string): Promise<Person>;
  get(id: string, cameras?: Cameras): Promise<Person | null>;
  list(filter: PersonFilter, page: PageRequest): Promise<Page<Person>>;
  /** How many a filter lets through. */
  count(filter: PersonFilter): Promise<number>;
  counts(): Promise<Readonly<Record<PersonKind, number>>>;
  /** One transaction. With `ifVersion`, where somebody has changed her since: KithError `conflict` that says who changed what,
   * with `more.changed`, the names of the fields. KithError `not_found`, `invalid`. */
  change(
    id: string,
    changes: PersonChanges,
    options: { actor: Actor; ifVersion?: number },
  ): Promise<{ person: Person; entries: readonly IdentityEntry[] }>;
  /** Replaces what the operator keeps about her. KithError `not_found`, `invalid`. */
  setAttributes(id: string, attributes: Readonly<Record<string, string>>): Promise<Person>;
  /** Keys of attributes that are in use, with their most frequent values. */
  attributes(cameras?: Cameras): Promise<readonly AttributeInUse[]>;
  traces(id: string): Promise<PersonTraces>;
  /** Removes her references, templates and visits; her detections stay in the log without a person. Answers the pictures that
   * nothing points to any more. KithError `not_found`. */
  remove(id: string): Promise<readonly string[]>;
  /** The same, and her detections, their templates and history, and each mention of her: nothing is left but, for a day, the
   * number under which others hear that she is gone. Many transactions; broken off, the same again goes on. `onPictures` is told
   * which pictures nothing points to any more. KithError `not_found`. */
  erase(
    id: string,
    onPictures: (pictures: readonly string[]) => Promise<void>,
  ): Promise<{ readonly detections: number }>;
  /** Forgets the numbers of persons and references that were removed before then: whoever follows the change log has heard. */
  forgetRemoved(before: number): Promise<void>;
}

export interface AttributeInUse {
  readonly key: string;
  readonly values: readonly { readonly value: string; readonly persons: number }[];
}

export interface PersonGroup {
  readonly name: string;
  readonly persons: number;
}

export interface GroupStore {
  /** By name. */
  list(cameras?: Cameras): Promise<readonly PersonGroup[]>;
  /** Into a name that is in use: the two become one. KithError `not_found`, `invalid`. */
  rename(name: string, to: string, actor: Actor): Promise<PersonGroup>;
  /** Her people stay. KithError `not_found`. */
  remove(name: string, actor: Actor): Promise<void>;
  /** Several people into groups and out of them, in one transaction. KithError `not_found` names who is gone. */
  change(
    personIds: readonly string[],
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
    actor: Actor,
  ): Promise<void>;
}

/** When and where somebody was seen. Weekdays begin with Monday; days, hours and weekdays are the zone's. */
export interface Activity {
  readonly visits: number;
  readonly detections: number;
  /** Ever, not only in the time asked for. */
  readonly firstSeenAt: number | null;
  readonly lastSeenAt: number | null;
  /** Visits by weekday (7) and hour (24). */
  readonly week: readonly (readonly number[])[];
  /** Days with visits, YYYY-MM-DD, in their order. */
  readonly days: readonly { readonly day: string; readonly visits: number; readonly detections: number }[];
  readonly cameras: readonly { readonly cameraId: string; readonly visits: number; readonly lastAt: number }[];
}

export interface ActivityStore {
  /** Visits that began in [from, to). KithError `invalid` for a zone that is none or more than 400 days. */
  ofPerson(
    personId: string,
    options: { readonly from: number; readonly to: number; readonly zone: string; readonly cameras?: Cameras },
  ): Promise<Activity>;
}
