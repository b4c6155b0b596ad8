// Which cameras' detections a change touches, for callers who may see some cameras only.

import type { TouchedStore } from '../user-port.ts';
import type { Backend } from './backend.ts';

export function createTouched(backend: Backend): TouchedStore {
  return {
    byPerson: (personId) =>
      backend.read(async (db) => {
        const rows = await db
          .selectFrom('detections')
          .select('camera_id')
          .distinct()
          .where('person_id', '=', personId)
          .execute();
        return rows.map((row) => row.camera_id);
      }),

    byEntry: (seq) =>
      backend.read(async (db) => {
        const changed = db
          .selectFrom('identity_detection_changes')
          .select('detection_id')
          .where('entry_seq', '=', seq)
          .union(db.selectFrom('identity_exclusion_changes').select('detection_id').where('entry_seq', '=', seq));
        const rows = await db
          .selectFrom('detections')
          .select('camera_id')
          .distinct()
          .where('id', 'in', changed)
          .execute();
        return rows.map((row) => row.camera_id);
      }),
  };
}
