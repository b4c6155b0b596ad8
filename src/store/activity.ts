// When and where somebody was seen. The database adds visits up by quarters of an hour, which every time zone's hours consist of;
// only those sums are put into days and hours here.

import { sql } from 'kysely';
import type { Activity, ActivityStore } from '../people-port.ts';
import { KithError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { idsOf } from './person-rows.ts';
import type { Db } from './schema.ts';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const MOST_DAYS = 400;

type Options = Parameters<ActivityStore['ofPerson']>[1];

export function createActivity(backend: Backend): ActivityStore {
  return {
    async ofPerson(personId, options) {
      const { from, to, zone } = options;
      if (!(to > from) || to - from > MOST_DAYS * DAY_MS) {
        throw new KithError('invalid', `"to" must lie after "from", by at most ${MOST_DAYS} days.`);
      }
      const local = localTime(zone);
      return backend.read(async (db) =>
        addUp(await readSums(db, personId, options), local, await ever(db, personId, options)),
      );
    },
  };
}

interface Sum {
  readonly quarter: number;
  readonly camera: string;
  readonly visits: number;
  readonly detections: number;
  readonly last: number;
}

async function readSums(db: Db, personId: string, { from, to, cameras }: Options): Promise<readonly Sum[]> {
  const where = cameras ? sql`and camera_id in (${sql.join(idsOf(cameras))})` : sql``;
  // A visit that began in time has also ended after `from`: that is what the index knows.
  const { rows } = await sql<Sum>`
    select first_at / ${sql.lit(QUARTER_MS)} as quarter, camera_id as camera, count(*) as visits,
      sum(detections) as detections, max(last_at) as last
    from visits
    where person_id = ${personId} and last_at >= ${from} and first_at >= ${from} and first_at < ${to} ${where}
    group by 1, 2`.execute(db);
  return rows;
}

async function ever(
  db: Db,
  personId: string,
  { cameras }: Options,
): Promise<{ first: number | null; last: number | null }> {
  const end = (order: 'asc' | 'desc') => {
    let query = db.selectFrom('visits').select(['first_at', 'last_at']).where('person_id', '=', personId);
    if (cameras) query = query.where('camera_id', 'in', idsOf(cameras));
    return query.orderBy('last_at', order).orderBy('id', order).limit(1).executeTakeFirst();
  };
  const [first, last] = [await end('asc'), await end('desc')];
  return { first: first?.first_at ?? null, last: last?.last_at ?? null };
}

function addUp(
  sums: readonly Sum[],
  local: (at: number) => number,
  { first, last }: { first: number | null; last: number | null },
): Activity {
  const week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  const days = new Map<string, { visits: number; detections: number }>();
  const cameras = new Map<string, { visits: number; lastAt: number }>();
  const all = { visits: 0, detections: 0 };
  for (const { quarter, camera, visits, detections, last: lastAt } of sums) {
    const at = local(quarter * QUARTER_MS);
    const date = new Date(at);
    const hours = week[(date.getUTCDay() + 6) % 7];
    const hour = date.getUTCHours();
    if (hours) hours[hour] = (hours[hour] ?? 0) + visits;
    const day = date.toISOString().slice(0, 10);
    const ofDay = days.get(day) ?? { visits: 0, detections: 0 };
    days.set(day, { visits: ofDay.visits + visits, detections: ofDay.detections + detections });
    const there = cameras.get(camera) ?? { visits: 0, lastAt: 0 };
    cameras.set(camera, { visits: there.visits + visits, lastAt: Math.max(there.lastAt, lastAt) });
    all.visits += visits;
    all.detections += detections;
  }
  return {
    ...all,
    firstSeenAt: first,
    lastSeenAt: last,
    week,
    days: [...days].map(([day, sum]) => ({ day, ...sum })).toSorted((a, b) => (a.day < b.day ? -1 : 1)),
    cameras: [...cameras]
      .map(([cameraId, sum]) => ({ cameraId, ...sum }))
      .toSorted((a, b) => b.visits - a.visits || (a.cameraId < b.cameraId ? -1 : 1)),
  };
}

/** The zone's wall clock as if it were UTC. KithError `invalid` for a zone that is none. */
function localTime(zone: string): (at: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    throw new KithError('invalid', `There is no time zone ${JSON.stringify(zone)}: write it as in "Europe/Berlin".`, {
      cause: error,
    });
  }
  // Asking costs: the offset of a day's beginning is that of all the day where it is its end's too.
  const known = new Map<number, number>();

  function offsetAt(at: number): number {
    const kept = known.get(at);
    if (kept !== undefined) return kept;
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - at;
    known.set(at, offset);
    return offset;
  }

  return (at) => {
    const day = Math.floor(at / DAY_MS) * DAY_MS;
    const begin = offsetAt(day);
    if (begin === offsetAt(day + DAY_MS)) return at + begin;
    return at + offsetAt(at);
  };
}
