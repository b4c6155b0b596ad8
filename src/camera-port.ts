// What a camera program and the back end say to each other beside the shots: state, figures, and the events of the control stream.
//
//   PUT  /api/v1/cameras/:id/report    camera → back end: CameraReport, on every change and every few seconds
//   GET  /api/v1/cameras/:id/control   back end → camera: Server-Sent Events `settings`, `watch`, `named` (ControlEvent)
//   POST /api/v1/cameras/:id/preview   camera → back end: one JPEG with boxes while somebody watches; answers {watching}
//                                      (`x-captured-at`: when it was taken)
//   GET  /api/v1/cameras/:id/preview   the same pictures for a browser (multipart/x-mixed-replace)

import { Type, type Static } from 'typebox';

const Count = Type.Integer({ minimum: 0 });

/** `starting`, `restarting`: said by the supervisor. `offline`: said by the back end when no program reports. */
export const CAMERA_STATES = [
  'starting',
  'connecting',
  'running',
  'retrying',
  'restarting',
  'ended',
  'offline',
] as const;
export type CameraState = (typeof CAMERA_STATES)[number];
export const CameraStateSchema = Type.Enum([...CAMERA_STATES]);

export const CameraCountsSchema = Type.Object({
  frames: Type.Integer({ minimum: 0, description: 'Frames that came out of the source at the wanted rate' }),
  analysed: Type.Integer({ minimum: 0, description: 'Searched for faces; the others were still, or came too late' }),
  still: Count,
  dropped: Type.Integer({ minimum: 0, description: 'Replaced by a newer one while the search was busy' }),
  faces: Count,
  tracks: Count,
  shots: Count,
  delivered: Count,
  refused: Count,
  waiting: Type.Integer({ minimum: 0, description: 'Shots on disk that the back end has not acknowledged' }),
  lost: Type.Integer({ minimum: 0, description: 'Shots given up: the spool was full or too old, or the disk failed' }),
});
export type CameraCounts = Readonly<Static<typeof CameraCountsSchema>>;

/** Why a face cannot be used for recognition. */
export const UNUSABLE = ['size', 'sharpness', 'light', 'contrast', 'pose', 'occlusion'] as const;

/** Upper bounds (ms) of the buckets of delays; the last one is open. */
export const DELAY_BUCKETS_MS = [50, 100, 200, 300, 500, 700, 1_000, 2_000, 5_000] as const;
/** Upper bounds (px, longer side of the face) of the buckets of face sizes; the last one is open. */
export const FACE_BUCKETS_PX = [24, 32, 48, 64, 96, 128, 192, 256] as const;
/** Where faces were: columns × rows cells over the picture. */
export const GRID = { columns: 16, rows: 9 } as const;

const Buckets = (bounds: readonly number[]) =>
  Type.Array(Count, { minItems: bounds.length + 1, maxItems: bounds.length + 1 });
const Cells = Type.Array(Count, { minItems: GRID.columns * GRID.rows, maxItems: GRID.columns * GRID.rows });

/** What a camera saw on one day: sums, so that those of several programs can be added up. */
export const CameraDaySchema = Type.Object({
  day: Type.String({ pattern: String.raw`^\d{4}-\d\d-\d\d$`, description: 'UTC' }),
  /** Time in which frames came. */
  seconds: Type.Number({ minimum: 0 }),
  /** All frames of the source in that time, also those above the wanted rate. */
  decoded: Count,
  width: Count,
  height: Count,
  looks: Type.Integer({ minimum: 0, description: 'Frames that were searched for faces' }),
  faces: Type.Integer({ minimum: 0, description: 'Faces of confirmed tracks, one per look' }),
  usable: Type.Integer({ minimum: 0, description: 'Those good enough for recognition' }),
  unusable: Type.Object(
    { size: Count, sharpness: Count, light: Count, contrast: Count, pose: Count, occlusion: Count },
    { description: 'Why the others are not' },
  ),
  tracks: Count,
  usableTracks: Type.Integer({ minimum: 0, description: 'Tracks with at least one usable face' }),
  shots: Count,
  lookDelay: Type.Array(Count, { ...Buckets(DELAY_BUCKETS_MS), description: 'Frame captured → searched, in buckets' }),
  shotDelay: Type.Array(Count, {
    ...Buckets(DELAY_BUCKETS_MS),
    description: 'Face appeared → first shot acknowledged, in buckets',
  }),
  sizes: Type.Array(Count, { ...Buckets(FACE_BUCKETS_PX), description: 'Longer side of the faces, in buckets' }),
  facesAt: Type.Array(Count, { ...Cells, description: 'Faces per cell, 16 columns × 9 rows, row by row' }),
  usableAt: Type.Array(Count, { ...Cells, description: 'Usable faces per cell' }),
});
export type CameraDay = Static<typeof CameraDaySchema>;

export const CameraReportSchema = Type.Object({
  /** Made anew at each start of a program: tells two programs with the same camera id apart. */
  program: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
  state: CameraStateSchema,
  reason: Type.Union([Type.String({ maxLength: 500 }), Type.Null()]),
  /** Address of the source without credentials. */
  source: Type.String({ maxLength: 500 }),
  settingsVersion: Type.Union([Count, Type.Null()], {
    description: 'Version of the kept settings that it runs with; null with settings of its own',
  }),
  memoryMegabytes: Type.Number({ minimum: 0 }),
  counts: CameraCountsSchema,
  /** Cumulative for this program: sending a day again replaces what this program said of it before. */
  days: Type.Array(CameraDaySchema, { maxItems: 3 }),
});
export type CameraReport = Static<typeof CameraReportSchema>;

/** Somebody was recognised in a track of this camera. */
export interface Named {
  readonly detection: string;
  readonly track: string | null;
  readonly decision: string;
  readonly person: { readonly id: string; readonly name: string; readonly kind: 'known' | 'unknown' } | null;
}

/** The control stream: `event:` is the kind, `data:` the rest as JSON. */
export type ControlEvent =
  /** Kept settings, at the beginning and whenever they change; `settings` null: the program brings its own. */
  | { readonly kind: 'settings'; readonly version: number; readonly name: string; readonly settings: object | null }
  | { readonly kind: 'watch'; readonly watching: boolean }
  | ({ readonly kind: 'named' } & Named);
