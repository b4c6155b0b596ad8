// Reads templates with their persons, page by page: what a gallery is filled from.

import type { GalleryEntry } from '../domain.ts';
import type { Db } from './schema.ts';
import { bytesToVector } from './vectors.ts';

/** Takes some ten milliseconds. */
const PAGE = 2000;

type Selection = {
  readonly after?: string;
  readonly referenceIds?: readonly string[];
  readonly personIds?: readonly string[];
};

/** By reference id; `next` is where the following page starts after, null when the selection is by ids or at its end. */
export async function galleryEntries(
  db: Db,
  model: string,
  of: Selection,
): Promise<{ entries: GalleryEntry[]; next: string | null }> {
  let query = db
    .selectFrom('reference_templates as t')
    .innerJoin('person_references as r', 'r.id', 't.reference_id')
    .innerJoin('persons as p', 'p.id', 'r.person_id')
    .select(['t.reference_id', 't.vector', 'r.person_id', 'p.kind'])
    .where('t.model', '=', model);
  if (of.after !== undefined)
    query = query.where('t.reference_id', '>', of.after).orderBy('t.reference_id').limit(PAGE);
  if (of.referenceIds) query = query.where('t.reference_id', 'in', of.referenceIds);
  if (of.personIds) query = query.where('r.person_id', 'in', of.personIds);
  const rows = await query.execute();
  const entries = rows.map((row) => ({
    referenceId: row.reference_id,
    personId: row.person_id,
    kind: row.kind,
    vector: bytesToVector(row.vector),
  }));
  const full = of.after !== undefined && rows.length === PAGE;
  return { entries, next: full ? (rows.at(-1)?.reference_id ?? null) : null };
}
