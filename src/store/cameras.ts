// The cameras: names, kept settings, and which are set in somebody's kith.json. What their programs say is in camera-reports.ts.

import { KithError } from '../errors.ts';
import { SILENT_MS, type CameraStore, type KeptCamera } from '../camera-store-port.ts';
import type { Backend } from './backend.ts';
import { createCameraDays } from './camera-days.ts';
import { createCameraReports } from './camera-reports.ts';
import { findCamera, mustFindCamera, tellOfCamera, toCamera, updateCamera, type CameraUpdate } from './camera-rows.ts';
import { checkName, checkText } from './names.ts';
import type { Db } from './schema.ts';

export function createCameras(backend: Backend): CameraStore {
  return {
    async put(id, name, { settings, runsHere } = {}) {
      checkText(id, 'id of the camera');
      const checked = checkName(name, 'name of the camera');
      return backend.writeChanges(async (db) => {
        const { row, made } = await findOrMake(db, id, checked);
        const update: CameraUpdate = row.name === checked ? {} : { name: checked };
        if (settings !== undefined) {
          const text = settings === null ? null : JSON.stringify(settings);
          if (text !== row.settings) {
            if (row.fixed_by !== null) throw fixedError(id, row.fixed_by);
            Object.assign(update, { settings: text, version: row.version + 1 });
          }
        }
        if (runsHere !== undefined && runsHere !== (row.runs_here !== 0)) update.runs_here = runsHere ? 1 : 0;
        return updateCamera(db, row, update, !made && Object.keys(update).length > 0);
      });
    },

    get: (id) =>
      backend.read(async (db) => {
        const row = await findCamera(db, id);
        return row ? toCamera(row) : null;
      }),

    list: () =>
      backend.read(async (db) => {
        const rows = await db.selectFrom('cameras').selectAll().orderBy('id').execute();
        return rows.map(toCamera);
      }),

    async remove(id, at = Date.now()) {
      await backend.writeChanges(async (db) => {
        const row = await findCamera(db, id);
        if (!row) return;
        // One that was left behind by a kith.json that is gone must be possible to remove.
        if (row.fixed_by !== null && lives(toCamera(row), at)) throw fixedError(id, row.fixed_by);
        await db.deleteFrom('cameras').where('id', '=', id).execute();
        await tellOfCamera(db, id, 'remove');
      });
    },

    async fix(by, cameras) {
      await backend.writeChanges(async (db) => {
        for (const { id, name, settings } of cameras) {
          const checked = checkName(name, 'name of the camera');
          const { row, made } = await findOrMake(db, id, checked);
          const text = JSON.stringify(settings);
          const same = row.fixed_by === by && row.fixed_settings === text && row.name === checked;
          const update = same ? {} : { name: checked, fixed_by: by, fixed_settings: text };
          // Whoever held the place before a crash would keep it for a while.
          const free = row.fixed_by === by ? { program: null, program_at: null } : {};
          await updateCamera(db, row, { ...free, ...update }, !made && !same);
        }
        const ids = cameras.map(({ id }) => id);
        const before = await db.selectFrom('cameras').selectAll().where('fixed_by', '=', by).execute();
        for (const row of before.filter(({ id }) => !ids.includes(id))) {
          await updateCamera(db, row, { fixed_by: null, fixed_settings: null }, true);
        }
      });
    },

    ...createCameraReports(backend),
    ...createCameraDays(backend),
  };
}

async function findOrMake(db: Db, id: string, name: string) {
  const found = await findCamera(db, id);
  if (found) return { row: found, made: false };
  await db.insertInto('cameras').values({ id, name, created_at: Date.now(), last_seen_at: null }).execute();
  // Keys of a removed camera of this id open nothing any more; they must not open this one.
  await db.deleteFrom('api_keys').where('camera_id', '=', id).execute();
  await tellOfCamera(db, id, 'add');
  return { row: await mustFindCamera(db, id), made: true };
}

function lives({ said }: KeptCamera, at: number): boolean {
  return said !== null && said.state !== 'offline' && said.state !== 'ended' && at - said.at < SILENT_MS;
}

function fixedError(id: string, by: string): KithError {
  return new KithError(
    'conflict',
    `The camera ${JSON.stringify(id)} is set in kith.json, or on the command line, of ${by}: change it there.`,
  );
}
