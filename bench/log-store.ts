// A log as a busy house has it after a year: a million detections, made up by the database itself, always the same.

import { sql } from 'kysely';
import type { Backend } from '../src/store/backend.ts';

export interface LogSize {
  readonly detections: number;
  readonly persons: number;
  readonly cameras: number;
  readonly days: number;
}

/** Two in three are strangers. */
export const LARGE: LogSize = { detections: 1_000_000, persons: 15_000, cameras: 8, days: 400 };

const DAY_MS = 86_400_000;
const SHOTS = 4;
/** One in so many tracks is nobody's. */
const UNDECIDED = 33;

/** Visits of four shots each, some people coming often and most seldom. SQLite; answers when the first was. */
export async function fillLargeLog(backend: Backend, size: LogSize, now: number): Promise<number> {
  const visits = size.detections / SHOTS;
  const start = now - size.days * DAY_MS;
  const step = Math.floor((size.days * DAY_MS) / visits);
  await backend.write(async (db) => {
    const { rows: indexes } = await sql<{ type: 'index' | 'trigger'; name: string; sql: string }>`
      select type, name, sql from sqlite_master where type in ('index', 'trigger') and sql is not null
        and tbl_name in ('detections', 'visits', 'detection_templates')`.execute(db);
    for (const { type, name } of indexes) await sql.raw(`drop ${type} "${name}"`).execute(db);
    await sql`
      with recursive n (i) as (select 0 union all select i + 1 from n where i < ${size.cameras - 1})
      insert into cameras (id, name, created_at) select 'camera-' || i, 'Camera ' || i, ${start} from n`.execute(db);
    await sql`
      with recursive n (i) as (select 0 union all select i + 1 from n where i < ${size.persons - 1})
      insert into persons (id, kind, name, name_key, sort_key, created_at, last_seen_at)
      select printf('%08x-p', (i * 2654435761) % 4294967296), case when i % 3 = 0 then 'known' else 'unknown' end,
        'Somebody ' || i, 'somebody ' || i, printf('%08d', i), ${start}, ${now} from n`.execute(db);
    // `u`, `w`: 0..1, spread evenly; the cube makes a few people come often.
    await sql`
      with recursive n (i) as (select 0 union all select i + 1 from n where i < ${visits - 1}),
      drawn (i, u, w) as (
        select i, ((i + 1) * 48271 % 2147483647) / 2147483647.0, ((i + 1) * 69621 % 2147483647) / 2147483647.0 from n
      ), placed (i, person, camera, at, long) as (
        select i, cast(u * u * u * ${size.persons} as integer), min(cast(w * w * ${size.cameras + 1} as integer), ${size.cameras - 1}),
          ${start} + i * ${step}, case when i % 1009 = 0 then 7200000 else 0 end from drawn
      )
      insert into visits (id, person_id, camera_id, first_at, last_at, detections, best_detection_id, best_quality)
      select printf('%08x-v', (i * 2654435761) % 4294967296), printf('%08x-p', (person * 2654435761) % 4294967296),
        'camera-' || cast(camera as integer), at, at + 9000 + long, ${SHOTS}, printf('%08x-2', (i * 2246822519) % 4294967296), 0.4 + (i % 60) / 100.0
      from placed`.execute(db);
    await sql`
      with shots (k) as (values (0), (1), (2), (3))
      insert into detections (id, camera_id, track_id, captured_at, picture, received_at, state, classified_at, person_id,
        person_kind, decision, decided_by, nearest_id, distance, runner_up_id, runner_up_distance, quality, model, visit_id)
      select printf('%08x-%d', (v.rowid * 2246822519 - 2246822519) % 4294967296, k), v.camera_id, 't' || v.rowid,
        case when k = 3 then v.last_at else v.first_at + k * 3000 end, printf('%064x', v.rowid * 4 + k), v.last_at, 'classified', v.last_at,
        v.person_id, p.kind, case when p.kind = 'known' then 'known' when v.rowid % 50 = 0 then 'new' else 'unknown' end,
        case when v.rowid % 47 = 0 then 'human' else 'system' end, v.person_id, 0.3, null, null,
        case when k = 2 then v.best_quality else v.best_quality - 0.1 end, 'bench@1', v.id
      from visits v join persons p on p.id = v.person_id cross join shots order by v.rowid, k`.execute(db);
    await sql`
      with shots (k) as (values (0), (1), (2))
      insert into detections (id, camera_id, track_id, captured_at, picture, received_at, state, classified_at, decision,
        decided_by, nearest_id, distance, runner_up_id, runner_up_distance, quality, model)
      select printf('%08x-u%d', (v.rowid * 2246822519) % 4294967296, k), v.camera_id, 'u' || v.rowid, v.first_at + 60000 + k * 2000,
        printf('%063xu', v.rowid * 4 + k), v.last_at, 'classified', v.last_at,
        case when v.rowid % 2 = 0 then 'ambiguous' else 'unidentified' end, 'system', v.person_id, 0.5, v.person_id, 0.51,
        0.3 + k * 0.1, 'bench@1'
      from visits v cross join shots where v.rowid % ${UNDECIDED} = 0`.execute(db);
    for (const { sql: text } of indexes) await sql.raw(text).execute(db);
    await sql`insert into detection_counts select state, count(*) from detections group by state`.execute(db);
    await sql`insert into visit_sums (person_id, camera_id) select distinct person_id, '' from visits`.execute(db);
  });
  return start;
}
