// The photos of people that are kept for matching, and their templates by model.

import { randomUUID } from 'node:crypto';
import type { Reference, Template } from '../domain.ts';
import type { ReferenceStore } from '../store-port.ts';
import { KithError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { allEntries, entriesOf } from './gallery-entries.ts';
import { noPerson } from './persons.ts';
import { pictureInUse } from './pictures-in-use.ts';
import type { Db, ReferenceTable } from './schema.ts';
import { vectorToBytes } from './vectors.ts';

export function createReferences(backend: Backend): ReferenceStore {
  return {
    add: ({ personId, picture, quality }, templates) =>
      backend.writeChanges(async (db) => {
        const person = await db.selectFrom('persons').select('id').where('id', '=', personId).executeTakeFirst();
        if (!person) throw noPerson(personId);
        const at = Date.now();
        return addReference(db, { personId, picture, quality, source: 'enrolled', detectionId: null }, templates, at);
      }),

    get: (id) =>
      backend.read(async (db) => {
        const row = await db.selectFrom('person_references').selectAll().where('id', '=', id).executeTakeFirst();
        return row ? toReference(row) : null;
      }),

    ofPerson: (personId) =>
      backend.read(async (db) => {
        const query = db.selectFrom('person_references').selectAll().where('person_id', '=', personId);
        const rows = await query.orderBy('created_at').orderBy('id').execute();
        return rows.map(toReference);
      }),

    remove: (id) =>
      backend.writeChanges(async (db) => {
        const row = await db
          .deleteFrom('person_references')
          .where('id', '=', id)
          .returning('picture')
          .executeTakeFirst();
        if (!row) throw noReference(id);
        await logChanges(db, 'gallery', [{ entity: 'reference', action: 'remove', id }], Date.now());
        return (await pictureInUse(db, row.picture)) ? null : row.picture;
      }),

    entries: (model) => allEntries(backend, model),
    entriesOf: (model, of) => entriesOf(backend, model, of),

    withoutTemplate: (model, limit) =>
      backend.read(async (db) => {
        const rows = await db
          .selectFrom('person_references')
          .selectAll()
          .where((eb) =>
            eb.not(
              eb.exists(
                eb
                  .selectFrom('reference_templates')
                  .select('reference_id')
                  .whereRef('reference_templates.reference_id', '=', 'person_references.id')
                  .where('reference_templates.model', '=', model),
              ),
            ),
          )
          .limit(limit)
          .execute();
        return rows.map(toReference);
      }),

    putTemplate: (referenceId, template) =>
      backend.writeChanges(async (db) => {
        const row = await db
          .selectFrom('person_references')
          .select(['id', 'person_id'])
          .where('id', '=', referenceId)
          .executeTakeFirst();
        if (!row) throw noReference(referenceId);
        await putTemplate(db, row, template);
        await logChanges(db, 'gallery', [{ entity: 'reference', action: 'change', id: referenceId }], Date.now());
      }),
  };
}

/** Inside `writeChanges`. */
export async function addReference(
  db: Db,
  reference: Omit<Reference, 'id' | 'createdAt'>,
  templates: readonly Template[],
  at: number,
): Promise<Reference> {
  const row: ReferenceTable = {
    id: randomUUID(),
    person_id: reference.personId,
    picture: reference.picture,
    source: reference.source,
    detection_id: reference.detectionId,
    quality: reference.quality,
    created_at: at,
  };
  await db.insertInto('person_references').values(row).execute();
  for (const template of templates) await putTemplate(db, row, template);
  await logChanges(db, 'gallery', [{ entity: 'reference', action: 'add', id: row.id }], at);
  return toReference(row);
}

type Owner = Pick<ReferenceTable, 'id' | 'person_id'>;

async function putTemplate(db: Db, reference: Owner, { model, vector }: Template): Promise<void> {
  const bytes = vectorToBytes(vector);
  await db
    .insertInto('reference_templates')
    .values({ reference_id: reference.id, person_id: reference.person_id, model, vector: bytes })
    .onConflict((conflict) => conflict.columns(['reference_id', 'model']).doUpdateSet({ vector: bytes }))
    .execute();
}

function noReference(id: string): KithError {
  return new KithError('not_found', `There is no reference ${id}: it may have been removed.`);
}

function toReference(row: ReferenceTable): Reference {
  return {
    id: row.id,
    personId: row.person_id,
    picture: row.picture,
    source: row.source,
    detectionId: row.detection_id,
    quality: row.quality,
    createdAt: row.created_at,
  };
}
