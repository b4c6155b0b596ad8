// Visits follow from the detections: where some changed hands, those around them are grouped anew.

import { sql } from 'kysely';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

/** One detection that changed hands. */
export interface Move {
  readonly before: string | null;
  readonly now: string | null;
  readonly camera_id: string;
  readonly captured_at: number;
}

interface Span {
  readonly personId: string;
  readonly cameraId: string;
  from: number;
  to: number;
}

/** Where more pieces of one person's time at one camera are touched, everything between them is grouped in one go. */
const MOST_SPANS = 20;

/** Inside `writeChanges`. Only visits within reach of a move are touched; one that goes on in other bounds keeps its id. */
export async function regroupVisits(
  db: Db,
  kind: Backend['kind'],
  moves: readonly Move[],
  gapMs: number,
): Promise<void> {
  for (const span of spansOf(moves, gapMs)) await regroup(db, kind, span, Math.round(gapMs));
}

function spansOf(moves: readonly Move[], gapMs: number): Span[] {
  const pairs = new Map<string, Span[]>();
  for (const move of moves.toSorted((a, b) => a.captured_at - b.captured_at)) {
    const at = move.captured_at;
    for (const personId of new Set([move.before, move.now])) {
      if (personId === null) continue;
      const key = JSON.stringify([personId, move.camera_id]);
      const spans = pairs.get(key) ?? [];
      pairs.set(key, spans);
      const last = spans.at(-1);
      if (last && at - last.to <= gapMs) last.to = at;
      else spans.push({ personId, cameraId: move.camera_id, from: at, to: at });
    }
  }
  return [...pairs.values()].flatMap((spans) => {
    const [first, last] = [spans[0], spans.at(-1)];
    return spans.length > MOST_SPANS && first && last ? [{ ...first, to: last.to }] : spans;
  });
}

async function regroup(db: Db, kind: Backend['kind'], span: Span, gapMs: number): Promise<void> {
  const { personId, cameraId } = span;
  const old = await db
    .selectFrom('visits')
    .select((eb) => [eb.fn.min('first_at').as('first_at'), eb.fn.max('last_at').as('last_at')])
    .where('person_id', '=', personId)
    .where('camera_id', '=', cameraId)
    .where('last_at', '>=', span.from - gapMs)
    .where('first_at', '<=', span.to + gapMs)
    .executeTakeFirst();
  const from = Math.min(span.from, old?.first_at ?? span.from);
  const to = Math.max(span.to, old?.last_at ?? span.to);
  // The foreign key takes them off their detections, also off those that went to somebody else.
  const gone = await db
    .deleteFrom('visits')
    .where('person_id', '=', personId)
    .where('camera_id', '=', cameraId)
    .where('last_at', '>=', from)
    .where('first_at', '<=', to)
    .returning(['id', 'first_at', 'last_at'])
    .execute();
  const newId = kind === 'postgres' ? sql<string>`gen_random_uuid()::text` : sql<string>`lower(hex(randomblob(16)))`;
  const theirs = sql`person_id = ${personId} and camera_id = ${cameraId} and captured_at between ${from} and ${to}`;
  await sql`
    with marked as (
      select id, captured_at, seq, coalesce(quality, 0) as quality,
        case when captured_at - lag(captured_at) over (order by captured_at, seq) <= ${gapMs} then 0 else 1 end as begins
      from detections where ${theirs}
    ), grouped as (
      select id, captured_at, seq, quality,
        sum(begins) over (order by captured_at, seq rows unbounded preceding) as visit
      from marked
    ), ranked as (
      select id, captured_at, quality, visit,
        row_number() over (partition by visit order by quality desc, captured_at, seq) as place
      from grouped
    )
    insert into visits (id, person_id, camera_id, first_at, last_at, detections, best_detection_id, best_quality)
    select ${newId}, cast(${personId} as text), cast(${cameraId} as text), min(captured_at), max(captured_at), count(*),
      max(case when place = 1 then id end), max(quality)
    from ranked group by visit`.execute(db);
  const kept = new Set<string>();
  for (const visit of gone.toSorted((a, b) => a.first_at - b.first_at)) await keepId(db, span, visit, kept);
  await sql`
    update detections set visit_id = (
      select v.id from visits v
      where v.person_id = ${personId} and v.camera_id = ${cameraId}
        and v.last_at >= detections.captured_at and v.first_at <= detections.captured_at
      order by v.last_at limit 1
    ) where ${theirs}`.execute(db);
}

/** An alert may still point to it. Of several visits that it was taken apart into the first one keeps the id. */
async function keepId(
  db: Db,
  { personId, cameraId }: Span,
  gone: { readonly id: string; readonly first_at: number; readonly last_at: number },
  kept: Set<string>,
): Promise<void> {
  const heir = await db
    .selectFrom('visits')
    .select('id')
    .where('person_id', '=', personId)
    .where('camera_id', '=', cameraId)
    .where('last_at', '>=', gone.first_at)
    .where('first_at', '<=', gone.last_at)
    .orderBy('first_at')
    .limit(1)
    .executeTakeFirst();
  if (!heir || kept.has(heir.id)) return;
  kept.add(gone.id);
  await db.updateTable('visits').set({ id: gone.id }).where('id', '=', heir.id).execute();
}
