// Reads templates with their persons: what a gallery is filled from.

import type { GalleryEntry } from '../gallery-port.ts';
import type { PersonKind } from '../domain.ts';
import type { ReferenceStore } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { lastChange } from './changes.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './schema.ts';
import { bytesToVectors } from './vectors.ts';

/** Takes some milliseconds: the others get the event loop between two pages. */
const PAGE = 1000;

/** Everything, in pages. What is committed meanwhile is in the answer or not, and comes again with the changes since
 * `version`, which is read first. */
export async function allEntries(backend: Backend, model: string): ReturnType<ReferenceStore['entries']> {
  const version = await backend.read((db) => lastChange(db));
  const persons = await backend.read((db) =>
    db.selectFrom('persons').select(['id', 'kind']).where('hidden_at', 'is', null).execute(),
  );
  const kinds = new Map<string, PersonKind>(persons.map(({ id, kind }) => [id, kind]));
  const gone = await backend.read((db) =>
    db.selectFrom('person_references').select('id').where('retired_at', 'is not', null).execute(),
  );
  const retired = new Set(gone.map(({ id }) => id));
  const entries: GalleryEntry[] = [];
  for (let after = 0; ;) {
    const rows = await backend.read((db) =>
      selectTemplates(db, model).select('seq').where('seq', '>', after).orderBy('seq').limit(PAGE).execute(),
    );
    for (const entry of toEntries(rows, (row) =>
      retired.has(row.reference_id) ? undefined : kinds.get(row.person_id),
    ))
      entries.push(entry);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return { version, entries };
    after = last.seq;
    await new Promise(setImmediate);
  }
}

export async function entriesOf(
  backend: Backend,
  model: string,
  of: Parameters<ReferenceStore['entriesOf']>[1],
): Promise<readonly GalleryEntry[]> {
  const found = new Map<string, GalleryEntry>();
  const lists = [
    ['reference_id', of.referenceIds ?? []],
    ['person_id', of.personIds ?? []],
  ] as const;
  for (const [column, ids] of lists) {
    for (const some of chunksOf(ids)) {
      const rows = await backend.read((db) => selectSome(db, model, column, some).execute());
      for (const entry of toEntries(rows, (row) => row.kind)) found.set(entry.referenceId, entry);
    }
  }
  return [...found.values()];
}

function selectTemplates(db: Db, model: string) {
  return db
    .selectFrom('reference_templates')
    .select(['reference_id', 'person_id', 'vector'])
    .where('model', '=', model);
}

/** By way of the references, which have an index by person. */
function selectSome(db: Db, model: string, column: 'reference_id' | 'person_id', ids: readonly string[]) {
  return db
    .selectFrom('person_references as r')
    .innerJoin('reference_templates as t', 't.reference_id', 'r.id')
    .innerJoin('persons as p', 'p.id', 'r.person_id')
    .select(['t.reference_id', 't.person_id', 't.vector', 'p.kind'])
    .where('t.model', '=', model)
    .where('r.retired_at', 'is', null)
    .where('p.hidden_at', 'is', null)
    .where(column === 'person_id' ? 'r.person_id' : 'r.id', 'in', ids);
}

interface Row {
  readonly reference_id: string;
  readonly person_id: string;
  readonly vector: Uint8Array;
}

/** Leaves out those whose person is not known, which are also those that left the gallery. */
function toEntries<R extends Row>(rows: readonly R[], kindOf: (row: R) => PersonKind | undefined): GalleryEntry[] {
  const vectors = bytesToVectors(rows.map((row) => row.vector));
  const entries: GalleryEntry[] = [];
  for (const [i, row] of rows.entries()) {
    const kind = kindOf(row);
    const vector = vectors[i];
    if (kind && vector) entries.push({ referenceId: row.reference_id, personId: row.person_id, kind, vector });
  }
  return entries;
}
