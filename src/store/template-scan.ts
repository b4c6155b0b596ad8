// Goes through the templates of the log, for a search by photo: newest first, in pieces so small that nobody else has to wait.

import type { DetectionStore, ScannedTemplate } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { chunksOf } from './chunks.ts';
import { selectDetections, toDetection } from './detection-rows.ts';
import type { Db } from './schema.ts';
import { bytesToVectors } from './vectors.ts';

/** On SQLite a piece is read in one turn of the event loop: it shall take this long. */
const TARGET_MS = 4;
const FIRST_PIECE = 50;
const SMALLEST_PIECE = 50;
const LARGEST_PIECE = 4000;

/** Where in the log the next piece begins. */
interface Place {
  readonly capturedAt: number;
  readonly seq: number;
}

export function createTemplateScan(backend: Backend): Pick<DetectionStore, 'scanTemplates' | 'byIds'> {
  return {
    async *scanTemplates(model, filter) {
      if (filter.cameraIds?.length === 0) return;
      let place: Place | null = null;
      let size = FIRST_PIECE;
      for (;;) {
        const { began, rows }: { began: number; rows: readonly ScanRow[] } = await backend.read(async (db) => {
          // Counted from here: before it may have waited for the connection.
          const began = performance.now();
          return { began, rows: await piece(db, model, filter, place, size).execute() };
        });
        const vectors = bytesToVectors(rows.map(({ vector }) => vector));
        yield rows.map((row, i): ScannedTemplate => ({
          id: row.id,
          capturedAt: row.captured_at,
          vector: vectors[i] ?? new Float32Array(),
        }));
        const last = rows.at(-1);
        if (!last || rows.length < size) return;
        place = { capturedAt: last.captured_at, seq: last.seq };
        // What the reader did with it counts too; half as much again at most, as the next rows may be slower to get.
        const rate = size / Math.max(0.1, performance.now() - began);
        size = Math.round(Math.max(SMALLEST_PIECE, Math.min(LARGEST_PIECE, size * 1.5, rate * TARGET_MS)));
        await new Promise(setImmediate);
      }
    },

    byIds: (all) =>
      backend.read(async (db) => {
        const found = [];
        for (const ids of chunksOf(all)) {
          found.push(...(await selectDetections(db).where('d.id', 'in', ids).execute()).map(toDetection));
        }
        return found;
      }),
  };
}

type Filter = Parameters<DetectionStore['scanTemplates']>[1];

function piece(db: Db, model: string, { cameraIds, from, to }: Filter, place: Place | null, size: number) {
  let query = db
    .selectFrom('detections as d')
    .innerJoin('detection_templates as t', (join) =>
      join.onRef('t.detection_id', '=', 'd.id').on('t.model', '=', model),
    )
    .select(['d.id', 'd.seq', 'd.captured_at', 't.vector'])
    .where('d.state', '=', 'classified')
    .orderBy('d.captured_at', 'desc')
    .orderBy('d.seq', 'desc')
    .limit(size);
  if (cameraIds) query = query.where('d.camera_id', 'in', cameraIds);
  if (from !== undefined) query = query.where('d.captured_at', '>=', from);
  if (to !== undefined) query = query.where('d.captured_at', '<', to);
  if (place) {
    const { capturedAt, seq } = place;
    query = query.where((eb) => eb(eb.refTuple('d.captured_at', 'd.seq'), '<', eb.tuple(capturedAt, seq)));
  }
  return query;
}

type ScanRow = Awaited<ReturnType<ReturnType<typeof piece>['execute']>>[number];
