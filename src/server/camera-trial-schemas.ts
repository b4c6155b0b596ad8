// The shapes of looking for cameras and through them.

import { Type, type Static } from 'typebox';
import { GRID } from '../camera-port.ts';
import { GivenSettings } from './camera-schemas.ts';
import { Exact, Id, Nullable, Time } from './schemas.ts';

export const DiscoverBody = Exact({
  network: Type.Optional(Type.Boolean({ description: 'false: only at USB, at once', default: true })),
});

export const FoundCameraJson = Type.Object({
  kind: Type.Enum(['onvif', 'usb']),
  name: Type.String(),
  address: Type.String({ description: 'for "source", without user and password' }),
  hardware: Type.String(),
  camera: Nullable(Type.String({ description: 'id of the camera that reads it already' })),
});

export const FoundCamerasJson = Type.Object({
  items: Type.Array(FoundCameraJson),
  next: Type.Null(),
  problem: Nullable(Type.String({ description: 'why the network could not be searched' })),
});

export const TrialBody = Exact({
  settings: Type.Optional(GivenSettings),
  camera: Type.Optional(
    Type.Unsafe<string>({
      ...Id,
      description: 'a camera whose credentials stand for "***"; without settings its own are tried',
    }),
  ),
});

const Profile = Type.Object({
  token: Type.String({ description: 'goes behind the host of an onvif address' }),
  name: Type.String(),
  width: Type.Integer(),
  height: Type.Integer(),
  fps: Type.Number({ description: '0: not said' }),
});

export const TrialJson = Type.Object({
  ok: Type.Boolean(),
  reason: Nullable(Type.String({ description: 'why there is no picture, and what to do, in words' })),
  about: Nullable(Type.Enum(['login', 'path', 'host'], { description: 'which part of the address is to blame' })),
  source: Nullable(Type.String({ description: 'without credentials' })),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer()),
  frameRate: Nullable(Type.Number()),
  codec: Nullable(Type.String()),
  profiles: Type.Array(Profile, { description: 'what an ONVIF camera offers' }),
  picture: Nullable(Type.String({ description: 'a JPEG as base64; kept nowhere' })),
});
export type TrialJson = Static<typeof TrialJson>;

export const DoctorBody = Exact({
  seconds: Type.Optional(Type.Integer({ minimum: 3, maximum: 600, default: 60 })),
  showFaces: Type.Optional(Type.Boolean({ description: 'in the picture; otherwise they are hidden', default: false })),
});

const Cells = Type.Array(Type.Integer(), { minItems: GRID.columns * GRID.rows, maxItems: GRID.columns * GRID.rows });

export const DiagnosisJson = Type.Object({
  verdict: Type.Enum(['good', 'fair', 'poor', 'nobody']),
  headline: Type.String(),
  changes: Type.Array(Type.String(), { description: 'what to change, the most worthwhile first' }),
  findings: Type.Array(Type.Object({ topic: Type.String(), says: Type.String() })),
  source: Type.String(),
  startedAt: Time,
  seconds: Type.Number({ description: 'how long it was watched' }),
  cutShort: Nullable(Type.Enum(['ended', 'stopped'])),
  width: Type.Integer(),
  height: Type.Integer(),
  frameRate: Nullable(Type.Number()),
  people: Type.Integer(),
  usablePeople: Type.Integer(),
  faces: Type.Integer(),
  usableShare: Nullable(Type.Number()),
  medianFacePx: Nullable(Type.Number()),
  lookDelayP50: Nullable(Type.Number()),
  lookDelayP95: Nullable(Type.Number()),
  facesAt: Type.Array(Type.Integer(), { ...Cells, description: 'faces per cell, 16 columns × 9 rows, row by row' }),
  usableAt: Type.Array(Type.Integer(), { ...Cells, description: 'usable faces per cell' }),
  fixed: Type.Array(
    Type.Object({
      box: Type.Array(Type.Number(), { minItems: 4, maxItems: 4, description: 'x, y, width, height from 0 to 1' }),
      unmoving: Type.Boolean(),
    }),
    { description: 'faces that are always there' },
  ),
  problems: Type.Array(Type.String()),
  picture: Type.Boolean({ description: 'there is one at …/doctor/picture' }),
});
export type DiagnosisJson = Static<typeof DiagnosisJson>;

export const DoctorJson = Type.Object({
  state: Type.Enum(['never', 'running', 'done', 'failed']),
  seconds: Nullable(Type.Integer({ description: 'how long it is watched' })),
  watched: Type.Number({ description: 'how long it was watched so far' }),
  faces: Type.Integer({ description: 'looks at faces so far' }),
  reason: Nullable(Type.String({ description: 'why it failed, in words' })),
  result: Nullable(DiagnosisJson),
});
export type DoctorJson = Static<typeof DoctorJson>;
