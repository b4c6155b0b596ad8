// An alert has grown: something happened to it since its messages were sent.

import type { Db } from './schema.ts';

/** Inside `writeChanges`: raises their versions, and puts their messages that were sent into the line of what is brought up to date. The
 * only place that raises a version, so that no message stays behind. */
export async function growAlerts(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('alerts')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', 'in', ids)
    .execute();
  // One whose change is waiting for its next try goes on waiting; one that was given up gets new tries.
  await db
    .updateTable('deliveries')
    .set({ grown: 1, attempts: 0, error: null })
    .where('alert_id', 'in', ids)
    .where('state', '=', 'sent')
    .where('grown', '=', 0)
    .execute();
}
