// The detection log, which is also the queue of the workers: rows are added once, claimed with a lease, settled once.

import { sql } from 'kysely';
import type { DetectionState } from '../domain.ts';
import type { DetectionStore } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { decodeCursor, rowsToFetch, scannedPage } from './cursor.ts';
import { eraseDetections } from './detection-erasure.ts';
import { findDetection, selectDetections, toDetection, toNewRow } from './detection-rows.ts';
import { scanDetections } from './detection-scan.ts';
import { createDetectionTemplates } from './detection-templates.ts';
import { checkText } from './names.ts';
import { isOneOf } from './one-of.ts';
import type { Db } from './schema.ts';
import { settleDetection } from './settle.ts';
import { createTemplateScan } from './template-scan.ts';

export function createDetections(backend: Backend): DetectionStore {
  const postgres = backend.kind === 'postgres';

  return {
    async add(sighting, picture, receivedAt) {
      checkText(sighting.id, 'id of the detection');
      checkText(sighting.cameraId, 'id of the camera');
      checkText(sighting.trackId ?? '', 'id of the track');
      return backend.write(async (db) => {
        const inserted = await db
          .insertInto('detections')
          .values(toNewRow(sighting, picture, receivedAt))
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returning('seq')
          .executeTakeFirst();
        const detection = await findDetection(db, sighting.id);
        if (!detection) throw new Error(`detection ${sighting.id} vanished while it was added`);
        return { detection, created: inserted !== undefined };
      });
    },

    get: (id) => backend.read((db) => findDetection(db, id)),

    async list(filter, page) {
      const wanted = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number', 'number']);
      const found = await backend.read((db) => scanDetections(db, filter, { after, wanted }));
      return scannedPage(found, page, (row) => [row.captured_at, row.seq], toDetection);
    },

    counts: (receivedSince, cameraIds) =>
      backend.read(async (db) => {
        const counted = db
          .selectFrom('detections')
          .select(['state', (eb) => eb.fn.countAll<number>().as('n')])
          .groupBy('state');
        const rows =
          receivedSince !== undefined || cameraIds
            ? await counted
                .$if(receivedSince !== undefined, (q) => q.where('received_at', '>=', Math.round(receivedSince ?? 0)))
                .$if(cameraIds !== undefined, (q) => q.where(isOneOf(sql.ref('camera_id'), cameraIds ?? [])))
                .execute()
            : postgres
              ? await counted.execute()
              : await db.selectFrom('detection_counts').selectAll().execute();
        const counts: Record<DetectionState, number> = { pending: 0, classified: 0, rejected: 0, failed: 0 };
        for (const { state, n } of rows) counts[state] = n;
        return counts;
      }),

    async claim(worker, limit, leaseMs, now) {
      const free = (db: Db) =>
        db
          .selectFrom('detections')
          .select('seq')
          .where('state', '=', 'pending')
          .where('lease_until', '<=', Math.round(now))
          .orderBy('seq')
          .limit(limit);
      // An idle worker asks often: on SQLite, which has one writer, a look is cheaper than a transaction.
      if (!postgres && (await backend.read((db) => free(db).limit(1).executeTakeFirst())) === undefined) return [];
      return backend.write(async (db) => {
        const rows = await (postgres ? free(db).forUpdate().skipLocked() : free(db)).execute();
        if (rows.length === 0) return [];
        const seqs = rows.map((row) => row.seq);
        await db
          .updateTable('detections')
          .set((eb) => ({
            lease_owner: worker,
            lease_until: Math.round(now + leaseMs),
            attempts: eb('attempts', '+', 1),
          }))
          .where('seq', 'in', seqs)
          .execute();
        const claimed = await selectDetections(db).where('d.seq', 'in', seqs).orderBy('d.seq').execute();
        return claimed.map(toDetection);
      });
    },

    async extend(worker, ids, leaseMs, now) {
      if (ids.length === 0) return;
      await backend.write((db) =>
        ownedBy(db, worker, ids)
          .set({ lease_until: Math.round(now + leaseMs) })
          .execute(),
      );
    },

    async release(worker, ids) {
      if (ids.length === 0) return;
      await backend.write((db) =>
        ownedBy(db, worker, ids)
          .set((eb) => ({ lease_owner: null, lease_until: 0, attempts: eb('attempts', '-', 1) }))
          .execute(),
      );
    },

    settle: (worker, id, outcome, now) =>
      backend.writeChanges((db) => settleDetection(db, backend.kind, { worker, id, outcome, now: Math.round(now) })),

    erase: (ids, visitGapMs) => backend.writeChanges((db) => eraseDetections(db, backend.kind, ids, visitGapMs)),

    ...createDetectionTemplates(backend),
    ...createTemplateScan(backend),
  };
}

function ownedBy(db: Db, worker: string, ids: readonly string[]) {
  return db
    .updateTable('detections')
    .where('id', 'in', ids)
    .where('lease_owner', '=', worker)
    .where('state', '=', 'pending');
}
