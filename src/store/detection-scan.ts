// Which detections a filter is about: read along the index that fits best, and looked through for the rest.

import type { DetectionFilter } from '../queries.ts';
import { selectDetections, type DetectionRow } from './detection-rows.ts';
import { scan, type Scanned, type ScanKey } from './scan.ts';
import type { Db, DetectionTable } from './schema.ts';
import { several } from './several.ts';

const LOOKED_AT = [
  'seq',
  'captured_at',
  'camera_id',
  'track_id',
  'visit_id',
  'state',
  'person_id',
  'person_kind',
  'decision',
  'decided_by',
  'quality',
] as const;
type LookedAt = Pick<DetectionTable, Exclude<(typeof LOOKED_AT)[number], 'seq'>> & { readonly seq: number };

type Narrow = Partial<
  Pick<LookedAt, 'camera_id' | 'track_id' | 'visit_id' | 'state' | 'person_id' | 'person_kind' | 'decision'>
>;

/** Each is read along its own index and their rows are put in order; of more cameras all rows are looked through. */
const MOST_CAMERAS = 12;

/** Rows in the order of the list, the latest first. */
export async function scanDetections(
  db: Db,
  filter: DetectionFilter,
  { after, wanted }: { readonly after: ScanKey<number> | undefined; readonly wanted: number },
): Promise<Scanned<DetectionRow, number>> {
  if (camerasOf(filter)?.length === 0) return { rows: [], reached: null };
  const ways = waysOf(filter);
  const found = await scan<LookedAt, number>({
    read: (from, count) => readAlong(db, ways, filter, from, count),
    keyOf: (row) => [row.captured_at, row.seq],
    ...(isCovered(filter, ways) ? {} : { keep: (row) => matches(row, filter) }),
    after,
    wanted,
  });
  if (found.rows.length === 0) return { rows: [], reached: found.reached };
  const seqs = found.rows.map((row) => row.seq);
  const rows = await selectDetections(db)
    .where('d.seq', 'in', seqs)
    .orderBy('d.captured_at', 'desc')
    .orderBy('d.seq', 'desc')
    .execute();
  return { rows, reached: found.reached };
}

/** Columns of one index each; all that the filter asks for lies on one of these ways. The fewest rows first. */
function waysOf(filter: DetectionFilter): readonly Narrow[] {
  const { visitId, trackId, personId, state, decision, kind } = filter;
  if (visitId !== undefined) return [{ visit_id: visitId }];
  if (trackId !== undefined) return [{ track_id: trackId }];
  if (personId !== undefined) return [{ person_id: personId }];
  if (decision === 'ambiguous' || decision === 'unidentified') return [{ decision }];
  const cameras = camerasOf(filter);
  if (cameras && cameras.length <= MOST_CAMERAS) {
    return cameras.map((camera) => ({ camera_id: camera, ...(state && { state }) }));
  }
  if (decision) return [{ decision }];
  if (state && state !== 'classified') return [{ state }];
  if (kind) return [{ person_kind: kind }];
  return [state ? { state } : {}];
}

/** Undefined: all. */
function camerasOf({ cameraId, cameraIds }: DetectionFilter): readonly string[] | undefined {
  if (cameraIds === undefined) return cameraId === undefined ? undefined : [cameraId];
  return [...new Set(cameraIds)].filter((id) => cameraId === undefined || id === cameraId);
}

/** Do the ways lead to nothing but what is asked for? */
function isCovered(filter: DetectionFilter, ways: readonly Narrow[]): boolean {
  const { from: _from, to: _to, ...asked } = filter;
  const columns = new Set(ways.flatMap((way) => Object.keys(way)));
  return Object.entries(asked).every(([key, value]) => value === undefined || columns.has(COLUMNS[key] ?? ''));
}

const COLUMNS: Readonly<Record<string, string>> = {
  visitId: 'visit_id',
  trackId: 'track_id',
  personId: 'person_id',
  decision: 'decision',
  kind: 'person_kind',
  state: 'state',
  cameraId: 'camera_id',
  cameraIds: 'camera_id',
};

function matches(row: LookedAt, filter: DetectionFilter): boolean {
  const { visitId, trackId, personId, cameraId, cameraIds, state, decision, kind, decidedBy, qualityAtLeast } = filter;
  return (
    (visitId === undefined || row.visit_id === visitId) &&
    (trackId === undefined || row.track_id === trackId) &&
    (personId === undefined || row.person_id === personId) &&
    (cameraId === undefined || row.camera_id === cameraId) &&
    (cameraIds === undefined || cameraIds.includes(row.camera_id)) &&
    (state === undefined || row.state === state) &&
    (decision === undefined || row.decision === decision) &&
    (kind === undefined || row.person_kind === kind) &&
    (decidedBy === undefined || row.decided_by === decidedBy) &&
    (qualityAtLeast === undefined || (row.quality !== null && row.quality >= qualityAtLeast))
  );
}

async function readAlong(
  db: Db,
  ways: readonly Narrow[],
  { from, to }: DetectionFilter,
  after: ScanKey<number> | undefined,
  count: number,
): Promise<readonly LookedAt[]> {
  const along = (way: Narrow) => {
    let query = db
      .selectFrom('detections')
      .select(LOOKED_AT)
      .orderBy('captured_at', 'desc')
      .orderBy('seq', 'desc')
      .limit(count);
    for (const [column, value] of Object.entries(way)) query = query.where(column as keyof Narrow, '=', value);
    if (from !== undefined) query = query.where('captured_at', '>=', from);
    if (to !== undefined) query = query.where('captured_at', '<', to);
    if (after) query = query.where((eb) => eb(eb.refTuple('captured_at', 'seq'), '<', eb.tuple(after[0], after[1])));
    return query;
  };
  return db
    .selectFrom(several(db, ways.map(along)).as('d'))
    .selectAll()
    .orderBy('captured_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(count)
    .execute();
}
