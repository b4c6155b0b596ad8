// The settings of a camera program that runs by itself: camera.json, the environment, the key.

import { readFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import { COMMON, LOOKING, SOURCE, type CameraSettings } from '../camera-settings.ts';
import { checkZones } from '../camera-zones.ts';
import type { Profile } from '../model-port.ts';
import { KithError, messageOf } from '../errors.ts';
import { validate } from '../validate.ts';
import type { Connection } from './back-end.ts';
import type { Search } from './find.ts';
import { checkServer } from './uploader.ts';

const SOURCE_TEXT = (SOURCE as { readonly description?: string }).description ?? '';

/** camera.json of a camera program that runs by itself. */
export const CameraFileSchema = Type.Object(
  {
    ...COMMON,
    id: Type.Optional(
      Type.String({
        ...COMMON.id,
        description: 'Letters, digits, ".", "_" and "-". Without it the camera that the key was made for.',
      }),
    ),
    source: Type.Optional(
      Type.String({
        ...SOURCE,
        description: `${SOURCE_TEXT} Without it the back end keeps all settings of the camera, and changes there are followed.`,
      }),
    ),
    server: Type.String({
      title: 'Back end',
      description: 'Address of the Kith that the shots go to (or KITH_SERVER).',
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

/** What one camera runs with, wherever its settings come from. */
export type CameraConfig = CameraSettings & Connection;
/** With settings of its own, or (without `source`) with those that the back end keeps. */
export type ProgramConfig =
  | CameraConfig
  | (Connection & {
      readonly id: string;
      readonly source?: never;
      /** The back end runs on this machine and may name its USB cameras. */
      readonly devices?: boolean;
    });
/** As it was read: the id may be the key's. */
export type ReadConfig = Connection & { readonly data: string; readonly id?: string } & (
    | Omit<CameraSettings, 'id'>
    | { readonly source?: never }
  );
type CameraFile = Static<typeof CameraFileSchema>;

/** What a profile means for a camera. 880 pixels are the most that the detector of small faces looks at in one piece. */
export const BY_PROFILE: Readonly<
  Record<Profile, { rate: number; search: Search; wideShare: number; lookPx: number }>
> = {
  small: { rate: 4, search: 'near', wideShare: 0, lookPx: 640 },
  balanced: { rate: 8, search: 'auto', wideShare: 0.06, lookPx: 880 },
  accurate: { rate: 12, search: 'far', wideShare: 0.3, lookPx: 1_920 },
};

/** Defaults filled in, the key read. Later ones win: file, environment (KITH_SERVER, KITH_CAMERA_KEY, KITH_DATA), `overrides`.
 * KithError `invalid` names the key that is wrong and the nearest right one. */
export function readCameraConfig(
  options: { file?: string; env?: NodeJS.ProcessEnv; overrides?: Readonly<Record<string, unknown>> } = {},
): ReadConfig {
  const env = options.env ?? process.env;
  const where = options.file ?? 'camera settings';
  const value: Record<string, unknown> = {
    ...(options.file === undefined ? {} : readJson(options.file)),
    ...(env['KITH_DATA'] ? { data: env['KITH_DATA'] } : {}),
    ...(env['KITH_SERVER'] ? { server: env['KITH_SERVER'] } : {}),
    ...options.overrides,
  };
  const file = validate(CameraFileSchema, value, where);
  checkServer(file.server);
  checkZones(file);
  const { key: _key, keyFile: _keyFile, id, source, ...rest } = file;
  // What a parent hands over is not replaced by an environment that was meant for somebody else.
  const key = keyOf(file, options.overrides?.['key'] === undefined ? env : {});
  const named = id === undefined ? {} : { id };
  if (source !== undefined) return { ...rest, ...named, source, key };
  const idle = Object.keys(value).find((name) => Object.hasOwn(LOOKING, name));
  if (idle !== undefined) {
    throw new KithError(
      'invalid',
      `${where}: "${idle}" counts only together with "source". Add "source", or remove "${idle}" and set it in the back end.`,
    );
  }
  return { server: rest.server, data: rest.data, ...named, key };
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
