// The store as the rest of Kith sees it: the ports, and the words that only they use.

import type {
  ApiKey,
  Decision,
  Detection,
  DetectionState,
  GateCode,
  Match,
  PersonKind,
  Reference,
  Scope,
  Sighting,
  Template,
  Visit,
} from './domain.ts';
import type { ActionStore } from './action-port.ts';
import type { AlertPlanner, AlertStore, RuleStore } from './alert-port.ts';
import type { ChatUserStore } from './chat-port.ts';
import type { ChannelStore, DeliveryStore, KeptStore, PushStore } from './delivery-port.ts';
import type { CameraStore } from './camera-store-port.ts';
import type { GalleryEntry, GateVerdict } from './gallery-port.ts';
import type { IdentityStore } from './identity-port.ts';
import type { AuditStore, TouchedStore, UserStore } from './user-port.ts';
import type { DetectionFilter, Page, PageRequest, VisitFilter } from './queries.ts';
import type { TimelineStore } from './timeline-port.ts';
import type { ActivityStore, GroupStore, PersonStore } from './people-port.ts';
import type { StrangerStore } from './stranger-port.ts';
import type { UpkeepStore } from './upkeep-port.ts';

// ── The change log ──────────────────────────────────────────────────────────────────────────────────────────────

/** `gallery`: what a search would find has changed. `journal`: a detection was classified, rejected, has failed or was given to
 * somebody else. `model`: the model in force or one being prepared has changed. `camera`: name, settings or state of a camera.
 * `alert`: an alert was made or answered, a delivery or a run has another state, or a rule, channel or action was changed. */
export type ChangeTopic = 'gallery' | 'journal' | 'model' | 'camera' | 'alert';

export interface Change {
  /** Grows in the order of commits: who has seen `seq` has missed nothing before it. */
  readonly seq: number;
  readonly topic: ChangeTopic;
  readonly entity:
    | 'person'
    | 'reference'
    | 'detection'
    | 'model'
    | 'camera'
    | 'alert'
    | 'delivery'
    | 'rule'
    | 'channel'
    | 'action'
    | 'run';
  readonly action: 'add' | 'change' | 'remove';
  readonly id: string;
  readonly at: number;
}

// ── The store ───────────────────────────────────────────────────────────────────────────────────────────────────

/** What a worker found out. `galleryVersion` is the version its search has seen. */
export type Outcome =
  | {
      readonly state: 'classified';
      readonly match: Match;
      /** What becomes of it: the match's decision, `unidentified` where the face is too poor to make somebody of. */
      readonly decision: Decision;
      /** The person meant (`known`, `unknown`); null for `new`, which asks the store to make an unknown person from this
       * detection, and for `ambiguous` and `unidentified`. */
      readonly personId: string | null;
      readonly galleryVersion: number;
      readonly template: Template;
      readonly quality: number;
      /** Keep the shot as a reference of the person (always done for a new unknown person). */
      readonly keepReference: boolean;
      readonly visitGapMs: number;
      /** Earlier shots of the same track, which are this person's too now that all of them decided together; those that a human
       * decided or forbade stay as they are. With `new` they become the new person's. */
      readonly alsoIds?: readonly string[];
      /** With `unidentified`: why, kept with the detection. */
      readonly reason?: { readonly code: string; readonly message: string };
      /** Asked inside the transaction: alerts, their deliveries and what doors are asked become rows together with the rest. */
      readonly alerts?: AlertPlanner;
    }
  | { readonly state: 'rejected'; readonly code: string; readonly message: string; readonly quality: number | null }
  | { readonly state: 'failed'; readonly code: string; readonly message: string };

/** `stale`: the gallery changed after the search that found nobody: sync, search again. `lost`: the lease is another
 * worker's by now, nothing was written. `model`: another model is in force by now: the shot has to be read again. */
export type Settled =
  | { readonly result: 'done'; readonly detection: Detection }
  | { readonly result: 'stale' | 'lost' | 'model' };

export interface DetectionStore {
  /** Durable when it answers. The same id again: `created` is false and the stored row is answered, whatever came. */
  add(sighting: Sighting, picture: string, receivedAt: number): Promise<{ detection: Detection; created: boolean }>;
  get(id: string): Promise<Detection | null>;
  /** Newest capture first. A page may be shorter than asked for, and empty, although `next` says that there is more. */
  list(filter: DetectionFilter, page: PageRequest): Promise<Page<Detection>>;
  /** Rows by state; only those received at or after `receivedSince` where it is given, and of these cameras. */
  counts(receivedSince?: number, cameraIds?: readonly string[]): Promise<Readonly<Record<DetectionState, number>>>;
  /** Takes up to `limit` pending rows whose lease is free, oldest arrival first; `attempts` counts up. */
  claim(worker: string, limit: number, leaseMs: number, now: number): Promise<readonly Detection[]>;
  extend(worker: string, ids: readonly string[], leaseMs: number, now: number): Promise<void>;
  /** Gives rows back at once (shutdown); does not count as an attempt. */
  release(worker: string, ids: readonly string[]): Promise<void>;
  /** One transaction: the row, the new unknown person and her reference, the visit, the change log. */
  settle(worker: string, id: string, outcome: Outcome, now: number): Promise<Settled>;
  /** The classified shots of a track that have a template of this model, oldest first, at most the `limit` latest. */
  shotsOfTrack(cameraId: string, trackId: string, model: string, limit: number): Promise<readonly LoggedShot[]>;
  /** Classified detections with their templates of this model, oldest arrival first, after `afterSeq`: what a re-run goes
   * through. */
  withTemplates(
    model: string,
    filter: DetectionFilter & { readonly decidedBy?: 'system'; readonly ids?: readonly string[] },
    afterSeq: number,
    limit: number,
  ): Promise<readonly LoggedShot[]>;
  /** Further templates of detections, for a second model. Those that are gone are passed over. */
  putTemplates(templates: readonly { detectionId: string; template: Template }[]): Promise<void>;
  /** Forgets detections for good, with their templates, the references that came from them, and what the history kept of them.
   * Answers the pictures that nothing points to any more. KithError `not_found` when one is missing: then nothing is erased. */
  erase(ids: readonly string[], visitGapMs: number): Promise<readonly string[]>;
  /** Classified detections captured since then that have a template of some model but none of this one, newest first. */
  withoutTemplate(model: string, since: number, limit: number): Promise<readonly Detection[]>;
  /** The templates of this model of classified detections, newest capture first, piece by piece: other work gets its turn between
   * two. Stop reading whenever enough was seen. */
  scanTemplates(model: string, filter: ScanFilter): AsyncIterable<readonly ScannedTemplate[]>;
  /** Those of them that are there, in no order. */
  byIds(ids: readonly string[]): Promise<readonly Detection[]>;
}

export interface ScanFilter {
  /** Null: all. */
  readonly cameraIds: readonly string[] | null;
  /** Capture time, inclusive. */
  readonly from?: number;
  /** Capture time, exclusive. */
  readonly to?: number;
}

export interface ScannedTemplate {
  readonly id: string;
  readonly capturedAt: number;
  readonly vector: Float32Array;
}

/** A classified shot with its template. */
export interface TrackShot {
  readonly id: string;
  readonly personId: string | null;
  readonly personKind: PersonKind | null;
  readonly decision: Decision;
  readonly decidedBy: 'system' | 'human';
  readonly quality: number;
  readonly vector: Float32Array;
  /** Persons that this face is not, says a human. */
  readonly notPersonIds: readonly string[];
}

export interface LoggedShot extends TrackShot {
  readonly seq: number;
  readonly cameraId: string;
  readonly trackId: string | null;
  readonly capturedAt: number;
}

export interface ReferenceStore {
  add(
    reference: { personId: string; picture: string; quality: number; warnings?: readonly GateCode[] },
    templates: readonly Template[],
  ): Promise<Reference>;
  get(id: string): Promise<Reference | null>;
  ofPerson(personId: string): Promise<readonly Reference[]>;
  /** Answers the picture if nothing points to it any more. KithError `not_found`. */
  remove(id: string): Promise<string | null>;
  /** Every reference in the gallery which has a template of this model, in no order; `version` is a change the rows include. */
  entries(model: string): Promise<{ version: number; entries: readonly GalleryEntry[] }>;
  /** The same for some references or persons; those that are gone are left out. */
  entriesOf(
    model: string,
    of: { referenceIds?: readonly string[]; personIds?: readonly string[] },
  ): Promise<readonly GalleryEntry[]>;
  /** References that have no template of this model yet. */
  withoutTemplate(model: string, limit: number): Promise<readonly Reference[]>;
  putTemplate(referenceId: string, template: Template): Promise<void>;
}

// ── Imports ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** A bulk enrolment, which can be broken off and taken up again. */
export interface Import {
  readonly id: string;
  /** Names what is imported, so that the same source is taken up again. */
  readonly source: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly counts: { readonly accepted: number; readonly warned: number; readonly refused: number };
}

/** What became of one photo of an import. */
export interface ImportedPhoto extends GateVerdict {
  /** Path inside the source. */
  readonly file: string;
  readonly name: string;
  readonly personId: string | null;
  readonly referenceId: string | null;
}

export interface ImportStore {
  /** The import of this source, made when there is none. */
  open(source: string): Promise<Import>;
  get(id: string): Promise<Import | null>;
  list(page: PageRequest): Promise<Page<Import>>;
  /** The same file again replaces what was said before. */
  putPhoto(importId: string, photo: ImportedPhoto): Promise<void>;
  photos(
    importId: string,
    filter: { verdict?: GateVerdict['verdict'] },
    page: PageRequest,
  ): Promise<Page<ImportedPhoto>>;
  remove(id: string): Promise<void>;
}

// ── The model in force ──────────────────────────────────────────────────────────────────────────────────────────

/** Which model's templates are searched, and which one is being prepared. */
export interface ModelState {
  /** Null in a new store. */
  readonly active: string | null;
  /** The models that were in force before, latest first: the way back. */
  readonly earlier: readonly string[];
  readonly preparing: {
    readonly model: string;
    readonly startedAt: number;
    readonly done: number;
    readonly total: number;
    /** References and shots that this model sees no face in. */
    readonly failed: number;
  } | null;
}

export interface ModelStore {
  state(): Promise<ModelState>;
  /** Only where none is in force yet. */
  adopt(model: string): Promise<ModelState>;
  /** Begins to prepare a model; the same again goes on. KithError `conflict` while another one is being prepared. */
  prepare(model: string): Promise<ModelState>;
  progress(model: string, progress: { done: number; total: number; failed: number }): Promise<void>;
  cancel(): Promise<ModelState>;
  /** One transaction: from its commit on only this model's templates are searched, everywhere. KithError `conflict` when the
   * model is not the one being prepared. */
  activate(model: string): Promise<ModelState>;
}

/** A day as the live page tells it. */
export interface LiveNumbers {
  readonly visits: number;
  /** Known people and strangers who came. */
  readonly known: number;
  readonly strangers: number;
  /** Detections about which a human has to decide. */
  readonly undecided: number;
}

export interface Store {
  readonly kind: 'sqlite' | 'postgres';
  readonly identity: IdentityStore;
  readonly users: UserStore;
  readonly chatUsers: ChatUserStore;
  readonly audit: AuditStore;
  readonly touched: TouchedStore;
  readonly imports: ImportStore;
  readonly models: ModelStore;
  readonly detections: DetectionStore;
  readonly persons: PersonStore;
  readonly groups: GroupStore;
  readonly activity: ActivityStore;
  readonly references: ReferenceStore;
  readonly strangers: StrangerStore;
  readonly visits: {
    /** Newest `lastAt` first. A page may be shorter than asked for, and empty, although `next` says that there is more. */
    list(filter: VisitFilter, page: PageRequest): Promise<Page<Visit>>;
    get(id: string): Promise<Visit | null>;
    /** Of what was from this time on, at these cameras (null: all). */
    numbers(from: number, cameras: readonly string[] | null): Promise<LiveNumbers>;
  };
  readonly timeline: TimelineStore;
  readonly rules: RuleStore;
  readonly alerts: AlertStore;
  readonly cameras: CameraStore;
  readonly upkeep: UpkeepStore;
  readonly actions: ActionStore;
  readonly channels: ChannelStore;
  readonly deliveries: DeliveryStore;
  readonly push: PushStore;
  readonly kept: KeptStore;
  readonly keys: {
    add(key: { name: string; scopes: readonly Scope[]; cameraId: string | null; hash: string }): Promise<ApiKey>;
    byHash(hash: string): Promise<ApiKey | null>;
    list(): Promise<readonly ApiKey[]>;
    remove(id: string): Promise<void>;
    /** Written at most once a minute per key. */
    used(id: string, at: number): Promise<void>;
  };
  readonly changes: {
    last(): Promise<number>;
    since(seq: number, limit: number, topic?: ChangeTopic): Promise<readonly Change[]>;
    /** Calls back soon after anything was committed, here or in another process; a hint, may come too often. */
    onCommit(listener: () => void): () => void;
  };
  /** Does the picture still belong to a detection or a reference? */
  pictureInUse(id: string): Promise<boolean>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
