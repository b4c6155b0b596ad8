// Templates of logged shots, by model: what a track decides from, what a re-run goes through, what a second model is prepared on.

import { expressionBuilder } from 'kysely';
import type { Template } from '../domain.ts';
import type { DetectionStore, LoggedShot } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { chunksOf } from './chunks.ts';
import { matchesFilter, selectDetections, toDetection, type WithDetections } from './detection-rows.ts';
import type { Db } from './schema.ts';
import { bytesToVectors, vectorToBytes } from './vectors.ts';

type Ports = Pick<DetectionStore, 'shotsOfTrack' | 'withTemplates' | 'putTemplates' | 'withoutTemplate'>;

export function createDetectionTemplates(backend: Backend): Ports {
  return {
    shotsOfTrack: (cameraId, trackId, model, limit) =>
      backend.read(async (db) => {
        const rows = await selectShots(db, model)
          .where('d.track_id', '=', trackId)
          .where('d.camera_id', '=', cameraId)
          .orderBy('d.captured_at', 'desc')
          .orderBy('d.seq', 'desc')
          .limit(limit)
          .execute();
        return toShots(db, rows.toReversed());
      }),

    withTemplates: (model, { decidedBy, ids, ...filter }, afterSeq, limit) =>
      backend.read(async (db) => {
        let query = selectShots(db, model).where('d.seq', '>', afterSeq).where(matchesFilter(filter));
        if (decidedBy) query = query.where('d.decided_by', '=', decidedBy);
        if (ids) query = query.where('d.id', 'in', ids);
        return toShots(db, await query.orderBy('d.seq').limit(limit).execute());
      }),

    async putTemplates(templates) {
      await backend.write(async (db) => {
        for (const { detectionId, template } of templates) await putDetectionTemplate(db, detectionId, template);
      });
    },

    withoutTemplate: (model, since, limit) =>
      backend.read(async (db) => {
        const rows = await selectDetections(db)
          .where('d.state', '=', 'classified')
          .where('d.captured_at', '>=', since)
          .where((eb) => eb.exists(templatesOf()))
          .where((eb) => eb.not(eb.exists(templatesOf().where('t.model', '=', model))))
          .orderBy('d.captured_at', 'desc')
          .orderBy('d.seq', 'desc')
          .limit(limit)
          .execute();
        return rows.map(toDetection);
      }),
  };
}

/** Inside a transaction. Nothing happens where the detection is gone. */
export async function putDetectionTemplate(db: Db, detectionId: string, { model, vector }: Template): Promise<void> {
  const bytes = vectorToBytes(vector);
  await db
    .insertInto('detection_templates')
    .columns(['detection_id', 'model', 'vector', 'camera_id', 'captured_at'])
    .expression((eb) =>
      eb
        .selectFrom('detections as d')
        .select(['d.id', eb.val(model).as('model'), eb.val(bytes).as('vector'), 'd.camera_id', 'd.captured_at'])
        .where('d.id', '=', detectionId),
    )
    .onConflict((conflict) => conflict.columns(['detection_id', 'model']).doUpdateSet({ vector: bytes }))
    .execute();
}

function templatesOf() {
  return expressionBuilder<WithDetections, 'd'>()
    .selectFrom('detection_templates as t')
    .select('t.detection_id')
    .whereRef('t.detection_id', '=', 'd.id');
}

function selectShots(db: Db, model: string) {
  return db
    .selectFrom('detections as d')
    .innerJoin('detection_templates as t', 't.detection_id', 'd.id')
    .select([
      'd.id',
      'd.seq',
      'd.camera_id',
      'd.track_id',
      'd.captured_at',
      'd.person_id',
      'd.person_kind',
      'd.decision',
      'd.decided_by',
      'd.quality',
      't.vector',
    ])
    .where('d.state', '=', 'classified')
    .where('t.model', '=', model);
}

type ShotRow = Awaited<ReturnType<ReturnType<typeof selectShots>['execute']>>[number];

async function toShots(db: Db, rows: readonly ShotRow[]): Promise<LoggedShot[]> {
  const excluded = await exclusionsOf(
    db,
    rows.map((row) => row.id),
  );
  const vectors = bytesToVectors(rows.map((row) => row.vector));
  return rows.map((row, i) => ({
    id: row.id,
    seq: row.seq,
    cameraId: row.camera_id,
    trackId: row.track_id,
    capturedAt: row.captured_at,
    personId: row.person_id,
    personKind: row.person_kind,
    // Whose person was removed has neither any more.
    decision: row.decision ?? 'unidentified',
    decidedBy: row.decided_by ?? 'system',
    quality: row.quality ?? 0,
    vector: vectors[i] ?? new Float32Array(),
    notPersonIds: excluded.get(row.id) ?? [],
  }));
}

async function exclusionsOf(db: Db, detectionIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const excluded = new Map<string, string[]>();
  for (const ids of chunksOf(detectionIds)) {
    const rows = await db
      .selectFrom('exclusions')
      .select(['detection_id', 'person_id'])
      .where('detection_id', 'in', ids)
      .execute();
    for (const row of rows) {
      const persons = excluded.get(row.detection_id);
      if (persons) persons.push(row.person_id);
      else excluded.set(row.detection_id, [row.person_id]);
    }
  }
  return excluded;
}
