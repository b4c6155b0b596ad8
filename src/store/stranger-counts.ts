// How often each stranger was seen, and where. Counted over visits, of which there are far fewer than detections; on SQLite over their sums.

import { sql } from 'kysely';
import type { StrangerCount, StrangerVisits } from '../stranger-port.ts';
import { among } from './among.ts';
import type { Backend } from './backend.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './schema.ts';
import { EVERYWHERE, faded, sumVisits, withoutSums } from './visit-sums.ts';

export async function countStrangers(
  backend: Backend,
  cameras: readonly string[] | null,
  now: number,
): Promise<readonly StrangerCount[]> {
  const hasSums = backend.kind === 'sqlite';
  if (hasSums) await sumVisits(backend, now);
  return backend.read(async (db) => {
    const rows = hasSums ? await countSums(db, cameras, now) : await countVisits(db, cameras, now).execute();
    const ignored = await ignoredPersons(db);
    return rows.map((row) => ({ ...row, ignored: ignored.has(row.id) }));
  });
}

function strangersOf(db: Db) {
  return db.selectFrom('persons as p').select('p.id').where('p.kind', '=', 'unknown').where('p.hidden_at', 'is', null);
}

/** Known ones too: by the index of them alone. */
async function ignoredPersons(db: Db): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`select id from persons where ignored = 1`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Out of the index, in its order: no sorting, and no look at persons, of whom all but a page stay unseen. */
function countVisits(db: Db, cameras: readonly string[] | null, now: number) {
  return db
    .selectFrom('visits as v')
    .select([
      'v.person_id as id',
      sql<number>`cast(sum(v.detections) as bigint)`.as('sightings'),
      sql<number>`max(v.last_at)`.as('lastAt'),
      sql<number>`sum(v.detections * ${faded(now, 'v.last_at')})`.as('weight'),
    ])
    .where('v.person_id', 'in', strangersOf(db))
    .where(among('v.camera_id', cameras))
    .groupBy('v.person_id');
}

/** Whoever has no sums is counted from her visits. */
async function countSums(db: Db, cameras: readonly string[] | null, now: number) {
  const places = cameras ?? [EVERYWHERE];
  const rows = await db
    .selectFrom('visit_sums as s')
    .select(['s.person_id as id', 's.sightings', 's.last_at as lastAt'])
    .select(sql<number>`s.weight * ${faded(now, 's.weighed_at')}`.as('weight'))
    .where('s.sightings', 'is not', null)
    .where(among('s.camera_id', places))
    .$narrowType<{ sightings: number; lastAt: number }>()
    .execute();
  const found = new Set((await strangersOf(db).execute()).map(({ id }) => id));
  const hers = rows.filter(({ id }) => found.has(id));
  const counted = places.length === 1 ? hers : together(hers);
  for (const some of chunksOf(await withoutSums(db))) {
    counted.push(...(await countVisits(db, cameras, now).where('v.person_id', 'in', some).execute()));
  }
  return counted;
}

/** One for each person. */
function together(rows: readonly Omit<StrangerCount, 'ignored'>[]): Omit<StrangerCount, 'ignored'>[] {
  const sums = new Map<string, Omit<StrangerCount, 'ignored'>>();
  for (const row of rows) {
    const { sightings, lastAt, weight } = sums.get(row.id) ?? { sightings: 0, lastAt: 0, weight: 0 };
    sums.set(row.id, {
      id: row.id,
      sightings: sightings + row.sightings,
      lastAt: Math.max(lastAt, row.lastAt),
      weight: weight + row.weight,
    });
  }
  return [...sums.values()];
}

export async function visitsOf(
  db: Db,
  ids: readonly string[],
  cameras: readonly string[] | null,
): Promise<ReadonlyMap<string, StrangerVisits>> {
  const found = new Map<string, StrangerVisits>();
  for (const some of chunksOf(ids)) {
    const rows = await db
      .selectFrom('visits as v')
      .innerJoin('persons as p', 'p.id', 'v.person_id')
      .select([
        'p.id',
        'p.name',
        'v.camera_id',
        (eb) => eb.fn.countAll<number>().as('visits'),
        sql<number>`min(v.first_at)`.as('first_at'),
        sql<number>`cast(sum(v.detections) as bigint)`.as('sightings'),
      ])
      .where('v.person_id', 'in', some)
      .where(among('v.camera_id', cameras))
      .groupBy(['p.id', 'p.name', 'v.camera_id'])
      .orderBy('sightings', 'desc')
      .orderBy('v.camera_id')
      .execute();
    for (const [id, places] of Map.groupBy(rows, (row) => row.id)) {
      found.set(id, {
        name: places[0]?.name ?? '',
        visits: places.reduce((sum, place) => sum + place.visits, 0),
        firstAt: Math.min(...places.map((place) => place.first_at)),
        cameras: places.map((place) => ({ cameraId: place.camera_id, sightings: place.sightings })),
      });
    }
  }
  return found;
}
