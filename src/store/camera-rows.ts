// Rows of cameras as the rest of Kith sees them.

import type { CameraReport } from '../camera-port.ts';
import type { KeptSettings } from '../camera-settings.ts';
import { KithError } from '../errors.ts';
import type { KeptCamera } from '../camera-store-port.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import type { Db } from './schema.ts';

/** What stands in the column `report`. */
export type StoredReport = Pick<CameraReport, 'source' | 'settingsVersion' | 'memoryMegabytes' | 'counts'> & {
  readonly at: number;
};

export function findCamera(db: Db, id: string) {
  return db.selectFrom('cameras').selectAll().where('id', '=', id).executeTakeFirst();
}

/** KithError `not_found`. */
export async function mustFindCamera(db: Db, id: string) {
  return must(await findCamera(db, id), id);
}

/** The same, and nobody else changes it before the transaction ends. */
async function holdCamera(backend: Backend, db: Db, id: string) {
  const row = db.selectFrom('cameras').selectAll().where('id', '=', id);
  return must(await (backend.kind === 'postgres' ? row.forUpdate() : row).executeTakeFirst(), id);
}

function must<T>(row: T | undefined, id: string): T {
  if (!row) throw new KithError('not_found', `There is no camera ${JSON.stringify(id)}.`);
  return row;
}

export type FoundCamera = Awaited<ReturnType<typeof mustFindCamera>>;
export type CameraUpdate = Partial<Omit<FoundCamera, 'id' | 'created_at'>>;

/** Writes what is new about a camera; `tell`: into the change log too, so that others hear of it. */
export async function updateCamera(db: Db, row: FoundCamera, update: CameraUpdate, tell: boolean): Promise<KeptCamera> {
  if (Object.keys(update).length > 0) {
    await db.updateTable('cameras').set(update).where('id', '=', row.id).execute();
  }
  if (tell) await tellOfCamera(db, row.id, 'change');
  return toCamera({ ...row, ...update });
}

export async function tellOfCamera(db: Db, id: string, action: 'add' | 'change' | 'remove'): Promise<void> {
  await logChanges(db, 'camera', [{ entity: 'camera', action, id }], Date.now());
}

/** Reads, decides, writes, in one transaction that takes the change log's lock only where there is something to tell: reports come
 * every few seconds, changes seldom. `decide` may run twice. */
export async function changeCamera(
  backend: Backend,
  id: string,
  decide: (row: FoundCamera) => { update: CameraUpdate; tell: boolean },
): Promise<KeptCamera> {
  const quiet = await backend.write(async (db) => {
    const row = await holdCamera(backend, db, id);
    const { update, tell } = decide(row);
    return tell ? null : updateCamera(db, row, update, false);
  });
  if (quiet) return quiet;
  return backend.writeChanges(async (db) => {
    const row = await holdCamera(backend, db, id);
    const { update, tell } = decide(row);
    return updateCamera(db, row, update, tell);
  });
}

export function toCamera(row: FoundCamera): KeptCamera {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    settings: row.settings === null ? null : (JSON.parse(row.settings) as KeptSettings),
    version: row.version,
    runsHere: row.runs_here !== 0,
    fixed:
      row.fixed_by === null ? null : { by: row.fixed_by, settings: JSON.parse(row.fixed_settings ?? '{}') as object },
    said:
      row.state === null
        ? null
        : {
            state: row.state,
            reason: row.reason,
            since: row.state_since ?? row.created_at,
            at: row.said_at ?? row.created_at,
            restarts: row.restarts,
          },
    report: row.report === null ? null : (JSON.parse(row.report) as StoredReport),
  };
}
