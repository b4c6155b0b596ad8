// Which visits a filter is about: read along the index that fits best, and looked through for the rest.

import { sql } from 'kysely';
import type { Decision, PersonKind } from '../domain.ts';
import type { VisitFilter } from '../queries.ts';
import { several } from './several.ts';
import type { ScanKey } from './scan.ts';
import type { Db } from './schema.ts';

/** What is looked at of each; null where the filter does not ask for it. */
export interface LookedAt {
  readonly id: string;
  readonly last_at: number;
  readonly camera_id: string;
  readonly kind: PersonKind | null;
  readonly decision: Decision | null;
  readonly decided_by: 'system' | 'human' | null;
  readonly quality: number | null;
}

/** Each is read along its own index and their rows are put in order; of more cameras all rows are looked through. */
const MOST_CAMERAS = 12;
/** As in the index `visits_long`. */
const LONG_MS = 3_600_000;
const isLong = sql<boolean>`last_at - first_at >= 3600000`;

/** What the reading along an index leaves to be looked at; undefined: nothing. */
export function visitsKept(filter: VisitFilter): ((row: LookedAt) => boolean) | undefined {
  const { kind, decision, decidedBy, qualityAtLeast } = filter;
  const cameras = isMany(filter.cameraIds) ? new Set(filter.cameraIds) : undefined;
  if (!cameras && !needsMore(filter)) return undefined;
  return (row) =>
    (kind === undefined || row.kind === kind) &&
    (decision === undefined || row.decision === decision) &&
    (decidedBy === undefined || row.decided_by === decidedBy) &&
    (qualityAtLeast === undefined || (row.quality ?? 0) >= qualityAtLeast) &&
    (cameras?.has(row.camera_id) ?? true);
}

/** Person or best shot. */
function needsMore({ kind, decision, decidedBy, qualityAtLeast }: VisitFilter): boolean {
  return kind !== undefined || decision !== undefined || decidedBy !== undefined || qualityAtLeast !== undefined;
}

function isMany(cameraIds: readonly string[] | undefined): boolean {
  return cameraIds !== undefined && cameraIds.length > MOST_CAMERAS;
}

/** Rows after the key, the latest first. */
export async function readVisits(
  db: Db,
  filter: VisitFilter,
  after: ScanKey<string> | undefined,
  count: number,
): Promise<readonly LookedAt[]> {
  // Those that were still under way an hour after `to` come first: few, by an index of their own. All others that ended after `to`
  // did so within the hour, so that a far date is as fast as today.
  const border = filter.to === undefined ? undefined : filter.to + LONG_MS;
  if (border === undefined) return readAlong(db, filter, after, count);
  const long = after && after[0] < border ? [] : await readAlong(db, filter, after, count, { border, isBefore: false });
  if (long.length === count) return long;
  const later = after && after[0] < border ? after : undefined;
  return [...long, ...(await readAlong(db, filter, later, count - long.length, { border, isBefore: true }))];
}

interface Part {
  readonly border: number;
  readonly isBefore: boolean;
}

async function readAlong(
  db: Db,
  filter: VisitFilter,
  after: ScanKey<string> | undefined,
  count: number,
  part?: Part,
): Promise<readonly LookedAt[]> {
  const { personId, from, to } = filter;
  const cameras = camerasOf(filter);
  if (cameras?.length === 0) return [];
  const along = (cameraId: string | undefined) => {
    let query = db.selectFrom('visits').selectAll().orderBy('last_at', 'desc').orderBy('id', 'desc').limit(count);
    if (personId !== undefined) query = query.where('person_id', '=', personId);
    if (cameraId !== undefined) query = query.where('camera_id', '=', cameraId);
    if (from !== undefined) query = query.where('last_at', '>=', from);
    if (to !== undefined) query = query.where('first_at', '<', to);
    if (part?.isBefore === true) query = query.where('last_at', '<', part.border);
    if (part?.isBefore === false) query = query.where('last_at', '>=', part.border).where(isLong);
    if (after) query = query.where((eb) => eb(eb.refTuple('last_at', 'id'), '<', eb.tuple(after[0], after[1])));
    return query;
  };
  const rows = several(db, (cameras ?? [undefined]).map(along));
  const ordered = db
    .selectFrom(rows.as('v'))
    .select(['v.id', 'v.last_at', 'v.camera_id'])
    .orderBy('v.last_at', 'desc')
    .orderBy('v.id', 'desc')
    .limit(count);
  if (!needsMore(filter)) return (await ordered.execute()).map((row) => ({ ...row, ...UNASKED }));
  return ordered
    .innerJoin('persons as p', 'p.id', 'v.person_id')
    .leftJoin('detections as d', 'd.id', 'v.best_detection_id')
    .select(['p.kind', 'd.decision', 'd.decided_by', 'd.quality'])
    .execute();
}

const UNASKED = { kind: null, decision: null, decided_by: null, quality: null } as const;

/** Cameras to read along; undefined: along no camera's index. */
function camerasOf({ cameraId, cameraIds }: VisitFilter): readonly string[] | undefined {
  if (cameraIds === undefined) return cameraId === undefined ? undefined : [cameraId];
  if (cameraId !== undefined) return cameraIds.includes(cameraId) ? [cameraId] : [];
  return isMany(cameraIds) ? undefined : [...new Set(cameraIds)];
}
