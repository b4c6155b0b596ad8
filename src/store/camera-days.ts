// What cameras saw per day: a row for each program, which it replaces as the day goes on, and sums when they are read.

import { sumDays } from '../camera-figures.ts';
import type { CameraDay } from '../camera-port.ts';
import type { CameraStore } from '../camera-store-port.ts';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

const DAY_MS = 86_400_000;
/** Later than this a day is not reported any more, so its rows become one. */
const OPEN_DAYS = 7;
/** The program of the row that holds the sum. */
const ALL = '';

export function createCameraDays(backend: Backend): Pick<CameraStore, 'days'> {
  return {
    days: (id, { from, to }) =>
      backend.read(async (db) => {
        let query = db
          .selectFrom('camera_days')
          .select(['day', 'figures'])
          .where('camera_id', '=', id)
          .orderBy('day', 'desc')
          .orderBy('updated_at');
        if (from !== undefined) query = query.where('day', '>=', from);
        if (to !== undefined) query = query.where('day', '<=', to);
        return summed(await query.execute());
      }),
  };
}

/** Replaces what this program said of these days before. */
export async function writeDays(
  backend: Backend,
  cameraId: string,
  program: string,
  days: readonly CameraDay[],
  at: number,
): Promise<void> {
  // A camera whose clock is wrong would leave rows at 1970 and in the far future.
  const wanted = days.filter(({ day }) => day >= dayOf(at - OPEN_DAYS * DAY_MS) && day <= dayOf(at + DAY_MS));
  if (wanted.length === 0) return;
  await backend.write(async (db) => {
    const known = await db
      .selectFrom('camera_days')
      .select('day')
      .where('camera_id', '=', cameraId)
      .where('program', '=', program)
      .execute();
    for (const figures of wanted) await put(db, cameraId, program, figures, at);
    // Once a day and program: each start of a program leaves a row, so a year of them would be many.
    if (wanted.some(({ day }) => !known.some((row) => row.day === day))) await foldOld(db, cameraId, at);
  });
}

async function foldOld(db: Db, cameraId: string, at: number): Promise<void> {
  const old = db
    .selectFrom('camera_days')
    .where('camera_id', '=', cameraId)
    .where('day', '<', dayOf(at - (OPEN_DAYS + 1) * DAY_MS));
  const first = await old.select('day').where('program', '<>', ALL).orderBy('day').limit(1).executeTakeFirst();
  if (!first) return;
  const rows = await old
    .select(['day', 'figures'])
    .where('day', '>=', first.day)
    .orderBy('day', 'desc')
    .orderBy('updated_at')
    .execute();
  for (const sum of summed(rows)) {
    await db.deleteFrom('camera_days').where('camera_id', '=', cameraId).where('day', '=', sum.day).execute();
    await put(db, cameraId, ALL, sum, at);
  }
}

async function put(db: Db, camera_id: string, program: string, figures: CameraDay, at: number): Promise<void> {
  const values = { updated_at: at, figures: JSON.stringify(figures) };
  await db
    .insertInto('camera_days')
    .values({ camera_id, day: figures.day, program, ...values })
    .onConflict((conflict) => conflict.columns(['camera_id', 'day', 'program']).doUpdateSet(values))
    .execute();
}

function summed(rows: readonly { readonly figures: string }[]): CameraDay[] {
  const sums = new Map<string, CameraDay>();
  for (const row of rows) {
    const figures = JSON.parse(row.figures) as CameraDay;
    const before = sums.get(figures.day);
    sums.set(figures.day, before ? sumDays(before, figures) : figures);
  }
  return [...sums.values()];
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
