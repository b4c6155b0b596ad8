// The words of Kith as types, and the ports (interfaces) between its stages. Imports nothing.
//
//   camera     a source of frames                    template   the descriptor of one face by one model
//   frame      one decoded picture, capture time     person     somebody with an identity, known or unknown
//   face       a face found in a frame               reference  a photo of a person kept for matching
//   track      one face followed through frames      gallery    all templates a face is searched against
//   shot       the crop chosen from a track          match      nearest person, distance, margin, decision
//   detection  one row of the detection log          visit      detections of one person at one camera
//
// Units everywhere: pixels of the upright picture, degrees, milliseconds. Times are milliseconds since 1970 (UTC).

// ── Pictures ────────────────────────────────────────────────────────────────────────────────────────────────────

/** x, y of the top left corner, width, height; pixels of the upright picture; may reach over its edges. */
export type Box = readonly [x: number, y: number, w: number, h: number];
export type Point = readonly [x: number, y: number];

/** Right eye, left eye, nose tip, right mouth corner, left mouth corner. "Right" is the person's own right, so it lies
 * on the left of the picture (the order of ArcFace's template). */
export type FivePoints = readonly [Point, Point, Point, Point, Point];

/** A decoded picture: RGB, 8 bit, interleaved, rows from the top, `data.length === width * height * 3`. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface PictureInfo {
  /** Size after the EXIF orientation has been applied. */
  readonly width: number;
  readonly height: number;
  /** What the bytes really are: `jpeg`, `png`, `webp`, `avif`, `gif`, `tiff`, `bmp`. */
  readonly format: string;
}

/** Reads and writes picture files. Everything that cannot be read is a KithError `invalid` which says why. */
export interface PictureCodec {
  /** Reads the whole picture, so that a truncated file is found out, and answers what it is. */
  check(bytes: Uint8Array): Promise<PictureInfo>;
  /** Decodes upright; pictures larger than `maxSide` are reduced to it while decoding. */
  decode(bytes: Uint8Array, maxSide?: number): Promise<Raster & { readonly scale: number }>;
  /** Cuts `box` (clamped to the raster) out and encodes it as JPEG, at most `maxSide` pixels long. */
  encodeJpeg(raster: Raster, options?: { box?: Box; maxSide?: number; quality?: number }): Promise<Uint8Array>;
}

/** Pictures as files named for their content. */
export interface PictureStore {
  /** Durable (file and folder fsynced) when it answers. The same bytes give the same id: their SHA-256 in hex. */
  put(bytes: Uint8Array): Promise<string>;
  /** Throws KithError `not_found`. */
  get(id: string): Promise<Uint8Array>;
  has(id: string): Promise<boolean>;
  remove(id: string): Promise<void>;
}

// ── Models ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Tensor {
  readonly data: Float32Array | Uint8Array | Int32Array | BigInt64Array;
  readonly dims: readonly number[];
}

/** One network, loaded and warm. */
export interface Network {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}

export type Metric = 'euclidean' | 'cosine';
/** `dlib5`: two eyes' corners and the point under the nose into 150×150. `arcface5`: eyes, nose, mouth into 112×112. */
export type AlignmentTemplate = 'dlib5' | 'arcface5';

/** What the rest of Kith needs to know about the network that makes templates. */
export interface EmbedderInfo {
  /** Name and content hash, for example `dlib-resnet-v1@5f3c1a2b`: templates of different ids are never compared. */
  readonly id: string;
  readonly dimensions: number;
  readonly metric: Metric;
  /** Distance under which the model's author calls two faces the same (0.6 for dlib). Cosine distance is 1 − cos. */
  readonly threshold: number;
}

export type Profile = 'small' | 'balanced' | 'accurate';

// ── Faces ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Degrees. yaw > 0: the person looks to the right edge of the picture; pitch > 0: up; roll > 0: the head is tilted
 * clockwise in the picture. */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

export type QualityReason = 'size' | 'sharpness' | 'light' | 'contrast' | 'pose' | 'occlusion';

/** Each 0 (useless) to 1 (as good as it gets). */
export interface Quality extends Readonly<Record<QualityReason, number>> {
  readonly total: number;
  /** What lowers the total most. */
  readonly reason: QualityReason;
}

export interface Face {
  readonly box: Box;
  /** Detector's certainty, 0..1. */
  readonly score: number;
  readonly points: FivePoints;
  /** 468 × (x, y, z), pixels; present where it was asked for. */
  readonly mesh?: Float32Array;
  readonly pose: Pose;
  readonly quality: Quality;
  /** The aligned crop which the embedder saw; present where it was asked for. */
  readonly chip?: Raster;
  /** Present where it was asked for. Belongs to the engine's `embedder`. */
  readonly template?: Float32Array;
}

export interface AnalyseOptions {
  /** `near`: faces from about 1/12 of the picture's side. `far`: also small ones, by tiles, down to 24 px. `auto`: near first,
   * far only where that is worth it (the default). `shot`: the picture is a crop around one face, and when the
   * detector finds none the answer is an empty list. */
  readonly search?: 'near' | 'auto' | 'far' | 'shot';
  /** Look only here (pixels of the upright picture). */
  readonly region?: Box;
  readonly maxFaces?: number;
  readonly minFacePx?: number;
  readonly minScore?: number;
  readonly mesh?: boolean;
  readonly chip?: boolean;
  readonly template?: boolean;
}

export interface Analysis {
  /** Of the upright picture; the boxes are in its pixels even where a huge picture was reduced for the search. */
  readonly width: number;
  readonly height: number;
  /** Best first (score × size). */
  readonly faces: readonly Face[];
}

/** Picture in, faces out, on threads of its own. */
export interface FaceEngine {
  readonly embedder: EmbedderInfo;
  readonly threads: number;
  /** A raster's bytes are handed over (transferred) unless they are a SharedArrayBuffer's. Bytes that are no picture
   * give a KithError `invalid`. */
  analyse(picture: Uint8Array | Raster, options?: AnalyseOptions, signal?: AbortSignal): Promise<Analysis>;
  close(): Promise<void>;
}

// ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────

export type PersonKind = 'known' | 'unknown';

export interface Person {
  readonly id: string;
  readonly kind: PersonKind;
  /** Chosen by people for known persons, "Unknown 17" for unknown ones. */
  readonly name: string;
  readonly createdAt: number;
  readonly lastSeenAt: number | null;
  readonly references: number;
  /** Never asked about again: a passer-by, a poster, a face on a T-shirt. Still recognised, so that it stays one person. */
  readonly ignored: boolean;
  /** What the operator keeps about her, for groups and for the report: `{"site": "north"}`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The person she was merged into; such a person is in no list and no gallery any more, but an old id still leads on. */
  readonly mergedInto: string | null;
}

export interface Reference {
  readonly id: string;
  readonly personId: string;
  readonly picture: string;
  /** `enrolled` by people, or `sighting`: kept from the detection log. */
  readonly source: 'enrolled' | 'sighting';
  readonly detectionId: string | null;
  readonly quality: number;
  /** What the enrolment gate had against the photo, although it took it. */
  readonly warnings: readonly GateCode[];
  readonly createdAt: number;
}

/** Why a photo is no good as a reference, or not as good as it could be: the enrolment gate's codes. */
export type GateCode =
  | 'unreadable'
  | 'no_face'
  | 'several_faces'
  | 'too_small'
  | 'blurred'
  | 'dark'
  | 'over_exposed'
  | 'turned_away'
  | 'covered'
  | 'duplicate'
  | 'unlike_her_others'
  | 'closer_to_somebody_else';

/** The enrolment gate's answer for one photo. */
export interface GateVerdict {
  readonly verdict: 'accepted' | 'warned' | 'refused';
  /** Worst first; empty when accepted. `message` says what is wrong and what to do. */
  readonly findings: readonly { readonly code: GateCode; readonly message: string }[];
}

export interface Template {
  readonly model: string;
  readonly vector: Float32Array;
}

// ── The detection log ───────────────────────────────────────────────────────────────────────────────────────────

export type DetectionState = 'pending' | 'classified' | 'rejected' | 'failed';
/** `known`, `unknown`: a person of that kind was recognised. `new`: a new unknown person was made. Without a person: `ambiguous`,
 * two persons are about equally near ("A or B?"), a human decides; `unidentified`, seen, but too poor to be found again. */
export type Decision = 'known' | 'unknown' | 'new' | 'ambiguous' | 'unidentified';

/** What a camera says beside the shot. */
export interface Sighting {
  /** Made by the camera; posting the same id again changes nothing. */
  readonly id: string;
  readonly cameraId: string;
  readonly trackId: string | null;
  readonly capturedAt: number;
  /** The face inside the posted picture, when the camera knows it. */
  readonly box: Box | null;
  readonly points: FivePoints | null;
}

export interface Detection extends Sighting {
  /** Position in the log; grows by arrival. */
  readonly seq: number;
  readonly picture: string;
  readonly receivedAt: number;
  readonly state: DetectionState;
  readonly attempts: number;
  readonly classifiedAt: number | null;
  readonly personId: string | null;
  readonly personName: string | null;
  readonly personKind: PersonKind | null;
  readonly decision: Decision | null;
  /** Who decided who it is; what a human decided is never changed by the system. */
  readonly decidedBy: 'system' | 'human' | null;
  /** The nearest person, also where she is not meant. */
  readonly nearestId: string | null;
  readonly nearestName: string | null;
  readonly distance: number | null;
  readonly runnerUpId: string | null;
  readonly runnerUpName: string | null;
  readonly runnerUpDistance: number | null;
  readonly quality: number | null;
  readonly model: string | null;
  readonly visitId: string | null;
  /** Why it was rejected or has failed: a code and a sentence. */
  readonly reason: { readonly code: string; readonly message: string } | null;
}

export interface Visit {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly personKind: PersonKind;
  readonly cameraId: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly detections: number;
  /** The detection with the best quality. */
  readonly bestDetectionId: string;
}

export interface Camera {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly lastSeenAt: number | null;
}

// ── Search and decision ─────────────────────────────────────────────────────────────────────────────────────────

/** One person, how far away she is by the gallery's rule, and which of her references is the nearest. */
export interface Candidate {
  readonly personId: string;
  readonly referenceId: string;
  readonly distance: number;
}

/** What the operator asks for. `fixed`: the textbook's rule, nearest reference under the model's threshold. `calibrated`: the
 * threshold follows from a rate of false names. */
export type DecisionMode = 'calibrated' | 'fixed';

export interface Match {
  /** `new`: nobody in the gallery is meant. */
  readonly decision: Exclude<Decision, 'unidentified'>;
  /** The nearest person, also when she is too far away to be meant; null in an empty gallery. */
  readonly nearest: Candidate | null;
  readonly runnerUp: Candidate | null;
  /** Distance of the runner-up minus distance of the nearest; null when there is no runner-up. */
  readonly margin: number | null;
  readonly threshold: number;
}

export interface GalleryEntry {
  readonly referenceId: string;
  readonly personId: string;
  readonly kind: PersonKind;
  readonly vector: Float32Array;
}

export interface Gallery {
  /** Last change of the store that the gallery holds. */
  readonly version: number;
  readonly templates: number;
  readonly persons: number;
  /** The `k` nearest persons (default 2), nearest first. Exact. */
  search(template: Float32Array, k?: number, except?: ReadonlySet<string>): readonly Candidate[];
  kindOf(personId: string): PersonKind | undefined;
  /** Her templates as they are in the gallery. */
  templatesOf(personId: string): readonly { readonly referenceId: string; readonly vector: Float32Array }[];
  /** Reads the changes since `version` from the store; answers once they are searchable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

// ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `camera`: post detections. `read`: look. `admin`: everything. */
export type Scope = 'camera' | 'read' | 'admin';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Only this camera may be posted for; null: any. */
  readonly cameraId: string | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

// ── The change log ──────────────────────────────────────────────────────────────────────────────────────────────

/** `gallery`: what a search would find has changed. `journal`: a detection was classified, rejected, has failed or was given to
 * somebody else. `model`: the model in force or one being prepared has changed. */
export type ChangeTopic = 'gallery' | 'journal' | 'model';

export interface Change {
  /** Grows in the order of commits: who has seen `seq` has missed nothing before it. */
  readonly seq: number;
  readonly topic: ChangeTopic;
  readonly entity: 'person' | 'reference' | 'detection' | 'model';
  readonly action: 'add' | 'change' | 'remove';
  readonly id: string;
  readonly at: number;
}

// ── The store ───────────────────────────────────────────────────────────────────────────────────────────────────

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

export interface PageRequest {
  /** 1..500 */
  readonly limit: number;
  readonly cursor?: string;
}

export interface DetectionFilter {
  readonly state?: DetectionState;
  readonly personId?: string;
  readonly cameraId?: string;
  readonly trackId?: string;
  readonly kind?: PersonKind;
  readonly decision?: Decision;
  readonly visitId?: string;
  /** Capture time, inclusive. */
  readonly from?: number;
  /** Capture time, exclusive. */
  readonly to?: number;
}

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
       * decided or forbade stay as they are. Ignored without a person. */
      readonly alsoIds?: readonly string[];
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
  /** Newest capture first. */
  list(filter: DetectionFilter, page: PageRequest): Promise<Page<Detection>>;
  /** Rows by state; only those received at or after `receivedSince` where it is given. */
  counts(receivedSince?: number): Promise<Readonly<Record<DetectionState, number>>>;
  /** Takes up to `limit` pending rows whose lease is free, oldest arrival first; `attempts` counts up. */
  claim(worker: string, limit: number, leaseMs: number, now: number): Promise<readonly Detection[]>;
  extend(worker: string, ids: readonly string[], leaseMs: number, now: number): Promise<void>;
  /** Gives rows back at once (shutdown); does not count as an attempt. */
  release(worker: string, ids: readonly string[]): Promise<void>;
  /** One transaction: the row, the new unknown person and her reference, the visit, the change log. */
  settle(worker: string, id: string, outcome: Outcome, now: number): Promise<Settled>;
  /** The classified shots of a track that have a template of this model, oldest first, at most the `limit` latest. */
  shotsOfTrack(cameraId: string, trackId: string, model: string, limit: number): Promise<readonly TrackShot[]>;
  /** Classified detections with their templates of this model, oldest arrival first, after `afterSeq`: what a re-run goes
   * through. */
  withTemplates(
    model: string,
    filter: DetectionFilter & { readonly decidedBy?: 'system' },
    afterSeq: number,
    limit: number,
  ): Promise<readonly LoggedShot[]>;
  /** Further templates of detections, for a second model. Those that are gone are passed over. */
  putTemplates(templates: readonly { detectionId: string; template: Template }[]): Promise<void>;
  /** Classified detections captured since then that have a template of some model but none of this one, newest first. */
  withoutTemplate(model: string, since: number, limit: number): Promise<readonly Detection[]>;
}

/** A classified shot with its template. */
export interface TrackShot {
  readonly id: string;
  readonly personId: string | null;
  readonly personKind: PersonKind | null;
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
  readonly decision: Decision;
}

export interface PersonStore {
  /** Names of known persons are unique, compared without case: KithError `conflict`. */
  add(name: string): Promise<Person>;
  get(id: string): Promise<Person | null>;
  /** By name; known persons first where `kind` is not given. `query` is part of the name, without case. Ignored ones only where
   * `ignored` is true, both kinds of them where it is undefined. */
  list(filter: { kind?: PersonKind; query?: string; ignored?: boolean }, page: PageRequest): Promise<Page<Person>>;
  counts(): Promise<Readonly<Record<PersonKind, number>>>;
  /** Replaces what the operator keeps about her. KithError `not_found`, `invalid`. */
  setAttributes(id: string, attributes: Readonly<Record<string, string>>): Promise<Person>;
  /** Removes her references, templates and visits; her detections stay in the log without a person. Answers the pictures that
   * nothing points to any more. KithError `not_found`. */
  remove(id: string): Promise<readonly string[]>;
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

// ── Identity: who is whom, and every change of it ───────────────────────────────────────────────────────────────

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

/** Detections to give to a person; null makes a new unknown one, `match` is what a search has found for them. */
export interface Assignment {
  readonly detectionIds: readonly string[];
  readonly personId: string | null | 'nobody';
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
  get(seq: number): Promise<IdentityEntry | null>;
  /** Newest first. */
  list(filter: { personId?: string; detectionId?: string }, page: PageRequest): Promise<Page<IdentityEntry>>;
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
  photos(importId: string, filter: { verdict?: GateVerdict['verdict'] }, page: PageRequest): Promise<Page<ImportedPhoto>>;
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

export interface Store {
  readonly kind: 'sqlite' | 'postgres';
  readonly identity: IdentityStore;
  readonly imports: ImportStore;
  readonly models: ModelStore;
  readonly detections: DetectionStore;
  readonly persons: PersonStore;
  readonly references: ReferenceStore;
  readonly visits: {
    /** Newest `lastAt` first. */
    list(
      filter: { personId?: string; cameraId?: string; from?: number; to?: number },
      page: PageRequest,
    ): Promise<Page<Visit>>;
    get(id: string): Promise<Visit | null>;
  };
  readonly cameras: {
    /** Makes it or changes its name. */
    put(id: string, name: string): Promise<Camera>;
    get(id: string): Promise<Camera | null>;
    list(): Promise<readonly Camera[]>;
    remove(id: string): Promise<void>;
  };
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
