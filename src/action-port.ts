// What is done: actions, who is let in where one of them is a door, and each run of one. Words and ports; imports nothing but those.
//
//   action    a call, a message to a broker, a pin, a command; with an access policy it is a door
//   run       one time that an action was asked for: granted or refused, and what became of it

import type { Hours } from './alert-port.ts';
import type { Judged, PersonKind } from './domain.ts';
import type { Page, PageRequest } from './queries.ts';

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
