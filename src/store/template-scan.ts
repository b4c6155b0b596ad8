// Goes through the templates of the log, for a search by photo: newest first, in pieces so small that nobody else has to wait.

import { sql } from 'kysely';
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
  readonly id: string;
}

interface Piece {
  readonly began: number;
  readonly rows: readonly ScanRow[];
  readonly kept: readonly ScanRow[];
}

export function createTemplateScan(backend: Backend): Pick<DetectionStore, 'scanTemplates' | 'byIds'> {
  return {
    async *scanTemplates(model, filter) {
      if (filter.cameraIds?.length === 0) return;
      let place: Place | null = null;
      let size = FIRST_PIECE;
      for (;;) {
        const { began, rows, kept }: Piece = await backend.read(async (db) => {
          // Counted from here: before it may have waited for the connection.
          const began = performance.now();
          const rows = await piece(db, model, filter, place, size).execute();
          return { began, rows, kept: await withoutDiscarded(db, rows) };
        });
        const vectors = bytesToVectors(kept.map(({ vector }) => vector));
        yield kept.map((row, i): ScannedTemplate => ({
          id: row.detection_id,
          capturedAt: row.captured_at,
          vector: vectors[i] ?? new Float32Array(),
        }));
        const last = rows.at(-1);
        if (!last || rows.length < size) return;
        place = { capturedAt: last.captured_at, id: last.detection_id };
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

/** All of it lies in the order of the index `detection_templates_time`; only the vectors are fetched. */
function piece(db: Db, model: string, { cameraIds, from, to }: Filter, place: Place | null, size: number) {
  let query = db
    .selectFrom('detection_templates as t')
    .select(['t.detection_id', 't.captured_at', 't.vector'])
    .where('t.model', '=', model)
    .orderBy('t.captured_at', 'desc')
    .orderBy('t.detection_id', 'desc')
    .limit(size);
  if (cameraIds) query = query.where('t.camera_id', 'in', cameraIds);
  if (from !== undefined) query = query.where('t.captured_at', '>=', from);
  if (to !== undefined) query = query.where('t.captured_at', '<', to);
  if (place) {
    const { capturedAt, id } = place;
    query = query.where((eb) => eb(eb.refTuple('t.captured_at', 't.detection_id'), '<', eb.tuple(capturedAt, id)));
  }
  return query;
}

type ScanRow = Awaited<ReturnType<ReturnType<typeof piece>['execute']>>[number];

/** Without those that were discarded after they had been classified. These are few and have an index of their own, so that nothing else
 * is looked up in the log; the condition is spelt as there. */
async function withoutDiscarded(db: Db, rows: readonly ScanRow[]): Promise<readonly ScanRow[]> {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return rows;
  const { rows: found } = await sql<{ id: string }>`
    select id from detections where state <> 'classified' and model is not null
      and captured_at >= ${last.captured_at} and captured_at <= ${first.captured_at}`.execute(db);
  if (found.length === 0) return rows;
  const discarded = new Set(found.map(({ id }) => id));
  return rows.filter((row) => !discarded.has(row.detection_id));
}
