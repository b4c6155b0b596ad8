// The shapes of the API as TypeBox schemas: they check what comes in, type the handlers and make the OpenAPI document.

import { Type, type Static, type TSchema } from 'typebox';
import { MOST_ZONES, ZONE_NAME } from '../camera-settings.ts';
import type { GateCode } from '../domain.ts';

export const Id = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$',
  description: '1 to 100 letters, digits, . _ : -',
});
export const Name = Type.String({ minLength: 1, maxLength: 200, description: '1 to 200 characters in one line' });
export const Time = Type.String({
  format: 'date-time',
  description: 'ISO 8601 with a time zone, for example 2026-01-31T12:00:00.000Z',
});
const Point = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 });
export const Box = Type.Array(Type.Number({ minimum: -1e6, maximum: 1e6 }), {
  minItems: 4,
  maxItems: 4,
  description: '[x, y, width, height] in pixels of the upright picture',
});
export const Points = Type.Array(Point, {
  minItems: 5,
  maxItems: 5,
  description: 'five [x, y]: right eye, left eye, nose tip, right and left corner of the mouth',
});
export const Kind = Type.Enum(['known', 'unknown']);
export const State = Type.Enum(['pending', 'classified', 'rejected', 'failed']);
export const Scopes = Type.Array(Type.Enum(['camera', 'log', 'read', 'people', 'admin']), {
  minItems: 1,
  maxItems: 5,
  uniqueItems: true,
  description:
    'camera: post detections; log: look at cameras, live and log; read: look at everything; people: and change people, correct the log; admin: everything',
});
export const Decision = Type.Enum(['known', 'unknown', 'new', 'ambiguous', 'unidentified'], {
  description:
    'ambiguous: two persons are about equally near, see `candidates`; unidentified: seen, but too poor to be found again',
});

export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

/** An object in which a misspelt key is an error. */
export function Exact<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties, { additionalProperties: false });
}

export function List<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), next: Nullable(Type.String()) });
}

export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'a whole number, 1 to 500' }),
  ),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: '`next` of the page before' })),
};

export const IdParams = Exact({ id: Id });

export const Force = Type.Boolean({
  description: 'enrol also what the gate would refuse for poor quality or as closer to somebody else',
});
export const Verdict = Type.Enum(['accepted', 'warned', 'refused']);
const GATE_CODES = [
  'unreadable',
  'no_face',
  'several_faces',
  'too_small',
  'blurred',
  'dark',
  'over_exposed',
  'turned_away',
  'covered',
  'duplicate',
  'unlike_her_others',
  'closer_to_somebody_else',
] as const satisfies readonly GateCode[];
const Code = Type.Enum([...GATE_CODES]);
const Findings = Type.Array(Type.Object({ code: Code, message: Type.String() }), {
  description: 'what the enrolment gate has against the photo, worst first',
});

export const Problem = Type.Object(
  { error: Type.Object({ code: Type.String(), message: Type.String() }), findings: Type.Optional(Findings) },
  { description: 'What went wrong, why, and what to do' },
);

// ── What comes in ───────────────────────────────────────────────────────────────────────────────────────────────

export const DetectionMeta = Exact({
  id: Id,
  camera: Id,
  track: Type.Optional(Nullable(Id)),
  capturedAt: Time,
  sentAt: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'when it is sent, by the clock that `capturedAt` is by: where that clock is off, both are moved',
    }),
  ),
  box: Type.Optional(Nullable(Box)),
  points: Type.Optional(Nullable(Points)),
  zones: Type.Optional(
    Type.Array(Type.String(ZONE_NAME), {
      maxItems: MOST_ZONES,
      description: 'names of the zones of the camera that the face was in, up to this shot of its track',
    }),
  ),
});
export type DetectionMeta = Static<typeof DetectionMeta>;

const ATTRIBUTE_KEY = '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,49}$';
export const Attributes = Type.Record(Type.String({ pattern: ATTRIBUTE_KEY }), Type.String({ maxLength: 200 }), {
  additionalProperties: false,
  maxProperties: 50,
  description: 'what you keep about her, at most 50 texts of 200 characters; keys are letters, digits, spaces, . _ -',
});

// ── What goes out ───────────────────────────────────────────────────────────────────────────────────────────────

const PersonOf = Type.Object({ id: Type.String(), name: Type.String(), kind: Kind });
const Near = Type.Object({
  person: Type.Object({ id: Type.String(), name: Type.String() }),
  distance: Nullable(Type.Number()),
});
export type NearJson = Static<typeof Near>;
const Candidates = Nullable(
  Type.Array(Near, { minItems: 2, maxItems: 2, description: '"A or B?": the two persons of an ambiguous decision' }),
);

/** What the post of a detection answers: only what never changes, so a repeated post answers the very same. */
export const ReceiptJson = Type.Object({
  id: Type.String(),
  seq: Type.Integer(),
  camera: Type.String(),
  track: Nullable(Type.String()),
  capturedAt: Time,
  receivedAt: Time,
  picture: Type.String(),
});
export type ReceiptJson = Static<typeof ReceiptJson>;

export const DetectionJson = Type.Object({
  id: Type.String(),
  seq: Type.Integer(),
  camera: Type.String(),
  track: Nullable(Type.String()),
  capturedAt: Time,
  receivedAt: Time,
  classifiedAt: Nullable(Time),
  state: State,
  box: Nullable(Box),
  zones: Type.Array(Type.String(), { description: 'of its camera that the face was in, up to this shot of its track' }),
  person: Nullable(PersonOf),
  decision: Nullable(Decision),
  decidedBy: Nullable(Type.Enum(['system', 'human'], { description: 'what a human decided is never changed by Kith' })),
  nearest: Nullable(Near),
  distance: Nullable(Type.Number({ description: 'to the nearest person, also where she is not meant' })),
  runnerUp: Nullable(Near),
  candidates: Candidates,
  margin: Nullable(Type.Number()),
  quality: Nullable(Type.Number()),
  model: Nullable(Type.String()),
  visit: Nullable(Type.String()),
  reason: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  picture: Type.String(),
});
export type DetectionJson = Static<typeof DetectionJson>;

export const ConsentState = Type.Enum(['none', 'asked', 'given', 'refused', 'withdrawn']);
const ConsentJson = Type.Object({
  state: ConsentState,
  at: Nullable(Time),
  by: Nullable(Type.String({ description: 'who wrote it down' })),
  note: Type.String(),
});

export const PersonJson = Type.Object({
  id: Type.String(),
  kind: Kind,
  name: Type.String(),
  createdAt: Time,
  lastSeenAt: Nullable(Time),
  references: Type.Integer(),
  ignored: Type.Boolean({ description: 'never asked about again, but still recognised' }),
  attributes: Attributes,
  mergedInto: Nullable(Type.String({ description: 'the person that this one became' })),
  groups: Type.Array(Type.String()),
  consent: ConsentJson,
  version: Type.Integer({ description: 'grows with every change by somebody: see `ifVersion`' }),
  picture: Nullable(Type.String({ description: 'her best reference, or her best sighting' })),
});
export type PersonJson = Static<typeof PersonJson>;

export const VerdictJson = Type.Object({ verdict: Verdict, findings: Findings });

export const ImportJson = Type.Object({
  id: Type.String(),
  source: Type.String(),
  createdAt: Time,
  updatedAt: Time,
  counts: Type.Object({ accepted: Type.Integer(), warned: Type.Integer(), refused: Type.Integer() }),
});
export type ImportJson = Static<typeof ImportJson>;

export const ImportedPhotoJson = Type.Object({
  file: Type.String(),
  name: Type.String(),
  person: Nullable(Type.String()),
  reference: Nullable(Type.String()),
  verdict: Verdict,
  findings: Findings,
});
export type ImportedPhotoJson = Static<typeof ImportedPhotoJson>;

export const ReferenceJson = Type.Object({
  id: Type.String(),
  person: Type.String(),
  source: Type.Enum(['enrolled', 'sighting']),
  detection: Nullable(Type.String()),
  quality: Type.Number(),
  warnings: Type.Array(Code, { description: 'what the enrolment gate had against it' }),
  createdAt: Time,
  picture: Type.String(),
});
export type ReferenceJson = Static<typeof ReferenceJson>;

const QualityJson = Type.Object({
  total: Type.Number(),
  reason: Type.String({ description: 'what lowers the total most' }),
  size: Type.Number(),
  sharpness: Type.Number(),
  light: Type.Number(),
  contrast: Type.Number(),
  pose: Type.Number(),
  occlusion: Type.Number(),
  eyes: Type.Number({ description: 'how wide the eyes are open; no part of the total' }),
  mouth: Type.Number({ description: 'mouth and nose are visible; no part of the total' }),
});
export type QualityJson = Static<typeof QualityJson>;

/** A reference that was just added, with what was seen in the photo. */
export const NewReferenceJson = Type.Object({
  ...ReferenceJson.properties,
  reason: Type.String({ description: 'what lowers the quality most' }),
  box: Box,
  verdict: Verdict,
  findings: Findings,
});
export type NewReferenceJson = Static<typeof NewReferenceJson>;

export const FaceJson = Type.Object({
  box: Box,
  score: Type.Number(),
  points: Points,
  pose: Type.Object({ yaw: Type.Number(), pitch: Type.Number(), roll: Type.Number() }),
  quality: QualityJson,
});
export type FaceJson = Static<typeof FaceJson>;

export const IdentifiedJson = Type.Object({
  box: Box,
  score: Type.Number(),
  quality: QualityJson,
  person: Nullable(PersonOf),
  decision: Decision,
  nearest: Nullable(Near),
  distance: Nullable(Type.Number({ description: 'to the nearest person, also where she is too far away to be meant' })),
  margin: Nullable(Type.Number()),
  threshold: Type.Number(),
  runnerUp: Nullable(Near),
  candidates: Candidates,
});
export type IdentifiedJson = Static<typeof IdentifiedJson>;

export const VisitJson = Type.Object({
  id: Type.String(),
  person: PersonOf,
  camera: Type.String(),
  cameraName: Type.String(),
  firstAt: Time,
  lastAt: Time,
  detections: Type.Integer(),
  bestDetection: Type.String({ description: 'the one of best quality; the following is said of it' }),
  picture: Type.String(),
  decision: Nullable(Decision),
  decidedBy: Nullable(Type.Enum(['system', 'human'], { description: 'what a human decided is never changed by Kith' })),
  distance: Nullable(Type.Number({ description: 'to the nearest person' })),
  candidates: Candidates,
  quality: Nullable(Type.Number()),
});
export type VisitJson = Static<typeof VisitJson>;

export const KeyJson = Type.Object({
  id: Type.String(),
  name: Type.String(),
  scopes: Scopes,
  camera: Nullable(Type.String()),
  createdAt: Time,
  lastUsedAt: Nullable(Time),
});
export type KeyJson = Static<typeof KeyJson>;
