// Who is told of what is seen: rules and alerts. Words and ports; imports nothing but those. How messages go is in delivery-port.ts,
// what is done in action-port.ts.
//
//   rule      when, where, at what time, how often: then these channels and actions
//   alert     one message that a rule has made, with the sightings that it tells of

import type { Decision, Judged, PersonKind } from './domain.ts';
import type { Page, PageRequest } from './queries.ts';

// ── Rules ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** `unknown`: a stranger. `known`: somebody known (`persons`, `groups` narrow it). `ambiguous`: "A or B?". `ignored`: somebody ignored
 * is seen again. `absent`: none of `persons` and `groups` (of anybody, where both are empty) was seen for `afterS`. `offline`: a camera
 * has said nothing for `afterS`. */
export type RuleEvent = 'unknown' | 'known' | 'ambiguous' | 'ignored' | 'absent' | 'offline';

/** Hours of a week. */
export interface Hours {
  /** By weekday, Monday first (7): spans of minutes of the local day, from inclusive, to exclusive, 0..1440. One whose end is not
   * after its beginning goes on into the next day until then. No spans: never on that day. */
  readonly week: readonly (readonly (readonly [from: number, to: number])[])[];
  /** What holds on a holiday of the calendar: the hours of its weekday, those of Sunday, nothing, or the whole day. */
  readonly holidays: 'usual' | 'sunday' | 'never' | 'all_day';
}

/** In which zone days and hours are meant, and which days are holidays (YYYY-MM-DD, with a name). */
export interface Calendar {
  /** IANA, for example Europe/Berlin. */
  readonly timeZone: string;
  readonly holidays: readonly { readonly day: string; readonly name: string }[];
}

export interface RuleDefinition {
  readonly name: string;
  readonly enabled: boolean;
  /** Any of them. */
  readonly on: readonly RuleEvent[];
  /** Ids of persons, names of groups: somebody who is among either; both empty: anybody. */
  readonly persons: readonly string[];
  readonly groups: readonly string[];
  /** Ids; empty: all. */
  readonly cameras: readonly string[];
  /** Names of zones of those cameras: whoever was in one of them; empty: wherever. */
  readonly zones: readonly string[];
  /** Only with `absent` and `offline`, seconds. */
  readonly afterS: number | null;
  /** Null: always. */
  readonly hours: Hours | null;
  /** Seconds in which the same person at the same camera is not told of again. */
  readonly cooldownS: number;
  /** Seconds in which what happens is gathered into one message; 0: at once. */
  readonly gatherS: number;
  /** Ids. */
  readonly channels: readonly string[];
  readonly actions: readonly string[];
}

export interface Rule extends RuleDefinition {
  readonly id: string;
  readonly createdAt: number;
  readonly version: number;
}

/** Until then this person (null: anybody) at this camera (null: any) is told of by no rule, or not by this one. */
export interface Snooze {
  readonly id: string;
  readonly ruleId: string | null;
  readonly personId: string | null;
  readonly cameraId: string | null;
  readonly until: number;
  readonly by: string;
}

// ── What the rules are asked, inside the transaction of a classification ─────────────────────────────────────────

/** A classified detection as rules see it. */
export interface Seen extends Pick<Judged, 'quality' | 'distance'> {
  readonly detectionId: string;
  readonly cameraId: string;
  readonly trackId: string | null;
  readonly capturedAt: number;
  readonly zones: readonly string[];
  readonly decision: Decision;
  readonly person: {
    readonly id: string;
    readonly kind: PersonKind;
    readonly ignored: boolean;
    /** Names. */
    readonly groups: readonly string[];
  } | null;
  /** How many detections it has by now, this one among them. */
  readonly visit: { readonly id: string; readonly detections: number } | null;
}

/** What a rule makes of it, at most one of each rule. The store leaves out what was told before (`once`), is in its cooldown, or is
 * snoozed: alert-memory.ts. */
export interface PlannedAlert {
  readonly rule: Rule;
  readonly event: RuleEvent;
  /** For the cooldown: the person, or the track of somebody undecided, or the camera. */
  readonly subject: string;
  /** A rule tells once of each: the visit, the track of somebody undecided, an absence since then. */
  readonly once: string;
}

export interface Plan {
  readonly alerts: readonly PlannedAlert[];
  /** Ids of actions with an access policy that this sighting asks for. */
  readonly doors: readonly string[];
}

/** Knows rules and doors by heart. Pure and quick: it is called while the database is locked. */
export interface AlertPlanner {
  /** No rule and no door: nothing has to be read to ask it. */
  isIdle(): boolean;
  plan(seen: Seen, now: number): Plan;
}

// ── Alerts ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface AlertSighting {
  readonly detectionId: string;
  readonly visitId: string | null;
  /** At the time of the alert; who it is now stands in the log. */
  readonly personId: string | null;
  readonly at: number;
  readonly cameraId: string;
}

/** What became of it: in the panel, in a chat, anywhere. */
export interface AlertOutcome {
  readonly at: number;
  /** A user's or a key's name. */
  readonly by: string;
  /** For people: `Unknown 4 was named Ada`. Undone again: says so. */
  readonly text: string;
}

export interface Alert {
  readonly id: string;
  /** Grows by time. */
  readonly seq: number;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly event: RuleEvent;
  readonly at: number;
  /** Null: of no camera (`absent` anywhere). */
  readonly cameraId: string | null;
  /** With `absent` of one person: who. Else null. */
  readonly personId: string | null;
  /** With `absent`, `offline`: nothing was seen or heard since then; null: never. Else null. */
  readonly since: number | null;
  /** First the first; empty with `absent`, `offline`. */
  readonly sightings: readonly AlertSighting[];
  /** Oldest first. */
  readonly outcomes: readonly AlertOutcome[];
  /** Grows with every outcome and every sighting that joins: a message that shows an older one is brought up to date. */
  readonly version: number;
}

export interface AlertFilter {
  readonly ruleId?: string;
  readonly cameraIds?: readonly string[];
  readonly personId?: string;
  readonly from?: number;
  readonly to?: number;
}

/** Persons, members of groups; neither: anybody but those who are ignored. At these cameras, or at any. */
export interface Whom {
  readonly personIds: readonly string[];
  /** Names. */
  readonly groups: readonly string[];
  readonly cameraIds: readonly string[] | null;
}

export interface ReplayFilter {
  readonly cameraIds: readonly string[] | null;
  /** Null: all. */
  readonly only: PersonKind | 'ambiguous' | null;
  /** Capture time: inclusive, exclusive. */
  readonly from: number;
  readonly to: number;
}

export interface WatchLook {
  readonly owner: string;
  readonly now: number;
  /** It has been there without a break since then, so that nothing was missed. */
  readonly aliveSince: number;
  /** Cameras that do not run, with since when at the latest. */
  readonly down: ReadonlyMap<string, number>;
}

export interface WatchState {
  /** Cameras that do not run, and since when. */
  readonly down: ReadonlyMap<string, number>;
  /** Times in which nobody looked, the latest ones: what was not seen then is not missing. */
  readonly gaps: readonly (readonly [from: number, to: number])[];
}

export interface AlertStore {
  get(id: string): Promise<Alert | null>;
  /** Newest first. */
  list(filter: AlertFilter, page: PageRequest): Promise<Page<Alert>>;
  /** An alert that no classification has made: `absent`, `offline`. Null where it was made before, is in its cooldown or snoozed, or its
   * rule is gone. */
  raise(planned: PlannedAlert, about: Pick<Alert, 'at' | 'cameraId' | 'personId' | 'since'>): Promise<Alert | null>;
  /** When somebody of these was seen last (before then, where that is said); null: never. */
  lastSeen(whom: Whom, before?: number): Promise<number | null>;
  /** Classified detections as rules see them, the earliest first, with `seen.visit` as it is now: for trying a rule out. */
  replay(filter: ReplayFilter, page: PageRequest): Promise<Page<Seen>>;
  /** One process at a time looks for what is missing; null where it is another one. What it knows is kept, so that a restart neither
   * repeats nor forgets. */
  watch(look: WatchLook): Promise<WatchState | null>;
  unwatch(owner: string): Promise<void>;
  /** Something was done about it that is no entry of the history (a door, a snooze). Entries of the history that touch its
   * detections or persons become outcomes by themselves, in their transaction. KithError `not_found`. */
  note(id: string, outcome: AlertOutcome): Promise<Alert>;
}

export interface RuleStore {
  list(): Promise<readonly Rule[]>;
  get(id: string): Promise<Rule | null>;
  add(rule: RuleDefinition, at: number): Promise<Rule>;
  /** KithError `not_found`; `conflict` where somebody has changed it since that version. */
  change(id: string, rule: RuleDefinition, ifVersion?: number): Promise<Rule>;
  remove(id: string): Promise<void>;
  calendar(): Promise<Calendar>;
  setCalendar(calendar: Calendar): Promise<void>;
  snoozes(now: number): Promise<readonly Snooze[]>;
  snooze(snooze: Omit<Snooze, 'id'>): Promise<Snooze>;
  wake(id: string): Promise<void>;
}

// ── Trying a rule out ───────────────────────────────────────────────────────────────────────────────────────────

export interface TryOutOptions {
  readonly days: number;
  readonly now: number;
  /** What the asker may see; null: all. */
  readonly cameraIds: readonly string[] | null;
  /** How long it may take: then it says how far it has come. */
  readonly mostMs?: number;
}

export interface TryOutSample {
  readonly at: number;
  readonly event: RuleEvent;
  readonly cameraId: string | null;
  readonly detectionId: string | null;
  readonly personId: string | null;
  /** As the message would have begun. */
  readonly title: string;
}

/** What a rule would have told on the last days. */
export interface TriedOut {
  readonly messages: number;
  /** What they would have told of: more than the messages where the rule gathers. */
  readonly sightings: number;
  /** Local days (YYYY-MM-DD), all of them. */
  readonly perDay: readonly { readonly day: string; readonly messages: number }[];
  /** The latest messages, the latest first, with the first that each would have told of. */
  readonly samples: readonly TryOutSample[];
  /** The end of what was played through: before now where it took too long. */
  readonly until: number;
}
