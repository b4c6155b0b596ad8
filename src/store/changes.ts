// The change log: what every process that holds a gallery or shows live events follows.

import { sql } from 'kysely';
import type { Change, ChangeTopic, Store } from '../store-port.ts';
import type { Backend } from './backend.ts';
import type { ChangeTable, Db } from './schema.ts';

type NewChange = Pick<ChangeTable, 'entity' | 'action'> & { readonly id: string };

/** Only inside `writeChanges`: the numbers must grow in the order of commits. */
export async function logChanges(db: Db, topic: ChangeTopic, changes: readonly NewChange[], at: number): Promise<void> {
  for (const { entity, action, id } of changes) {
    await db
      .insertInto('changes')
      .values({ topic, entity, action, entity_id: id, at: Math.round(at) })
      .execute();
  }
}

/** 0 when there is none. */
export async function lastChange(db: Db, topic?: ChangeTopic): Promise<number> {
  let query = db.selectFrom('changes').select('seq').orderBy('seq', 'desc').limit(1);
  if (topic) query = query.where('topic', '=', topic);
  const row = await query.executeTakeFirst();
  return row?.seq ?? 0;
}

export function createChanges(backend: Backend): Store['changes'] {
  return {
    last: () => backend.read((db) => lastChange(db)),
    since: (seq, limit, topic) =>
      backend.read(async (db) => {
        let query = db
          .selectFrom('changes')
          .select(['seq', 'topic', 'entity', 'action', sql.ref<string>('entity_id').as('id'), 'at'])
          .where('seq', '>', seq)
          .orderBy('seq')
          .limit(limit);
        if (topic) query = query.where('topic', '=', topic);
        const rows: readonly Change[] = await query.execute();
        return rows;
      }),
    onCommit: (listener) => backend.onCommit(listener),
  };
}
