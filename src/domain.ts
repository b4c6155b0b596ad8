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
  /** Cuts `box` (clamped to the raster) out and encodes it as JPEG, at most `maxSide` pixels long. `overlay` is an SVG document no
   * larger than the result, drawn over it at the end. */
  encodeJpeg(
    raster: Raster,
    options?: { box?: Box; maxSide?: number; quality?: number; overlay?: string },
  ): Promise<Uint8Array>;
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
  /** Mean luminance of the face, 0 (black) to 255: tells too dark from too bright, which are both `light`. */
  readonly luminance: number;
  /** How wide the eyes are open, and whether mouth and nose are visible, 0..1. They choose between looks at one person and are
   * no part of the total. */
  readonly eyes: number;
  readonly mouth: number;
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
  /** No face was found: this is where one is said to be (`fallback`). Its quality is 0 and its points are those of any face. */
  readonly guessed?: true;
  /** Present where it was asked for. Belongs to the engine's `embedder`. */
  readonly template?: Float32Array;
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
  /** By name; compared without case, like names of persons. */
  readonly groups: readonly string[];
  readonly notes: string;
  readonly consent: Consent;
  /** Grows with every change of her row by somebody: two who edit her at once are told. */
  readonly version: number;
  /** Where her best picture is; null when there is none (that the asker may see). */
  readonly portrait: { readonly kind: 'reference' | 'detection'; readonly id: string } | null;
}

/** Whether she agreed to be kept. */
export interface Consent {
  readonly state: 'none' | 'asked' | 'given' | 'refused' | 'withdrawn';
  readonly at: number | null;
  /** Who wrote it down. */
  readonly by: string | null;
  readonly note: string;
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
  /** Names of the camera's zones that the face was in, up to this shot of its track. */
  readonly zones: readonly string[];
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

/** What was decided about a shot, and how good it is. */
export type Judged = Pick<
  Detection,
  | 'decision'
  | 'decidedBy'
  | 'nearestId'
  | 'nearestName'
  | 'distance'
  | 'runnerUpId'
  | 'runnerUpName'
  | 'runnerUpDistance'
  | 'quality'
>;

export interface Visit {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  readonly personKind: PersonKind;
  readonly cameraId: string;
  /** Its id where the camera is gone. */
  readonly cameraName: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly detections: number;
  /** The detection with the best quality. */
  readonly bestDetectionId: string;
  readonly best: Judged;
}

/** The shots of one track (or one shot without a track) that are nobody's: between two persons, or too poor. */
export interface Undecided extends Omit<Visit, 'personId' | 'personName' | 'personKind'> {
  /** Of its latest detection. */
  readonly id: string;
  readonly personId: null;
  readonly trackId: string | null;
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

// ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `camera`: post detections. `log`: look at cameras, live events and the log. `read`: look at everything. `people`: look at
 * everything, change people and correct the log. `admin`: everything. */
export type Scope = 'camera' | 'log' | 'read' | 'people' | 'admin';

/** What a user may: `viewer` is the scope `log`, `operator` is `people`, `administrator` is `admin`. */
export type Role = 'administrator' | 'operator' | 'viewer';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Only this camera may be posted for; null: any. */
  readonly cameraId: string | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}
