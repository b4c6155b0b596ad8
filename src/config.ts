// The settings of a Kith process: one schema validates the file (kith.json) and the environment, and feeds the
// documentation. Every secret may also stand in a file named by `…_FILE` (or `…File` in kith.json).

import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Type, type Static } from 'typebox';
import { FixedActionSchema, fixedActions, type FixedAction } from './action-settings.ts';
import { CameraSchema } from './camera-settings.ts';
import { checkZones } from './camera-zones.ts';
import { KithError, messageOf } from './errors.ts';
import { UserModelSchema } from './models/user-schema.ts';
import { validate } from './validate.ts';

/** What the settings page goes by: keywords of our own in the schema. */
export interface SettingKeywords {
  /** `now`: the running program takes it over; else it waits for a restart. */
  readonly takesEffect?: 'now' | 'restart';
  readonly group?: SettingGroup;
  /** Never answered, only whether it is set; it stands in the environment or the file. */
  readonly secret?: boolean;
}

/** In the order of the page. */
export const SETTING_GROUPS = ['recognition', 'decision', 'network', 'storage', 'backups'] as const;
export type SettingGroup = (typeof SETTING_GROUPS)[number];

const RESTART = { takesEffect: 'restart' } as const;
const NOW = { takesEffect: 'now' } as const;
const RECOGNITION = { group: 'recognition' } as const;
const DECISION = { group: 'decision' } as const;
const NETWORK = { group: 'network' } as const;
const STORAGE = { group: 'storage' } as const;
const BACKUPS = { group: 'backups' } as const;

const Secret = (title: string, description: string, group: { readonly group: SettingGroup }) =>
  Type.Optional(Type.String({ title, description, minLength: 1, secret: true, ...RESTART, ...group }));

export const ConfigSchema = Type.Object(
  {
    data: Type.String({
      title: 'Data folder',
      description: 'Database, pictures and spool. One process at a time may use it (any number with PostgreSQL).',
      default: './data',
      minLength: 1,
      ...RESTART,
      ...STORAGE,
    }),
    host: Type.String({
      title: 'Address',
      description:
        'The address to listen on. 0.0.0.0 makes Kith reachable from other machines; put TLS in front of it.',
      default: '127.0.0.1',
      minLength: 1,
      ...RESTART,
      ...NETWORK,
    }),
    port: Type.Integer({
      title: 'Port',
      description: 'The port to listen on; 0 takes any free one, the real one is printed.',
      default: 8080,
      minimum: 0,
      maximum: 65_535,
      ...RESTART,
      ...NETWORK,
    }),
    publicUrl: Type.Optional(
      Type.String({
        title: 'Public address',
        description:
          'Under which people and messengers reach Kith, such as https://kith.example.org: links and pictures in messages use it. Without it messages have none.',
        pattern: '^https?://[^\\s/?#@]+(/[^\\s?#]*)?$',
        maxLength: 500,
        ...NOW,
        ...NETWORK,
      }),
    ),
    databaseUrl: Secret(
      'Database',
      'postgres://user:password@host/database; without it an SQLite file in the data folder.',
      STORAGE,
    ),
    trustProxy: Type.Boolean({
      title: 'Behind a proxy',
      description:
        'Believe the last value of X-Forwarded-For, -Proto and -Host: only behind a proxy that sets them. Without it everybody behind a proxy has one address, and cookies are not marked as secure.',
      default: false,
      ...RESTART,
      ...NETWORK,
    }),
    databaseUrlFile: Secret('Database (file)', 'A file that holds the database URL.', STORAGE),
    adminKey: Secret('Admin key', "An administrator's API key for automation, at least 16 characters.", NETWORK),
    adminKeyFile: Secret('Admin key (file)', 'A file that holds the admin key.', NETWORK),
    profile: Type.Union([Type.Literal('small'), Type.Literal('balanced'), Type.Literal('accurate')], {
      title: 'Profile',
      description: 'One dial for speed against accuracy: picks models, sizes and rates.',
      default: 'balanced',
      ...RESTART,
      ...RECOGNITION,
    }),
    precision: Type.Optional(
      Type.Union([Type.Literal('float'), Type.Literal('int8')], {
        title: 'Precision',
        description:
          'int8: all networks that can be quantised (docs/models.md); float: none. By default the profile decides.',
        ...RESTART,
        ...RECOGNITION,
      }),
    ),
    threads: Type.Integer({
      title: 'Face threads',
      description: 'Threads that find and describe faces; 0 takes one per core, at most four.',
      default: 0,
      minimum: 0,
      maximum: 64,
      ...RESTART,
      ...RECOGNITION,
    }),
    decision: Type.Optional(
      Type.Union([Type.Literal('calibrated'), Type.Literal('fixed')], {
        title: 'Decision',
        description:
          'calibrated: the threshold follows from "falseNamesIn" and from the own gallery. fixed: the nearest reference photo under "threshold". Without it calibrated, or fixed where a threshold is set.',
        ...RESTART,
        ...DECISION,
      }),
    ),
    falseNamesIn: Type.Integer({
      title: 'False names',
      description:
        'At most one false name in so many sightings of strangers. Larger: fewer false names, more known people who are not recognised.',
      default: 1000,
      minimum: 10,
      maximum: 1_000_000,
      ...NOW,
      ...DECISION,
    }),
    threshold: Type.Optional(
      Type.Number({
        title: 'Threshold',
        description:
          "With the fixed decision: distance under which two faces are the same person; without it the model's own (0.6 for dlib).",
        exclusiveMinimum: 0,
        maximum: 2,
        ...RESTART,
        ...DECISION,
      }),
    ),
    visitGap: Type.Number({
      title: 'Visit gap (s)',
      description: 'Sightings of one person at one camera that are no further apart belong to one visit.',
      default: 60,
      minimum: 1,
      maximum: 86_400,
      ...NOW,
      ...DECISION,
    }),
    backupDaily: Type.Boolean({
      title: 'Daily backup',
      description: 'Makes a backup into the data folder once a day; see docs/backup.md.',
      default: false,
      ...NOW,
      ...BACKUPS,
    }),
    backupHour: Type.Integer({
      title: 'Hour of the backup',
      description: 'From this hour on, by the clock of the machine; where Kith did not run then, as soon as it does.',
      default: 3,
      minimum: 0,
      maximum: 23,
      ...NOW,
      ...BACKUPS,
    }),
    backupsKept: Type.Integer({
      title: 'Backups kept',
      description: 'Of the backups in the data folder the newest so many; older ones are removed.',
      default: 7,
      minimum: 1,
      maximum: 1000,
      ...NOW,
      ...BACKUPS,
    }),
    cameras: Type.Array(CameraSchema, {
      title: 'Cameras',
      description: 'Cameras that "kith start" runs; see docs/cameras.md.',
      default: [],
    }),
    actions: Type.Array(FixedActionSchema, {
      title: 'Actions',
      description: 'What may be done when somebody is seen: commands stand here only; see docs/doors.md.',
      default: [],
      maxItems: 100,
    }),
    models: Type.Array(UserModelSchema, {
      title: 'Own models',
      description:
        'ONNX networks of your own that take the place of the bundled embedder or detector; see docs/models.md.',
      default: [],
    }),
    modelCache: Type.Optional(
      Type.String({
        title: 'Model cache',
        description: 'Where compiled models are kept; by default beside the installed packages.',
        minLength: 1,
        ...RESTART,
        ...STORAGE,
      }),
    ),
  },
  { additionalProperties: false, title: 'Kith', description: 'kith.json' },
);

export type Raw = Static<typeof ConfigSchema>;

export interface Config extends Omit<Raw, 'databaseUrlFile' | 'adminKeyFile' | 'actions'> {
  readonly actions: readonly FixedAction[];
  /** The file that was read, if any. */
  readonly file: string | null;
}

/** Which environment variable sets which key. `DATABASE_URL` keeps the name that everybody uses. */
export const ENVIRONMENT: Readonly<Record<Exclude<keyof Raw, 'cameras' | 'models' | 'actions'>, string>> = {
  data: 'KITH_DATA',
  host: 'KITH_HOST',
  port: 'KITH_PORT',
  publicUrl: 'KITH_PUBLIC_URL',
  databaseUrl: 'DATABASE_URL',
  databaseUrlFile: 'DATABASE_URL_FILE',
  adminKey: 'KITH_ADMIN_KEY',
  adminKeyFile: 'KITH_ADMIN_KEY_FILE',
  trustProxy: 'KITH_TRUST_PROXY',
  profile: 'KITH_PROFILE',
  precision: 'KITH_PRECISION',
  threads: 'KITH_THREADS',
  decision: 'KITH_DECISION',
  falseNamesIn: 'KITH_FALSE_NAMES_IN',
  threshold: 'KITH_THRESHOLD',
  visitGap: 'KITH_VISIT_GAP',
  backupDaily: 'KITH_BACKUP_DAILY',
  backupHour: 'KITH_BACKUP_HOUR',
  backupsKept: 'KITH_BACKUPS_KEPT',
  modelCache: 'KITH_MODEL_CACHE',
};

/** File, then environment, then `overrides` (the command line); later ones win. KithError `invalid` names the key. */
export function readConfig(options: { file?: string; env?: NodeJS.ProcessEnv; overrides?: Partial<Raw> } = {}): Config {
  const env = options.env ?? process.env;
  const file = options.file ?? (env['KITH_CONFIG'] || null) ?? (existsSync('kith.json') ? 'kith.json' : null);
  const fromFile = file === null ? {} : readJson(file);
  const fromEnvironment = environmentOf(env);
  // The environment alone first, so that a message names the variable and not a file that is right.
  validateEnvironment(fromEnvironment);
  const { databaseUrlFile, adminKeyFile, ...rest } = validate(
    ConfigSchema,
    { ...fromFile, ...fromEnvironment, ...options.overrides },
    file ?? 'settings',
  );
  checkCameras(rest.cameras);
  return {
    ...rest,
    actions: fixedActions(rest.actions),
    ...secret('databaseUrl', rest.databaseUrl, databaseUrlFile),
    ...secret('adminKey', rest.adminKey, adminKeyFile),
    data: resolve(rest.data),
    threads: rest.threads === 0 ? Math.min(availableParallelism(), 4) : rest.threads,
    file: file === null ? null : resolve(file),
  };
}

/** What the schema cannot say. KithError `invalid`. */
export function checkCameras(cameras: Raw['cameras']): void {
  for (const [i, camera] of cameras.entries()) checkZones(camera, `cameras.${i}.`);
}

/** The object that a settings file holds. KithError `invalid`. */
export function readJson(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new KithError('invalid', `${file} cannot be read as JSON (${messageOf(error)}): correct it or remove it.`, {
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new KithError('invalid', `${file} must hold one JSON object.`);
  }
  return value as Record<string, unknown>;
}

/** What the environment sets, by key. */
export function environmentOf(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, variable] of Object.entries(ENVIRONMENT)) {
    const text = env[variable];
    if (text === undefined || text === '') continue;
    const schema = ConfigSchema.properties[key as keyof typeof ENVIRONMENT] as { type?: string };
    const isNumber = schema.type === 'number' || schema.type === 'integer';
    if (schema.type === 'boolean') values[key] = BOOLEANS[text.trim().toLowerCase()] ?? text;
    else values[key] = isNumber && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  }
  return values;
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

function validateEnvironment(values: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(values)) {
    const name = key as keyof typeof ENVIRONMENT;
    const variable = ENVIRONMENT[name];
    validate(Type.Object({ [variable]: ConfigSchema.properties[name] }), { [variable]: value }, 'environment');
  }
}

function secret(
  key: 'databaseUrl' | 'adminKey',
  value: string | undefined,
  file: string | undefined,
): Record<string, string> {
  if (value !== undefined) return { [key]: value };
  if (file === undefined) return {};
  try {
    return { [key]: readFileSync(file, 'utf8').trim() };
  } catch (error) {
    throw new KithError(
      'invalid',
      `${ENVIRONMENT[key]}_FILE names ${file}, which cannot be read (${messageOf(error)}).`,
      { cause: error },
    );
  }
}
