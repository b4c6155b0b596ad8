// The log in one line of time: visits and undecided tracks, each read along its own indexes, put together page by page.

import { sql } from 'kysely';
import type { Undecided, Visit } from '../domain.ts';
import type { TimelineFilter } from '../queries.ts';
import type { DayCount, DaySpan, TimelineStore } from '../timeline-port.ts';
import type { Backend } from './backend.ts';
import { decodeCursor, encodeCursor, rowsToFetch } from './cursor.ts';
import type { Scanned, ScanKey } from './scan.ts';
import type { Db } from './schema.ts';
import { isUndecided, scanUndecided, toUndecided } from './undecided.ts';
import { toVisit } from './visit-rows.ts';
import { scanVisits } from './visits.ts';

const DONE: Scanned<never, never> = { rows: [], reached: null };
/** Stand in a cursor for "from the start" and "all is read". */
const START = Number.MAX_SAFE_INTEGER;
const END = -1;

export function createTimeline(backend: Backend): TimelineStore {
  return {
    async list(filter, page) {
      const wanted = rowsToFetch(page);
      const [visitAt, visitId, shotAt, shotSeq] =
        page.cursor === undefined
          ? ([START, '', START, 0] as const)
          : decodeCursor(page.cursor, ['number', 'string', 'number', 'number']);
      return backend.read(async (db) => {
        const visits = createHeads(
          hasVisits(filter) && visitAt !== END
            ? await scanVisits(db, visitFilter(filter), { after: keyAt(visitAt, visitId), wanted })
            : DONE,
          (row) => [row.last_at, row.id],
          [visitAt, visitId],
        );
        const shots = createHeads(
          hasUndecided(filter) && shotAt !== END
            ? await scanUndecided(db, filter, { after: keyAt(shotAt, shotSeq), wanted })
            : DONE,
          (row) => [row.captured_at, row.seq],
          [shotAt, shotSeq],
        );
        const order: ('visit' | 'shot')[] = [];
        while (order.length < page.limit) {
          const isVisit = visits.at() >= shots.at();
          // Whatever the look has not come to may be later than what the other one has.
          if (!(isVisit ? visits : shots).take()) break;
          order.push(isVisit ? 'visit' : 'shot');
        }
        const taken = {
          visits: visits.taken().map(toVisit),
          shots: await toUndecided(db, shots.taken()),
        };
        const isDone = visits.isDone() && shots.isDone();
        return {
          items: inOrder(taken.visits, taken.shots),
          next: isDone ? null : encodeCursor([...visits.position(END, ''), ...shots.position(END, 0)]),
        };
      });
    },

    days: (spans, filter) =>
      backend.read(async (db) => {
        const counts: DayCount[] = [];
        for (const span of spans) counts.push(await countDay(db, span, filter));
        return counts;
      }),
  };
}

function keyAt<Tie extends string | number>(at: number, tie: Tie): ScanKey<Tie> | undefined {
  return at === START ? undefined : [at, tie];
}

/** What was found of one of the two, and how far it was taken. */
function createHeads<Row, Tie extends string | number>(
  { rows, reached }: Scanned<Row, Tie>,
  keyOf: (row: Row) => ScanKey<Tie>,
  before: ScanKey<Tie>,
) {
  let taken = 0;
  let position: ScanKey<Tie> = before;
  return {
    /** When the next one was; where the look ended, that; `-Infinity`: there is none. */
    at(): number {
      const row = rows[taken];
      return row === undefined ? (reached?.[0] ?? Number.NEGATIVE_INFINITY) : keyOf(row)[0];
    },
    take(): boolean {
      const row = rows[taken];
      if (row === undefined) return false;
      taken++;
      position = keyOf(row);
      return true;
    },
    taken: () => rows.slice(0, taken),
    isDone: () => taken === rows.length && reached === null,
    position(end: number, tie: Tie): ScanKey<Tie> {
      if (taken < rows.length) return position;
      return reached ?? [end, tie];
    },
  };
}

function inOrder(visits: readonly Visit[], shots: readonly Undecided[]): readonly (Visit | Undecided)[] {
  return [...visits, ...shots].toSorted((a, b) => b.lastAt - a.lastAt);
}

/** Who is asked for by name or kind, or was decided by a human, is somebody. */
function hasUndecided({ personId, kind, decision, decidedBy }: TimelineFilter): boolean {
  return (
    personId === undefined &&
    (kind === undefined || kind === 'undecided') &&
    decidedBy !== 'human' &&
    (decision === undefined || decision === 'ambiguous' || decision === 'unidentified')
  );
}

function hasVisits({ kind, decision }: TimelineFilter): boolean {
  return kind !== 'undecided' && decision !== 'ambiguous' && decision !== 'unidentified';
}

function visitFilter({ kind, ...filter }: TimelineFilter) {
  return { ...filter, ...(kind !== undefined && kind !== 'undecided' && { kind }) };
}

async function countDay(
  db: Db,
  { day, from, to }: DaySpan,
  { personId, cameraIds }: Parameters<TimelineStore['days']>[1],
): Promise<DayCount> {
  const nobody = { day, known: 0, unknown: 0, undecided: 0 };
  if (cameraIds?.length === 0) return nobody;
  // By time alone, whose indexes have all that is asked for: by camera SQLite would fetch every row of the camera.
  const ofCameras = cameraIds === undefined ? sql`` : sql`and coalesce(camera_id, '') in (${sql.join(cameraIds)})`;
  const { rows } = await sql<{ known: number; all: number }>`
    select count(*) filter (where p.kind = 'known') as "known", count(*) as "all"
    from visits v join persons p on p.id = v.person_id
    where v.last_at >= ${from} and v.last_at < ${to} ${ofCameras}
      ${personId === undefined ? sql`` : sql`and v.person_id = ${personId}`}`.execute(db);
  const { known = 0, all = 0 } = rows[0] ?? {};
  if (personId !== undefined) return { day, known, unknown: all - known, undecided: 0 };
  const undecided = await sql<{ n: number }>`
    select count(distinct coalesce(track_id, id)) as n from detections
    where ${isUndecided} and captured_at >= ${from} and captured_at < ${to} ${ofCameras}`.execute(db);
  return { day, known, unknown: all - known, undecided: undecided.rows[0]?.n ?? 0 };
}
