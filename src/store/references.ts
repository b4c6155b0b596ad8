// The photos of people that are kept for matching, and their templates by model.

import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Reference, Template } from '../domain.ts';
import type { ReferenceStore } from '../store-port.ts';
import { KithError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { allEntries, entriesOf } from './gallery-entries.ts';
import { livePerson } from './person-rows.ts';
import { pictureInUse } from './pictures-in-use.ts';
import type { Db, ReferenceTable } from './schema.ts';
import { vectorToBytes } from './vectors.ts';

export function createReferences(backend: Backend): ReferenceStore {
  return {
    add: ({ personId, picture, quality, warnings = [] }, templates) =>
      backend.writeChanges(async (db) => {
        await livePerson(db, personId);
        const reference = { personId, picture, quality, source: 'enrolled', detectionId: null, warnings } as const;
        return addReference(db, reference, templates, Date.now());
      }),

    get: (id) =>
      backend.read(async (db) => {
        const row = await selectReferences(db).where('id', '=', id).executeTakeFirst();
        return row ? toReference(row) : null;
      }),

    ofPerson: (personId) =>
      backend.read(async (db) => {
        const query = selectReferences(db).where('person_id', '=', personId);
        const rows = await query.orderBy('created_at').orderBy('id').execute();
        return rows.map(toReference);
      }),

    remove: (id) =>
      backend.writeChanges(async (db) => {
        const row = await db
          .deleteFrom('person_references')
          .where('id', '=', id)
          .where('retired_at', 'is', null)
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
        const rows = await selectReferences(db)
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
  const row = {
    id: randomUUID(),
    person_id: reference.personId,
    picture: reference.picture,
    source: reference.source,
    detection_id: reference.detectionId,
    quality: reference.quality,
    created_at: at,
    warnings: JSON.stringify(reference.warnings),
  };
  await db.insertInto('person_references').values(row).execute();
  for (const template of templates) await putTemplate(db, row, template);
  await logChanges(db, 'gallery', [{ entity: 'reference', action: 'add', id: row.id }], at);
  return toReference(row);
}

function selectReferences(db: Db) {
  return db.selectFrom('person_references').selectAll().where('retired_at', 'is', null);
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

function toReference(row: Omit<Selectable<ReferenceTable>, 'retired_at' | 'last_entry'>): Reference {
  return {
    id: row.id,
    personId: row.person_id,
    picture: row.picture,
    source: row.source,
    detectionId: row.detection_id,
    quality: row.quality,
    warnings: JSON.parse(row.warnings) as Reference['warnings'],
    createdAt: row.created_at,
  };
}
