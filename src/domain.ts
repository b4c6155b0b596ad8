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
}

export interface Reference {
  readonly id: string;
  readonly personId: string;
  readonly picture: string;
  /** `enrolled` by people, or `sighting`: kept from the detection log. */
  readonly source: 'enrolled' | 'sighting';
  readonly detectionId: string | null;
  readonly quality: number;
  readonly createdAt: number;
}

export interface Template {
  readonly model: string;
  readonly vector: Float32Array;
}

// ── The detection log ───────────────────────────────────────────────────────────────────────────────────────────

export type DetectionState = 'pending' | 'classified' | 'rejected' | 'failed';
export type Decision = 'known' | 'unknown' | 'new';

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

/** One person with the distance of the nearest of her references. */
export interface Candidate {
  readonly personId: string;
  readonly referenceId: string;
  readonly distance: number;
}

export interface Match {
  readonly decision: Decision;
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
  search(template: Float32Array, k?: number): readonly Candidate[];
  kindOf(personId: string): PersonKind | undefined;
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

/** `gallery`: what a search would find has changed. `journal`: a detection was classified, rejected or has failed. */
export type ChangeTopic = 'gallery' | 'journal';

export interface Change {
  /** Grows in the order of commits: who has seen `seq` has missed nothing before it. */
  readonly seq: number;
  readonly topic: ChangeTopic;
  readonly entity: 'person' | 'reference' | 'detection';
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
      /** The person meant; null asks the store to make a new unknown person from this detection. */
      readonly personId: string | null;
      readonly galleryVersion: number;
      readonly template: Template;
      readonly quality: number;
      /** Keep the shot as a reference of the person (always done for a new unknown person). */
      readonly keepReference: boolean;
      readonly visitGapMs: number;
    }
  | { readonly state: 'rejected'; readonly code: string; readonly message: string; readonly quality: number | null }
  | { readonly state: 'failed'; readonly code: string; readonly message: string };

/** `stale`: the gallery changed after the search that found nobody: sync, search again. `lost`: the lease is another
 * worker's by now, nothing was written. */
export type Settled =
  | { readonly result: 'done'; readonly detection: Detection }
  | { readonly result: 'stale' | 'lost' };

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
  /** The person most of this track's classified detections are of, if any. */
  personOfTrack(cameraId: string, trackId: string): Promise<string | null>;
}

export interface PersonStore {
  /** Names of known persons are unique, compared without case: KithError `conflict`. */
  add(name: string): Promise<Person>;
  get(id: string): Promise<Person | null>;
  /** By name; known persons first where `kind` is not given. `query` is part of the name, without case. */
  list(filter: { kind?: PersonKind; query?: string }, page: PageRequest): Promise<Page<Person>>;
  counts(): Promise<Readonly<Record<PersonKind, number>>>;
  /** Giving an unknown person a name makes her known. KithError `not_found`, `conflict`. */
  rename(id: string, name: string): Promise<Person>;
  /** Removes her references, templates and visits; her detections stay in the log without a person. Answers the pictures that
   * nothing points to any more. KithError `not_found`. */
  remove(id: string): Promise<readonly string[]>;
}

export interface ReferenceStore {
  add(
    reference: { personId: string; picture: string; quality: number },
    templates: readonly Template[],
  ): Promise<Reference>;
  get(id: string): Promise<Reference | null>;
  ofPerson(personId: string): Promise<readonly Reference[]>;
  /** Answers the picture if nothing points to it any more. KithError `not_found`. */
  remove(id: string): Promise<string | null>;
  /** Every reference which has a template of this model, in no order; `version` is a change the rows include. */
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

export interface Store {
  readonly kind: 'sqlite' | 'postgres';
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
