// What is kept on somebody in corners that no screen shows: for the export of everything.

import type { PersonTraces } from '../people-port.ts';
import { editsOf } from './person-edits.ts';
import type { Db } from './schema.ts';

export async function tracesOf(db: Db, id: string): Promise<PersonTraces> {
  const notHer = await db
    .selectFrom('exclusions')
    .select(['detection_id', 'made_by', 'at'])
    .where('person_id', '=', id)
    .orderBy('at')
    .execute();
  const imported = await db
    .selectFrom('import_photos as p')
    .innerJoin('imports as i', 'i.id', 'p.import_id')
    .select(['i.source', 'p.file', 'p.verdict', 'p.findings'])
    .where('p.person_id', '=', id)
    .orderBy('i.created_at')
    .orderBy('p.file')
    .execute();
  return {
    edits: await editsOf(db, id),
    notHer: notHer.map((row) => ({ detectionId: row.detection_id, by: row.made_by, at: row.at })),
    imported: imported.map((row) => ({
      ...row,
      findings: JSON.parse(row.findings) as PersonTraces['imported'][number]['findings'],
    })),
  };
}
