// Takes somebody out of what stands about others: whom their detections were nearest to, and what the gate said of their photos.

import { sql } from 'kysely';
import type { Backend } from './backend.ts';
import { namesOf, type Found } from './erasure.ts';
import type { Db } from './schema.ts';
import { FORGOTTEN } from './summary.ts';
import { wholeName } from './whole-name.ts';

const DETECTIONS_AT_ONCE = 20_000;
const ENTRIES_AT_ONCE = 500;

export async function forgetMentions(backend: Backend, persons: readonly Found[]): Promise<void> {
  const ids = persons.map((person) => person.id);
  await overRanges(backend, 'detections', async (db, from, to) => {
    await db
      .updateTable('detections')
      .set({ nearest_id: null, distance: null })
      .where('seq', '>', from)
      .where('seq', '<=', to)
      .where('nearest_id', 'in', ids)
      .execute();
    await db
      .updateTable('detections')
      .set({ runner_up_id: null, runner_up_distance: null })
      .where('seq', '>', from)
      .where('seq', '<=', to)
      .where('runner_up_id', 'in', ids)
      .execute();
  });
  await overRanges(backend, 'identity_entries', async (db, from, to) => {
    await db
      .updateTable('identity_detection_changes')
      .set({ nearest_id: null, distance: null })
      .where('entry_seq', '>', from)
      .where('entry_seq', '<=', to)
      .where('nearest_id', 'in', ids)
      .execute();
    await db
      .updateTable('identity_detection_changes')
      .set({ runner_up_id: null, runner_up_distance: null })
      .where('entry_seq', '>', from)
      .where('entry_seq', '<=', to)
      .where('runner_up_id', 'in', ids)
      .execute();
  });
  await backend.write(async (db) => {
    for (const name of await namesOf(db, persons)) await forgetInFindings(db, name);
  });
}

async function overRanges(
  backend: Backend,
  table: 'detections' | 'identity_entries',
  work: (db: Db, from: number, to: number) => Promise<void>,
): Promise<void> {
  const { first, last } = await backend.read((db) =>
    db
      .selectFrom(table)
      .select((eb) => [eb.fn.min('seq').as('first'), eb.fn.max('seq').as('last')])
      .executeTakeFirstOrThrow(),
  );
  if (first === null || last === null) return;
  const step = table === 'detections' ? DETECTIONS_AT_ONCE : ENTRIES_AT_ONCE;
  for (let from = first - 1; from < last; from += step) {
    await backend.write((db) => work(db, from, from + step));
  }
}

/** "The face looks like Ann": verdicts on photos of others. */
async function forgetInFindings(db: Db, name: string): Promise<void> {
  const { pattern, whole } = wholeName(name, true);
  const rows = await db
    .selectFrom('import_photos')
    .select(['import_id', 'file', 'findings'])
    .where(sql<boolean>`findings like ${pattern} escape '\\'`)
    .execute();
  for (const row of rows) {
    const findings = JSON.parse(row.findings) as { readonly message: string }[];
    const said = findings.map((finding) => ({ ...finding, message: finding.message.replaceAll(whole, FORGOTTEN) }));
    await db
      .updateTable('import_photos')
      .set({ findings: JSON.stringify(said) })
      .where('import_id', '=', row.import_id)
      .where('file', '=', row.file)
      .execute();
  }
}
