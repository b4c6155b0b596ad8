// Schema 7: templates of the log are read in the order of time, without a look at their detections; what is undecided is counted out of
// an index alone; visits are added up by person and camera.

import { sql, type RawBuilder } from 'kysely';
import type { Log } from '../log.ts';
import type { Backend } from './backend.ts';
import type { Db } from './schema.ts';

/** Templates filled in by one statement. */
const AT_ONCE = 20_000;
const TOLD_EVERY_MS = 5000;
/** As in `stranger-port.ts`, with a fraction so that it divides as such. */
const HALF_LIFE_MS = sql.raw('1209600000.0');

export async function readInOrder(db: Db, kind: Backend['kind'], log: Log): Promise<void> {
  const postgres = kind === 'postgres';
  // As in the first schema.
  const text: RawBuilder<string> = postgres ? sql`text collate "C"` : sql`text`;
  await db.schema.alterTable('detection_templates').addColumn('camera_id', text).execute();
  await db.schema.alterTable('detection_templates').addColumn('captured_at', 'bigint').execute();
  await fillIn(db, log);
  if (postgres) {
    await sql`alter table detection_templates alter camera_id set not null, alter captured_at set not null`.execute(db);
  }
  await sql`create index detection_templates_time on detection_templates (model, captured_at, detection_id, camera_id)`.execute(
    db,
  );
  // Who has a template has a model too; those that were discarded since are few.
  await sql`create index detections_discarded on detections (captured_at, id) where state <> 'classified' and model is not null`.execute(
    db,
  );
  // One for all who look for these: in place of one over the times of both decisions and one by decision.
  await db.schema.dropIndex('detections_undecided').execute();
  await db.schema.dropIndex('detections_open').execute();
  await sql`create index detections_undecided on detections (decision, captured_at, seq, camera_id, track_id, id)
    where decision in ('ambiguous', 'unidentified')`.execute(db);
  await sql`create index persons_ignored on persons (id) where ignored = 1`.execute(db);
  if (!postgres) await sumsOfVisits(db);
}

/** What happens where a visit changes: her sums go. */
function undo(row: 'old' | 'new'): string {
  return `delete from visit_sums where person_id = ${row}.person_id and sightings is not null;
    insert into visit_sums (person_id, camera_id) values (${row}.person_id, '') on conflict do nothing`;
}

/** `visit-sums.ts` says what for. PostgreSQL adds up without holding anybody up. */
async function sumsOfVisits(db: Db): Promise<void> {
  await sql`create table visit_sums (person_id text not null, camera_id text not null, sightings integer, last_at integer, weight real,
    weighed_at integer, primary key (person_id, camera_id)) without rowid`.execute(db);
  await sql`create index visit_sums_camera on visit_sums (camera_id, person_id, sightings, last_at, weight, weighed_at)`.execute(
    db,
  );
  await sql`create index visit_sums_undone on visit_sums (person_id) where sightings is null`.execute(db);
  // Weighed at the latest visit, whatever the clock says: what is too far from it would count for nothing at all.
  const { at } = await db
    .selectFrom('visits')
    .select(sql<number>`coalesce(max(last_at), 0)`.as('at'))
    .executeTakeFirstOrThrow();
  await sql`insert into visit_sums select person_id, camera_id, sum(detections), max(last_at),
    sum(detections * power(0.5, (${at} - last_at) / ${HALF_LIFE_MS})), ${at} from visits group by person_id, camera_id`.execute(
    db,
  );
  await sql`insert into visit_sums select person_id, '', sum(sightings), max(last_at), sum(weight), ${at}
    from visit_sums group by person_id`.execute(db);
  const triggers = {
    visits_added: `insert on visits begin ${undo('new')}; end`,
    visits_changed: `update of person_id, camera_id, last_at, detections on visits begin ${undo('old')}; ${undo('new')}; end`,
    visits_removed: `delete on visits begin ${undo('old')}; end`,
    // Her visits go first, with the foreign key.
    persons_removed: `delete on persons begin delete from visit_sums where person_id = old.id; end`,
  };
  for (const [name, rule] of Object.entries(triggers)) {
    await sql.raw(`create trigger ${name} after ${rule}`).execute(db);
  }
}

/** In place and in the order of the log: a copy of the table would write twice as much and leave the old one's room in the file. */
async function fillIn(db: Db, log: Log): Promise<void> {
  const { last } = await db
    .selectFrom('detections')
    .select(sql<number>`coalesce(max(seq), 0)`.as('last'))
    .executeTakeFirstOrThrow();
  let told = performance.now();
  for (let done = 0; done < last; done += AT_ONCE) {
    await sql`
      update detection_templates set camera_id = d.camera_id, captured_at = d.captured_at from detections as d
      where d.id = detection_templates.detection_id and d.seq > ${done} and d.seq <= ${done + AT_ONCE}`.execute(db);
    if (performance.now() - told < TOLD_EVERY_MS) continue;
    told = performance.now();
    log.info(
      { done: done + AT_ONCE, of: last },
      'the database is being brought up to date: who stops this only has it begin anew',
    );
  }
}
