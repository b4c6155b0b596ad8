// What a backup says of itself. It is written last: a folder without it is no backup.

import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { KithError, messageOf } from '../errors.ts';
import type { BackupInfo } from '../upkeep-port.ts';

export const MANIFEST = 'manifest.json';
export const DATABASE = 'kith.db';
export const PICTURES = 'pictures';
const FORMAT = 1;

const count = Type.Integer({ minimum: 0 });
const ManifestSchema = Type.Object({
  format: Type.Integer(),
  createdAt: Type.String(),
  version: Type.String(),
  store: Type.Enum(['sqlite', 'postgres']),
  schema: count,
  /** Null where the database is PostgreSQL's: its own tools keep it. */
  database: Type.Union([Type.Object({ bytes: count, sha256: Type.String() }), Type.Null()]),
  /** Each is named for the SHA-256 of its content. `missing`: erased while the backup was made. */
  pictures: Type.Object({ count, bytes: count, linked: count, missing: count }),
  persons: count,
  detections: count,
});
export type Manifest = Static<typeof ManifestSchema>;

export function writeManifest(folder: string, manifest: Omit<Manifest, 'format'>): void {
  const file = openSync(join(folder, MANIFEST), 'wx', 0o600);
  try {
    writeFileSync(file, `${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** KithError `not_found` when the folder is no backup, `invalid` when it is one of another kind. */
export function readManifest(folder: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
  } catch (error) {
    const message = `${folder} is no whole backup (${messageOf(error)}): name the folder that holds ${MANIFEST}.`;
    throw new KithError('not_found', message, { cause: error });
  }
  if (!Value.Check(ManifestSchema, value)) {
    throw new KithError('invalid', `${join(folder, MANIFEST)} is not what Kith writes: the backup is damaged.`);
  }
  if (value.format === FORMAT) return value;
  const message = `The backup ${folder} has the format ${value.format}, this Kith knows ${FORMAT}: use the Kith that made it, or a newer one.`;
  throw new KithError('invalid', message);
}

export function infoOf(folder: string, manifest: Manifest): BackupInfo {
  const { store, version, schema, database, pictures, persons, detections } = manifest;
  return {
    id: basename(folder),
    createdAt: Date.parse(manifest.createdAt),
    store,
    version,
    schema,
    databaseBytes: database?.bytes ?? 0,
    pictures: pictures.count,
    pictureBytes: pictures.bytes,
    linked: pictures.linked,
    persons,
    detections,
  };
}
