// The settings of one camera: validated for camera.json and for the `cameras` of kith.json, and the source of their
// documentation.

import { readFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import type { Profile } from '../domain.ts';
import { KithError, messageOf } from '../errors.ts';
import { validate } from '../validate.ts';
import type { Search } from './find.ts';
import { checkServer } from './uploader.ts';

const COMMON = {
  id: Type.String({
    title: 'Camera id',
    description: 'Letters, digits, ".", "_" and "-"; detections carry it, so it should stay the same.',
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  }),
  name: Type.Optional(Type.String({ title: 'Name', description: 'What people read.', minLength: 1, maxLength: 100 })),
  source: Type.String({
    title: 'Source',
    description:
      'v4l2:/dev/video0, rtsp://…, rtsps://…, http(s)://… (MJPEG or HLS), the path of a video, or the path of a folder of photos.',
    minLength: 1,
  }),
  profile: Type.Union([Type.Literal('small'), Type.Literal('balanced'), Type.Literal('accurate')], {
    title: 'Profile',
    description: 'How much work is done: picks rate and search where these are not set.',
    default: 'balanced',
  }),
  rate: Type.Optional(
    Type.Number({
      title: 'Rate (1/s)',
      description: 'Frames a second that are searched for faces at most; 4, 8 or 12 by profile.',
      minimum: 0.1,
      maximum: 60,
    }),
  ),
  search: Type.Optional(
    Type.Union([Type.Literal('near'), Type.Literal('auto'), Type.Literal('far')], {
      title: 'Search',
      description:
        '"near" is quick and finds faces from about 1/12 of the picture; "auto" and "far" also look for small ones now and then. By profile.',
    }),
  ),
  minFacePx: Type.Integer({
    title: 'Smallest face (px)',
    description: 'Longer side of a face that may be sent, in pixels of the camera.',
    default: 24,
    minimum: 16,
    maximum: 2_000,
  }),
  minQuality: Type.Number({
    title: 'Lowest quality',
    description: 'Quality (0 to 1) from which a face is sent.',
    default: 0.1,
    minimum: 0,
    maximum: 1,
  }),
  pace: Type.Union([Type.Literal('realtime'), Type.Literal('fast')], {
    title: 'Pace',
    description: 'Recordings run as they were recorded, or as fast as they can be searched.',
    default: 'realtime',
  }),
  loop: Type.Boolean({
    title: 'Loop',
    description: 'Recordings and folders begin anew at their end.',
    default: false,
  }),
  photosPerSecond: Type.Number({
    title: 'Photos (1/s)',
    description: 'How quickly the photos of a folder follow each other at pace "realtime".',
    default: 1,
    minimum: 0.01,
    maximum: 100,
  }),
  spoolShots: Type.Integer({
    title: 'Spool (shots)',
    description: 'Shots that wait on disk at most while the back end is away; then the oldest go.',
    default: 5_000,
    minimum: 1,
  }),
  spoolMegabytes: Type.Integer({
    title: 'Spool (MB)',
    description: 'The same as space on disk.',
    default: 500,
    minimum: 1,
  }),
};

/** One entry of `cameras` in kith.json. */
export const CameraSchema = Type.Object(COMMON, {
  additionalProperties: false,
  title: 'Camera',
  description: 'A camera of this Kith',
});

/** camera.json of a camera program that runs by itself. */
export const CameraFileSchema = Type.Object(
  {
    ...COMMON,
    server: Type.String({
      title: 'Back end',
      description: 'Address of the Kith that the shots go to.',
      default: 'http://127.0.0.1:8080',
      minLength: 1,
    }),
    key: Type.Optional(
      Type.String({
        title: 'Key',
        description: 'A key with the scope "camera" (or KITH_CAMERA_KEY, KITH_CAMERA_KEY_FILE, or keyFile).',
        minLength: 1,
      }),
    ),
    keyFile: Type.Optional(Type.String({ title: 'Key (file)', description: 'A file that holds it.', minLength: 1 })),
    data: Type.String({
      title: 'Data folder',
      description: 'The spool is kept in it.',
      default: './data',
      minLength: 1,
    }),
  },
  { additionalProperties: false, title: 'Camera program', description: 'camera.json' },
);

export type CameraSettings = Static<typeof CameraSchema>;
export type CameraConfig = CameraSettings & { readonly server: string; readonly key: string };
type CameraFile = Static<typeof CameraFileSchema>;

/** What a profile means for a camera. */
export const BY_PROFILE: Readonly<Record<Profile, { rate: number; search: Search; wideShare: number }>> = {
  small: { rate: 4, search: 'near', wideShare: 0 },
  balanced: { rate: 8, search: 'auto', wideShare: 0.1 },
  accurate: { rate: 12, search: 'far', wideShare: 0.3 },
};

/** Defaults filled in, the key read. Later ones win: file, environment (KITH_CAMERA_KEY, KITH_DATA), `overrides`. KithError
 * `invalid` names the key that is wrong and the nearest right one. */
export function readCameraConfig(
  options: { file?: string; env?: NodeJS.ProcessEnv; overrides?: Readonly<Record<string, unknown>> } = {},
): CameraConfig & { readonly data: string } {
  const env = options.env ?? process.env;
  const value = {
    ...(options.file === undefined ? {} : readJson(options.file)),
    ...(env['KITH_DATA'] ? { data: env['KITH_DATA'] } : {}),
    ...options.overrides,
  };
  const file = validate(CameraFileSchema, value, options.file ?? 'camera settings');
  checkServer(file.server);
  const { key: _key, keyFile: _keyFile, ...rest } = file;
  return { ...rest, key: keyOf(file, env) };
}

function readJson(path: string): Record<string, unknown> {
  const text = readText(path, 'The camera settings');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new KithError('invalid', `${path} is not JSON (${messageOf(error)}): correct it.`, { cause: error });
  }
  throw new KithError('invalid', `${path} must hold one JSON object with the settings of one camera.`);
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new KithError('invalid', `${what} cannot be read from ${path} (${messageOf(error)}).`, { cause: error });
  }
}

function keyOf(file: CameraFile, env: NodeJS.ProcessEnv): string {
  const path = env['KITH_CAMERA_KEY_FILE'] ?? file.keyFile;
  const key = env['KITH_CAMERA_KEY'] || (path ? readText(path, "The camera's key").trim() : file.key);
  if (key) return key;
  throw new KithError(
    'invalid',
    'The camera has no key: make one with the scope "camera" in Kith and put it into "key", "keyFile" or KITH_CAMERA_KEY.',
  );
}
