// What has happened, newest first, as rows: visits, and faces about which nobody could decide. A visit that goes on is one row. Pure.

import type { components } from '../../api/schema.d.ts';

type Detection = components['schemas']['Detection'];
type Visit = components['schemas']['Visit'];

export interface Row {
  /** Of the visit, or of the track that is undecided. */
  readonly key: string;
  /** Null: undecided. */
  readonly visit: string | null;
  readonly person: Detection['person'];
  readonly camera: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly count: number;
  /** The detection that stands for it, and its picture. */
  readonly detection: string;
  readonly picture: string;
  readonly quality: number;
  /** What was decided about it; null: not known here. */
  readonly decided: Pick<Detection, 'decision' | 'decidedBy' | 'distance' | 'candidates' | 'state'> | null;
  /** Detections that are in `count` for certain. */
  readonly seen: readonly string[];
}

export const MOST_ROWS = 60;
const MOST_SEEN = 200;

/** From what the API tells about the last visits and detections. */
export function rowsOf(visits: readonly Visit[], detections: readonly Detection[]): readonly Row[] {
  let rows: readonly Row[] = visits.map((visit): Row => {
    const own = detections.filter((detection) => detection.visit === visit.id);
    const best = own.find(({ id }) => id === visit.bestDetection) ?? own[0];
    return {
      key: visit.id,
      visit: visit.id,
      person: visit.person,
      camera: visit.camera,
      firstAt: visit.firstAt,
      lastAt: visit.lastAt,
      count: visit.detections,
      detection: visit.bestDetection,
      picture: visit.picture,
      quality: own.find(({ id }) => id === visit.bestDetection)?.quality ?? 1,
      decided: best ? decidedOf(best) : null,
      seen: own.map(({ id }) => id),
    };
  });
  // Visits beyond the list would come back with their old detections.
  for (const detection of detections.toReversed()) if (detection.visit === null) rows = withDetection(rows, detection);
  return ordered(rows);
}

/** The rows after this detection was told, once more or for the first time. */
export function withDetection(rows: readonly Row[], detection: Detection): readonly Row[] {
  const key = keyOf(detection);
  // It may have belonged to somebody else before.
  const others = rows.flatMap((row) =>
    row.key !== key && row.seen.includes(detection.id) ? without(row, detection.id) : [row],
  );
  if (key === null) return others;
  const before = others.find((row) => row.key === key);
  if (!before) return ordered([...others, begun(key, detection)]);
  return ordered(others.map((row) => (row === before ? goneOn(row, detection) : row)));
}

/** The decision comes before the name: what is new for whoever looks. */
export function newSince(rows: readonly Row[], known: ReadonlySet<string>): readonly Row[] {
  return rows.filter(({ key }) => !known.has(key));
}

/** Null: it is shown nowhere. */
function keyOf({ id, visit, camera, track, state, decision, person }: Detection): string | null {
  if (visit !== null) return visit;
  if (state !== 'classified' || decision !== 'ambiguous' || person !== null) return null;
  return `undecided:${camera}:${track ?? id}`;
}

function begun(key: string, detection: Detection): Row {
  return {
    key,
    visit: detection.visit,
    person: detection.person,
    camera: detection.camera,
    firstAt: detection.capturedAt,
    lastAt: detection.capturedAt,
    count: 1,
    detection: detection.id,
    picture: detection.picture,
    quality: detection.quality ?? 0,
    decided: decidedOf(detection),
    seen: [detection.id],
  };
}

function goneOn(row: Row, detection: Detection): Row {
  const isNew = !row.seen.includes(detection.id);
  const quality = detection.quality ?? 0;
  const isBest = detection.id === row.detection || (isNew && quality > row.quality);
  return {
    ...row,
    person: detection.person ?? row.person,
    firstAt: detection.capturedAt < row.firstAt ? detection.capturedAt : row.firstAt,
    lastAt: detection.capturedAt > row.lastAt ? detection.capturedAt : row.lastAt,
    count: row.count + (isNew ? 1 : 0),
    seen: isNew ? [...row.seen.slice(-MOST_SEEN), detection.id] : row.seen,
    ...((isBest || row.decided === null) && { decided: decidedOf(detection) }),
    ...(isBest && { detection: detection.id, picture: detection.picture, quality }),
  };
}

function without(row: Row, id: string): readonly Row[] {
  const seen = row.seen.filter((one) => one !== id);
  return row.count <= 1 || (seen.length === 0 && row.visit === null) ? [] : [{ ...row, count: row.count - 1, seen }];
}

function decidedOf({ decision, decidedBy, distance, candidates, state }: Detection): Row['decided'] {
  return { decision, decidedBy, distance, candidates, state };
}

/** By when they began, so that a visit that goes on keeps its place. */
function ordered(rows: readonly Row[]): readonly Row[] {
  const order = (a: Row, b: Row): number => Date.parse(b.firstAt) - Date.parse(a.firstAt) || (a.key < b.key ? -1 : 1);
  return rows.toSorted(order).slice(0, MOST_ROWS);
}
