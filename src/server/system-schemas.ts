// The shapes of settings, system, log and backups in the API.

import { Type } from 'typebox';
import { CameraStateSchema } from '../camera-port.ts';
import { SETTING_GROUPS } from '../config.ts';
import { LOG_LEVELS } from '../log-ring.ts';
import { Exact, Nullable, Time } from './schemas.ts';

const Count = Type.Integer({ minimum: 0 });
const Bytes = Type.Integer({ minimum: 0, description: 'bytes' });

export const SettingJson = Type.Object({
  key: Type.String(),
  schema: Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    additionalProperties: true,
    description: 'JSON schema: title, description, default, limits',
  }),
  group: Nullable(Type.Enum([...SETTING_GROUPS])),
  takesEffect: Type.Enum(['now', 'restart']),
  environment: Type.String({ description: 'the variable that sets it' }),
  secret: Type.Boolean({ description: 'its value is never answered' }),
  isSet: Type.Boolean(),
  value: Type.Unknown({ description: 'in force; null where it is not set' }),
  source: Type.Enum(['default', 'file', 'environment', 'command line']),
  lockedBy: Nullable(Type.String({ description: 'the variable or option that sets it: not to be changed here' })),
  inFile: Type.Unknown({ description: 'what the file says; null where it says nothing' }),
  waits: Type.Boolean({ description: 'the file says something else, which takes effect with the next start' }),
});

export const SettingsJson = Type.Object({
  file: Type.Object({
    path: Type.String(),
    exists: Type.Boolean(),
    revision: Type.String({ description: 'for `ifRevision`' }),
    writable: Type.Boolean(),
    problem: Nullable(Type.String({ description: 'why Kith would not start with it as it is' })),
  }),
  settings: Type.Array(SettingJson),
  cameras: Type.Integer({ description: 'cameras that stand in the file' }),
  models: Type.Integer({ description: 'own models that stand in the file' }),
  unknownKeys: Type.Array(Type.String()),
  demonstration: Type.Boolean({
    description: 'the demonstration runs, which it does not any more once there is a file',
  }),
});

export const SettingsBody = Exact({
  values: Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
    description: 'new values by key; null takes the key out of the file',
  }),
  ifRevision: Type.String({ maxLength: 100, description: '`file.revision` that the change goes by' }),
});

export const CheckJson = Type.Object({
  code: Type.String(),
  level: Type.Enum(['ok', 'note', 'warning', 'problem']),
  says: Type.String({ description: 'in English, with what to do' }),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
});

export const WorkerJson = Type.Object({
  name: Type.String(),
  here: Type.Boolean({ description: 'in this process; of others is known what they hold' }),
  inFlight: Count,
  threads: Nullable(Count),
  classified: Nullable(Type.Integer({ description: 'since it started, as the following' })),
  rejected: Nullable(Count),
  failed: Nullable(Count),
  retried: Nullable(Count),
});

export const SystemJson = Type.Object({
  at: Time,
  startedAt: Time,
  versions: Type.Object({
    kith: Type.String(),
    node: Type.String(),
    platform: Type.String(),
    schema: Count,
    model: Nullable(Type.String()),
  }),
  machine: Type.Object({
    hostname: Type.String(),
    pid: Count,
    cores: Count,
    cpu: Nullable(Type.Number({ description: 'cores’ worth that this process uses: 1 is one core fully' })),
    memoryBytes: Bytes,
    machineMemoryBytes: Bytes,
    machineFreeBytes: Bytes,
  }),
  storage: Nullable(
    Type.Object({
      kind: Type.Enum(['sqlite', 'postgres']),
      folder: Type.String(),
      freeBytes: Nullable(Bytes),
      totalBytes: Nullable(Bytes),
      level: Type.Enum(['ok', 'low', 'critical']),
      databaseBytes: Nullable(Bytes),
      pictures: Nullable(Type.Object({ count: Count, bytes: Bytes, countedAt: Time })),
    }),
  ),
  queue: Type.Object({
    pending: Count,
    failed: Count,
    oldestAt: Nullable(Time),
    perMinute: Count,
    minutes: Type.Array(Count, { description: 'settled, minute by minute over the last hour, oldest first' }),
  }),
  workers: Type.Array(WorkerJson),
  gallery: Nullable(Type.Object({ persons: Count, templates: Count, threshold: Type.Number() })),
  listeners: Type.Integer({ description: 'open event streams' }),
  cameras: Type.Array(Type.Object({ state: CameraStateSchema, count: Count })),
  checks: Type.Array(CheckJson),
});

export const LogLevelSchema = Type.Enum([...LOG_LEVELS]);

export const LogLinesJson = Type.Object({
  items: Type.Array(
    Type.Object({
      seq: Count,
      at: Time,
      level: LogLevelSchema,
      part: Nullable(Type.String()),
      message: Type.String(),
      details: Nullable(Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })),
    }),
    { description: 'oldest first' },
  ),
  next: Type.Null(),
  parts: Type.Array(Type.String(), { description: 'who has said something' }),
  run: Type.String({ description: 'names this run of Kith: `seq` begins anew with it' }),
});

export const BackupJson = Type.Object({
  id: Type.String(),
  createdAt: Time,
  store: Type.Enum(['sqlite', 'postgres']),
  version: Type.String(),
  schema: Count,
  databaseBytes: Bytes,
  pictures: Count,
  pictureBytes: Bytes,
  linked: Type.Integer({ description: 'pictures that take no room of their own while the data folder has them too' }),
  persons: Count,
  detections: Count,
});

export const BackupsJson = Type.Object({
  items: Type.Array(BackupJson, { description: 'newest first' }),
  next: Type.Null(),
  folder: Type.String(),
  making: Nullable(
    Type.Object({
      startedAt: Time,
      step: Type.Enum(['database', 'pictures']),
      done: Count,
      total: Type.Integer({ description: '0: not known yet' }),
    }),
  ),
  lastError: Nullable(Type.String({ description: 'why the last one was not made, since Kith started' })),
  daily: Type.Object({ on: Type.Boolean(), hour: Count, kept: Count }),
  database: Type.Enum(['sqlite', 'postgres'], {
    description: 'postgres: only pictures are kept here, use pg_dump too',
  }),
});
