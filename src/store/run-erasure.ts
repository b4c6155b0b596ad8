// What actions have done for somebody is forgotten with her; that they were done stays known.

import { chunksOf } from './chunks.ts';
import type { Db } from './schema.ts';

/** The error too: a command may have said her name. */
const SAID = { detection_id: null, evidence: null, error: null };

export async function forgetRunsOf(db: Db, personIds: readonly string[]): Promise<void> {
  const all = { ...SAID, person_id: null, visit_id: null, alert_id: null, opens: null };
  for (const ids of chunksOf(personIds)) {
    await db.updateTable('action_runs').set(all).where('person_id', 'in', ids).execute();
  }
}

/** Of detections that are erased. The visit may go on: what it has opened it does not open again. */
export async function forgetRunsBy(db: Db, detectionIds: readonly string[]): Promise<void> {
  for (const ids of chunksOf(detectionIds)) {
    await db.updateTable('action_runs').set(SAID).where('detection_id', 'in', ids).execute();
  }
}
