// Bulk enrolments: what became of each photo, so that an import that was broken off can be taken up again.

import { randomUUID } from 'node:crypto';
import type { GateVerdict } from '../gallery-port.ts';
import type { Import, ImportedPhoto, ImportStore } from '../store-port.ts';
import { KithError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { decodeCursor, rowsToFetch, toPage } from './cursor.ts';
import { checkText } from './names.ts';
import type { Db, ImportPhotoTable, ImportTable } from './schema.ts';

export function createImports(backend: Backend): ImportStore {
  return {
    open: (source) =>
      backend.write(async (db) => {
        checkText(source, 'source of the import');
        const at = Date.now();
        await db
          .insertInto('imports')
          .values({ id: randomUUID(), source, created_at: at, updated_at: at })
          .onConflict((conflict) => conflict.column('source').doNothing())
          .execute();
        const row = await db.selectFrom('imports').selectAll().where('source', '=', source).executeTakeFirstOrThrow();
        return toImport(row, await countPhotos(db, [row.id]));
      }),

    get: (id) =>
      backend.read(async (db) => {
        const row = await db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirst();
        return row ? toImport(row, await countPhotos(db, [id])) : null;
      }),

    async list(page) {
      const limit = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number', 'string']);
      return backend.read(async (db) => {
        let query = db.selectFrom('imports').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');
        if (after) query = query.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after[0], after[1])));
        const rows = await query.limit(limit).execute();
        const counted = await countPhotos(
          db,
          rows.map((row) => row.id),
        );
        return toPage(
          rows,
          page,
          (row) => [row.created_at, row.id],
          (row) => toImport(row, counted),
        );
      });
    },

    async putPhoto(importId, photo) {
      // Names of files may be anything: whatever a database cannot keep is refused here, in words.
      checkText(photo.file, 'path of the photo');
      checkText(photo.name, 'name of the person');
      const { file, ...values } = toRow(photo);
      await backend.write(async (db) => {
        const found = await db
          .updateTable('imports')
          .set({ updated_at: Date.now() })
          .where('id', '=', importId)
          .returning('id')
          .executeTakeFirst();
        if (!found) throw noImport(importId);
        await db
          .insertInto('import_photos')
          .values({ import_id: importId, file, ...values })
          .onConflict((conflict) => conflict.columns(['import_id', 'file']).doUpdateSet(values))
          .execute();
      });
    },

    async photos(importId, filter, page) {
      const limit = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['string']);
      const rows = await backend.read((db) => {
        let query = db.selectFrom('import_photos').selectAll().where('import_id', '=', importId).orderBy('file');
        if (filter.verdict) query = query.where('verdict', '=', filter.verdict);
        if (after) query = query.where('file', '>', after[0]);
        return query.limit(limit).execute();
      });
      return toPage(rows, page, (row) => [row.file], toPhoto);
    },

    async remove(id) {
      await backend.write((db) => db.deleteFrom('imports').where('id', '=', id).execute());
    },
  };
}

function noImport(id: string): KithError {
  return new KithError('not_found', `There is no import ${id}: it may have been removed.`);
}

type Counts = ReadonlyMap<string, Import['counts']>;

async function countPhotos(db: Db, ids: readonly string[]): Promise<Counts> {
  const counts = new Map<string, Record<GateVerdict['verdict'], number>>();
  if (ids.length === 0) return counts;
  const rows = await db
    .selectFrom('import_photos')
    .select(['import_id', 'verdict', (eb) => eb.fn.countAll<number>().as('n')])
    .where('import_id', 'in', ids)
    .groupBy(['import_id', 'verdict'])
    .execute();
  for (const { import_id: id, verdict, n } of rows) {
    counts.set(id, { ...(counts.get(id) ?? { accepted: 0, warned: 0, refused: 0 }), [verdict]: n });
  }
  return counts;
}

function toImport(row: ImportTable, counts: Counts): Import {
  return {
    id: row.id,
    source: row.source,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    counts: counts.get(row.id) ?? { accepted: 0, warned: 0, refused: 0 },
  };
}

function toRow(photo: ImportedPhoto): Omit<ImportPhotoTable, 'import_id'> {
  return {
    file: photo.file,
    name: photo.name,
    verdict: photo.verdict,
    findings: JSON.stringify(photo.findings),
    person_id: photo.personId,
    reference_id: photo.referenceId,
  };
}

function toPhoto(row: ImportPhotoTable): ImportedPhoto {
  return {
    file: row.file,
    name: row.name,
    verdict: row.verdict,
    findings: JSON.parse(row.findings) as ImportedPhoto['findings'],
    personId: row.person_id,
    referenceId: row.reference_id,
  };
}
