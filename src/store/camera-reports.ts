// What a camera's program, or its supervisor, says of itself, and who may: one program at a time holds the camera's place.

import type { CameraState } from '../camera-port.ts';
import { KithError } from '../errors.ts';
import { SILENT_MS, type CameraStore } from '../camera-store-port.ts';
import type { Backend } from './backend.ts';
import { writeDays } from './camera-days.ts';
import { changeCamera, updateCamera, type CameraUpdate, type FoundCamera, type StoredReport } from './camera-rows.ts';

const SILENT: readonly CameraState[] = ['offline', 'ended'];
const OFFLINE_REASON = `Its program has said nothing for ${SILENT_MS / 1000} s: is it running, and can it reach Kith?`;

export function createCameraReports(
  backend: Backend,
): Pick<CameraStore, 'claim' | 'leave' | 'freeAll' | 'report' | 'say' | 'sweep'> {
  return {
    claim: (id, program, at) =>
      changeCamera(backend, id, (row) => {
        checkPlace(row, program, at);
        return { update: { program, program_at: at }, tell: false };
      }),

    async leave(id, program) {
      await backend.write((db) =>
        db
          .updateTable('cameras')
          .set({ program: null, program_at: null })
          .where('id', '=', id)
          .where('program', '=', program)
          .execute(),
      );
    },

    async freeAll() {
      await backend.write((db) =>
        db.updateTable('cameras').set({ program: null, program_at: null }).where('program', 'is not', null).execute(),
      );
    },

    async report(id, report, at) {
      const { program, state, reason, source, settingsVersion, memoryMegabytes, counts, days } = report;
      const stored: StoredReport = { at, source, settingsVersion, memoryMegabytes, counts };
      const camera = await changeCamera(backend, id, (row) => {
        checkPlace(row, program, at);
        const place = state === 'ended' ? { program: null, program_at: null } : { program, program_at: at };
        const seen = { report: JSON.stringify(stored), last_seen_at: Math.max(at, row.last_seen_at ?? 0) };
        const { update, tell } = stateChange(row, state, reason, at);
        return { update: { ...place, ...seen, ...update }, tell };
      });
      if (days.length > 0) await writeDays(backend, id, program, days, at);
      return camera;
    },

    async say(id, { state, reason, restarts }, at) {
      let written = false;
      await changeCamera(backend, id, (row) => {
        written = isFree(row, at);
        if (!written) return { update: {}, tell: false };
        const { update, tell } = stateChange(row, state, reason, at);
        return { update: { ...update, restarts }, tell };
      });
      return written;
    },

    async sweep(at) {
      const before = at - SILENT_MS;
      const silent = await backend.read((db) =>
        db
          .selectFrom('cameras')
          .select('id')
          .where('said_at', '<=', before)
          .where('state', 'not in', SILENT)
          .limit(1)
          .execute(),
      );
      if (silent.length === 0) return;
      await backend.writeChanges(async (db) => {
        const rows = await db
          .selectFrom('cameras')
          .selectAll()
          .where('said_at', '<=', before)
          .where('state', 'not in', SILENT)
          .execute();
        for (const row of rows) {
          const update: CameraUpdate = { state: 'offline', reason: OFFLINE_REASON, state_since: at };
          await updateCamera(db, row, update, true);
        }
      });
    },
  };
}

function stateChange(row: FoundCamera, state: CameraState, reason: string | null, at: number) {
  const entered = row.state !== state;
  const update: CameraUpdate = { state, reason, said_at: at, ...(entered && { state_since: at }) };
  return { update, tell: entered || row.reason !== reason };
}

/** A clock that was set back must not keep the place taken. */
function isFree({ program, program_at }: FoundCamera, at: number): boolean {
  return program === null || Math.abs(at - (program_at ?? 0)) >= SILENT_MS;
}

function checkPlace(row: FoundCamera, program: string, at: number): void {
  if (row.program === program || isFree(row, at)) return;
  // The same words each time: who asks again and again says them once.
  throw new KithError(
    'conflict',
    `Another program runs as camera ${JSON.stringify(row.id)}: stop it, or give this one another id.`,
  );
}
