// A day in four numbers, for the live page.

import type { LiveNumbers } from '../store-port.ts';
import type { Db } from './schema.ts';

/** `cameras`: only these; null: all. */
export async function liveNumbers(db: Db, from: number, cameras: readonly string[] | null): Promise<LiveNumbers> {
  if (cameras?.length === 0) return { visits: 0, known: 0, strangers: 0, undecided: 0 };
  let visits = db
    .selectFrom('visits as v')
    .innerJoin('persons as p', 'p.id', 'v.person_id')
    .where('v.last_at', '>=', from)
    .select((eb) => [
      'p.kind',
      eb.fn.countAll<number>().as('visits'),
      eb.fn.count<number>('v.person_id').distinct().as('persons'),
    ])
    .groupBy('p.kind');
  let undecided = db
    .selectFrom('detections as d')
    .where('d.decision', '=', 'ambiguous')
    .where('d.captured_at', '>=', from)
    .where('d.person_id', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('n'));
  if (cameras) {
    visits = visits.where('v.camera_id', 'in', cameras);
    undecided = undecided.where('d.camera_id', 'in', cameras);
  }
  const rows = await visits.execute();
  const of = (kind: 'known' | 'unknown') => rows.find((row) => row.kind === kind);
  return {
    visits: rows.reduce((sum, row) => sum + row.visits, 0),
    known: of('known')?.persons ?? 0,
    strangers: of('unknown')?.persons ?? 0,
    undecided: (await undecided.executeTakeFirst())?.n ?? 0,
  };
}
