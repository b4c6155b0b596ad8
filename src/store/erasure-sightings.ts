// Erases somebody with all her sightings: what stands about her anywhere. In many transactions, as there may be fifty thousand rows;
// she herself goes last, so that the same again goes on where it was broken off.

import { forgetAlertSightings, forgetMarks } from './alert-erasure.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { erasePerson, withMerged } from './erasure.ts';
import { overChanges } from './erasure-marks.ts';
import { forgetMentions } from './erasure-mentions.ts';
import { noPerson } from './person-rows.ts';
import { picturesOutOfUse } from './pictures-in-use.ts';
import { forgetRunsBy } from './run-erasure.ts';
import type { Db } from './schema.ts';

const AT_ONCE = 500;

export async function eraseWithSightings(
  backend: Backend,
  id: string,
  onPictures: (pictures: readonly string[]) => Promise<void>,
): Promise<{ readonly detections: number }> {
  const persons = await backend.read(async (db) => {
    const person = await db.selectFrom('persons').select(['id', 'name']).where('id', '=', id).executeTakeFirst();
    if (!person) throw noPerson(id);
    return withMerged(db, person);
  });
  const ids = persons.map((person) => person.id);
  await forgetChanges(backend, ids);
  let detections = 0;
  for (;;) {
    const some = await backend.writeChanges((db) => eraseSightings(db, ids));
    if (some.detections === 0) break;
    detections += some.detections;
    await onPictures(some.pictures);
  }
  await backend.write((db) => forgetMarks(db, ids));
  while ((await backend.writeChanges((db) => eraseVisits(db, ids))) > 0);
  await forgetMentions(backend, persons);
  const last = await backend.writeChanges(async (db) => {
    // Who came by while this went on.
    const late = await eraseSightings(db, ids);
    const references = await referencesOf(db, ids);
    const pictures = await erasePerson(db, id);
    await forgetEntries(db, ids, references);
    return { detections: late.detections, pictures: [...late.pictures, ...pictures] };
  });
  await onPictures(last.pictures);
  // What was written about her since the first time; her own end stays for others to hear.
  await forgetChanges(backend, ids, 'remove');
  await backend.scrub();
  return { detections: detections + last.detections };
}

async function eraseSightings(db: Db, ids: readonly string[]): Promise<{ detections: number; pictures: string[] }> {
  const rows = await db
    .selectFrom('detections')
    .select(['id', 'picture'])
    .where('person_id', 'in', ids)
    .limit(AT_ONCE)
    .execute();
  if (rows.length === 0) return { detections: 0, pictures: [] };
  const gone = rows.map((row) => row.id);
  await forgetAlertSightings(db, gone, Date.now());
  await db.deleteFrom('identity_detection_changes').where('detection_id', 'in', gone).execute();
  await db.deleteFrom('identity_exclusion_changes').where('detection_id', 'in', gone).execute();
  await forgetRunsBy(db, gone);
  const references = await db
    .deleteFrom('person_references')
    .where('detection_id', 'in', gone)
    .returning(['id', 'picture'])
    .execute();
  await forgetReferences(
    db,
    references.map((reference) => reference.id),
  );
  // The foreign keys take templates and exclusions along.
  await db.deleteFrom('detections').where('id', 'in', gone).execute();
  await logChanges(
    db,
    'gallery',
    references.map((reference) => ({ entity: 'reference', action: 'remove', id: reference.id })),
    Date.now(),
  );
  const pictures = [...rows, ...references].map((row) => row.picture);
  return { detections: rows.length, pictures: await picturesOutOfUse(db, pictures) };
}

async function eraseVisits(db: Db, ids: readonly string[]): Promise<number> {
  const gone = await db
    .deleteFrom('visits')
    .where('id', 'in', (eb) => eb.selectFrom('visits').select('id').where('person_id', 'in', ids).limit(AT_ONCE))
    .returning('id')
    .execute();
  return gone.length;
}

async function referencesOf(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await db.selectFrom('person_references').select('id').where('person_id', 'in', ids).execute();
  return rows.map((row) => row.id);
}

async function forgetReferences(db: Db, references: readonly string[]): Promise<void> {
  if (references.length === 0) return;
  await db.deleteFrom('identity_reference_changes').where('reference_id', 'in', references).execute();
}

/** After `erasePerson`, which has taken her names out of the sentences. */
async function forgetEntries(db: Db, ids: readonly string[], references: readonly string[]): Promise<void> {
  for (let i = 0; i < references.length; i += AT_ONCE) await forgetReferences(db, references.slice(i, i + AT_ONCE));
  const touching = db.selectFrom('identity_persons').select('entry_seq').where('person_id', 'in', ids);
  for (const table of [
    'identity_detection_changes',
    'identity_reference_changes',
    'identity_exclusion_changes',
  ] as const) {
    await db.deleteFrom(table).where('person_id', 'in', ids).where('entry_seq', 'in', touching).execute();
  }
  await db.deleteFrom('identity_persons').where('person_id', 'in', ids).execute();
}

/** What the change log says of her, her references and her detections. */
async function forgetChanges(backend: Backend, ids: readonly string[], except?: 'remove'): Promise<void> {
  await overChanges(backend, async (db, from, to) => {
    let query = db
      .deleteFrom('changes')
      .where('seq', '>', from)
      .where('seq', '<=', to)
      .where((eb) =>
        eb.or([
          eb.and([eb('entity', '=', 'person'), eb('entity_id', 'in', ids)]),
          eb.and([
            eb('entity', '=', 'reference'),
            eb('entity_id', 'in', eb.selectFrom('person_references').select('id').where('person_id', 'in', ids)),
          ]),
          eb.and([
            eb('entity', '=', 'detection'),
            eb('entity_id', 'in', eb.selectFrom('detections').select('id').where('person_id', 'in', ids)),
          ]),
        ]),
      );
    if (except) query = query.where('action', '!=', except);
    await query.execute();
  });
}
