// Who is told of what is seen, and what is done then: rules, alerts, deliveries, actions. Words and ports; imports nothing but those.
//
//   rule      when, where, at what time, how often: then these channels and actions
//   alert     one message that a rule has made, with the sightings that it tells of
//   channel   where messages go: a chat, a mailbox, a webhook, a broker, a telephone
//   delivery  one alert for one channel, with its state; the row is written together with the classification
//   action    what is done: a call, a message to a broker, a pin, a command; with an access policy it is a door
//   run       one time that an action was asked for: granted or refused, and what became of it

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

// ── Deliveries ──────────────────────────────────────────────────────────────────────────────────────────────────

/** `queued`: waits for its turn or its next try. `sending`: a dispatcher has it. `failed`: given up, can be tried again by hand. */
export type DeliveryState = 'queued' | 'sending' | 'sent' | 'failed';

export interface Delivery {
  readonly id: string;
  readonly seq: number;
  readonly alertId: string;
  readonly channelId: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly at: number;
  /** Not before then. */
  readonly nextAt: number;
  readonly sentAt: number | null;
  /** The last error, in words. */
  readonly error: string | null;
  /** Which version of the alert the receiver has. */
  readonly shownVersion: number | null;
  /** What the channel needs to change the message later: JSON of its own. */
  readonly receipt: unknown;
}

export interface DeliveryStore {
  /** The channel's place: one process at a time sends over it (and holds its connection). True: it is `owner`'s until then. */
  hold(channelId: string, owner: string, untilAt: number, now: number): Promise<boolean>;
  release(channelId: string, owner: string): Promise<void>;
  /** At the start of the only process: whoever held a place is gone. */
  freeAll(): Promise<void>;
  /** The head of the channel's line, as `sending` with `attempts` counted up. One that was tried before is the head until it is sent or
   * given up; else it is the one that is due longest (one that still gathers, or waits for the end of quiet hours, holds nobody up); where
   * none is due, the oldest one sent whose alert has grown since: `shownVersion` says that it is a change of a message. Null: nothing to
   * do now, or the place is not the owner's. */
  take(channelId: string, owner: string, now: number): Promise<Delivery | null>;
  /** When the next one of the channel will be due; null: none waits. */
  nextAt(channelId: string): Promise<number | null>;
  sent(id: string, receipt: unknown, shownVersion: number, at: number): Promise<void>;
  /** `retryAt` null: given up. A change of a message that fails for good leaves the delivery `sent`, with its error. */
  failed(id: string, error: string, retryAt: number | null): Promise<void>;
  /** The channel cannot change messages: the delivery stays as it was sent. */
  leave(id: string): Promise<void>;
  /** By hand, for those that failed or wait for their next try: due now, and counted anew. KithError `not_found`, `conflict`. */
  retry(id: string, now: number): Promise<Delivery>;
  /** What a process that died was sending goes back into the line. */
  recover(channelId: string): Promise<void>;
  list(
    filter: { channelId?: string; alertId?: string; state?: DeliveryState },
    page: PageRequest,
  ): Promise<Page<Delivery>>;
  /** Those that are not sent: few, so that this may be asked often. */
  counts(): Promise<Readonly<Record<Exclude<DeliveryState, 'sent'>, number>>>;
}

/** A browser that shows messages although no page of the panel is open (Web Push). */
export interface PushSubscription {
  readonly id: string;
  readonly userId: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** Which browser, for people. */
  readonly agent: string;
  readonly createdAt: number;
}

export interface PushStore {
  /** The same endpoint again is the same subscription, now of this user. */
  add(subscription: Omit<PushSubscription, 'id'>): Promise<PushSubscription>;
  /** Oldest first; of one user, or of all. Without those of disabled users. */
  list(userId?: string): Promise<readonly PushSubscription[]>;
  /** False where the user has none of that id; without a user: whoever's it is. */
  remove(id: string, userId?: string): Promise<boolean>;
}

/** Keys that this Kith has made for itself, once. */
export interface KeptStore {
  /** What is kept under this name; what `make` answers, where nothing was. */
  once(name: 'picture key' | 'push keys', make: () => string): Promise<string>;
}

// ── Channels ────────────────────────────────────────────────────────────────────────────────────────────────────

export type ChannelKind =
  | 'teams'
  | 'slack'
  | 'telegram'
  | 'discord'
  | 'gchat'
  | 'errbot'
  | 'email'
  | 'webhook'
  | 'ntfy'
  | 'webpush';

/** A channel as it is kept. `settings` belong to the kind (channel-settings.ts); the secrets among them leave the server masked. */
export interface ChannelDefinition {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly enabled: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Messages wait until these hours are over. */
  readonly quiet: Hours | null;
}

export interface ChannelRow extends ChannelDefinition {
  readonly id: string;
  readonly createdAt: number;
  readonly version: number;
}

export interface ChannelStore {
  list(): Promise<readonly ChannelRow[]>;
  get(id: string): Promise<ChannelRow | null>;
  add(channel: ChannelDefinition, at: number): Promise<ChannelRow>;
  /** What waits for its next try is due at once. KithError `not_found`; `conflict` where somebody has changed it since that version, and
   * for another kind. */
  change(id: string, channel: ChannelDefinition, ifVersion?: number): Promise<ChannelRow>;
  /** Its deliveries go too. KithError `not_found`. */
  remove(id: string): Promise<void>;
}

// ── Actions and doors ───────────────────────────────────────────────────────────────────────────────────────────

export type ActionKind = 'http' | 'mqtt' | 'gpio' | 'command';

/** Who is let in. Any doubt and any error means no. */
export interface AccessPolicy {
  /** Known people of these groups only; at least one. */
  readonly groups: readonly string[];
  /** At these cameras only; at least one. */
  readonly cameras: readonly string[];
  readonly hours: Hours | null;
  /** As the log says it: `certain` needs a clear margin, `likely` a known person under the threshold. */
  readonly sure: 'certain' | 'likely';
  /** So many shots of the visit must agree, and none may name somebody else. */
  readonly shots: number;
  readonly quality: number;
  /** A shot that is older than this opens nothing, seconds. */
  readonly freshS: number;
}

export interface ActionDefinition {
  readonly name: string;
  readonly kind: ActionKind;
  readonly enabled: boolean;
  /** Of the kind (action-settings.ts). Those of `command` stand in the configuration file and are never set through the API. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** With it the action is a door. */
  readonly access: AccessPolicy | null;
}

export interface Action extends ActionDefinition {
  readonly id: string;
  readonly createdAt: number;
  readonly version: number;
  /** On which machine it stands in the configuration file, where alone it can be changed; null: it is kept in the store. */
  readonly fixedBy: string | null;
}

export type RunCause = 'policy' | 'rule' | 'answer' | 'hand';
/** `asked` → `refused`, or `granted` → `started` → `done` or `failed`. `unclear`: the process died while it was done, so it is not
 * done again. */
export type RunState = 'asked' | 'refused' | 'granted' | 'started' | 'done' | 'failed' | 'unclear';

/** Why it was granted or refused: each condition of the policy, what was found, and whether that is enough. */
export interface Evidence {
  readonly condition:
    | 'person'
    | 'group'
    | 'camera'
    | 'hours'
    | 'certainty'
    | 'shots'
    | 'quality'
    | 'fresh'
    | 'once'
    | 'enabled';
  readonly met: boolean;
  /** For people: `2 of 3 shots agree`. */
  readonly found: string;
}

export interface Run {
  readonly id: string;
  readonly seq: number;
  readonly actionId: string;
  readonly actionName: string;
  readonly cause: RunCause;
  readonly state: RunState;
  readonly at: number;
  readonly startedAt: number | null;
  readonly doneAt: number | null;
  /** Who asked, where a human did. */
  readonly by: string | null;
  readonly visitId: string | null;
  readonly personId: string | null;
  readonly detectionId: string | null;
  readonly cameraId: string | null;
  readonly alertId: string | null;
  readonly evidence: readonly Evidence[];
  readonly error: string | null;
}

/** A classified detection as a policy sees it. */
export interface AccessShot extends Pick<
  Judged,
  'decision' | 'decidedBy' | 'nearestId' | 'distance' | 'runnerUpDistance' | 'quality'
> {
  readonly detectionId: string;
  readonly personId: string | null;
  readonly cameraId: string;
  readonly capturedAt: number;
  /** Whose distances these are. */
  readonly model: string | null;
}

/** What a run is judged by, read in the transaction that decides. */
export interface AccessFacts {
  readonly run: Run;
  /** Null: it was removed meanwhile. */
  readonly action: Action | null;
  /** Whose the detection of the run is now; null: nobody's, or it is gone. */
  readonly person: {
    readonly id: string;
    readonly kind: PersonKind;
    readonly ignored: boolean;
    /** Names. */
    readonly groups: readonly string[];
  } | null;
  /** The latest classified detections of the visit, oldest first, and those of the same tracks that are somebody else's or nobody's. */
  readonly shots: readonly AccessShot[];
  /** The visit has opened this door already. */
  readonly opened: boolean;
}

/** A visit that a policy was tried on. */
export interface AccessTrialSample {
  readonly at: number;
  readonly cameraId: string;
  readonly visitId: string;
  /** The shot that would have opened, or the one that lacked the least. */
  readonly detectionId: string;
  readonly person: { readonly id: string; readonly name: string; readonly kind: PersonKind } | null;
  readonly grant: boolean;
  readonly evidence: readonly Evidence[];
}

/** Tries a policy on the last days of the log. */
export type AccessTrial = (
  policy: AccessPolicy,
  days: number,
) => Promise<{
  readonly visits: number;
  readonly letIn: number;
  /** How many visits did not meet a condition; one may have met several not. */
  readonly refused: Readonly<Partial<Record<Evidence['condition'], number>>>;
  /** The latest ones, at most twenty, of both kinds where there are both. */
  readonly samples: readonly AccessTrialSample[];
  /** So far back it was looked, where there was too much for all the days. */
  readonly since: number;
}>;

export interface ActionStore {
  list(): Promise<readonly Action[]>;
  get(id: string): Promise<Action | null>;
  add(action: ActionDefinition, at: number): Promise<Action>;
  change(id: string, action: ActionDefinition, ifVersion?: number): Promise<Action>;
  remove(id: string): Promise<void>;
  /** Those of this machine's configuration file: exactly these are fixed by it from now on. KithError `conflict` where an id is that
   * of one that people have set up. */
  fix(by: string, actions: readonly ({ readonly id: string } & ActionDefinition)[], at: number): Promise<void>;
  /** Asked for by a human or a rule; null where the same has asked a moment ago: a button pressed twice, a rule of the same alert. The
   * runner notes at the alert what became of it. KithError `not_found`; `conflict` where the action is switched off. */
  ask(
    run: Pick<Run, 'actionId' | 'cause' | 'by' | 'visitId' | 'personId' | 'detectionId' | 'cameraId' | 'alertId'>,
    at: number,
  ): Promise<Run | null>;
  /** The oldest one that is `asked` of other actions than these; null: none. */
  next(except: readonly string[]): Promise<Run | null>;
  /** One transaction: reads the facts, has them judged, writes `granted` (which only one run of a visit gets) or `refused`, and the
   * audit log with the evidence. Null where it was decided meanwhile. */
  decide(
    id: string,
    judge: (facts: AccessFacts) => { readonly grant: boolean; readonly evidence: readonly Evidence[] },
    at: number,
  ): Promise<Run | null>;
  /** `granted` → `started`, durable before anything is done. False where somebody else has started it. */
  start(id: string, owner: string, at: number): Promise<boolean>;
  end(id: string, state: 'done' | 'failed', error: string | null, at: number): Promise<void>;
  /** What was started more than `startedMs` ago becomes `unclear`: who did it is gone. What was asked or granted more than `waitingMs`
   * ago becomes `failed`: nobody will do it any more. Answers how many. */
  recover(now: number, options: { readonly startedMs: number; readonly waitingMs: number }): Promise<number>;
  run(id: string): Promise<Run | null>;
  /** Newest first. */
  runs(
    filter: { actionId?: string; personId?: string; cameraIds?: readonly string[]; state?: RunState },
    page: PageRequest,
  ): Promise<Page<Run>>;
}

// ── Who is who in a chat ────────────────────────────────────────────────────────────────────────────────────────

/** Somebody in a chat who is a user of Kith. */
export interface ChatUser {
  readonly channelId: string;
  /** As the messenger calls her. */
  readonly chatId: string;
  readonly chatName: string;
  readonly userId: string;
  readonly linkedAt: number;
}

export interface ChatUserStore {
  /** A code that is good once, until then: only its hash is kept. It takes the place of the user's code before. */
  addCode(userId: string, hash: string, expiresAt: number, now: number): Promise<void>;
  /** Links, whoever was linked as this before, and uses the code up; null where the code is not good. */
  link(hash: string, chat: Omit<ChatUser, 'userId' | 'linkedAt'>, now: number): Promise<ChatUser | null>;
  find(channelId: string, chatId: string): Promise<ChatUser | null>;
  list(): Promise<readonly ChatUser[]>;
  /** KithError `not_found`. */
  unlink(channelId: string, chatId: string): Promise<void>;
  /** What the chat library keeps (subscriptions, locks, what it has seen): values that may expire. */
  readonly memory: {
    get(key: string, now: number): Promise<string | null>;
    set(key: string, value: string, expiresAt: number | null): Promise<void>;
    /** True where nobody has it. */
    setIfAbsent(key: string, value: string, expiresAt: number | null, now: number): Promise<boolean>;
    remove(key: string): Promise<void>;
  };
}
