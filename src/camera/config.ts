// The settings of a camera program that runs by itself: camera.json, the environment, the key.

import { readFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import { COMMON, type CameraSettings } from '../camera-settings.ts';
import { checkZones } from '../camera-zones.ts';
import type { Profile } from '../domain.ts';
import { KithError, messageOf } from '../errors.ts';
import { validate } from '../validate.ts';
import type { Search } from './find.ts';
import { checkServer } from './uploader.ts';

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

export type CameraConfig = CameraSettings & { readonly server: string; readonly key: string };
type CameraFile = Static<typeof CameraFileSchema>;

/** What a profile means for a camera. */
export const BY_PROFILE: Readonly<
  Record<Profile, { rate: number; search: Search; wideShare: number; lookPx: number }>
> = {
  small: { rate: 4, search: 'near', wideShare: 0, lookPx: 640 },
  balanced: { rate: 8, search: 'auto', wideShare: 0.1, lookPx: 960 },
  accurate: { rate: 12, search: 'far', wideShare: 0.3, lookPx: 1_920 },
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
  checkZones(file.include, file.exclude);
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
