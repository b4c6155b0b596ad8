// What is made of the sums of a CameraDay: those of several programs added up, and the numbers people read.

import { Type, type Static } from 'typebox';
import { DELAY_BUCKETS_MS, FACE_BUCKETS_PX, GRID, type CameraDay } from './camera-port.ts';

const Share = Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()]);
const Amount = Type.Union([Type.Number({ minimum: 0 }), Type.Null()]);

/** Null where there is nothing to make it of. Out of buckets, so percentiles are interpolated; those in the open last bucket
 * are its lower bound (5 s, 256 px), which means "or more". */
export const DerivedSchema = Type.Object({
  usableShare: Type.Union(Share.anyOf, { description: 'Usable faces / faces' }),
  usableTrackShare: Type.Union(Share.anyOf, { description: 'Tracks with a usable face / tracks' }),
  frameRate: Type.Union(Amount.anyOf, { description: 'Frames of the source a second, while frames came' }),
  lookRate: Type.Union(Amount.anyOf, { description: 'Frames searched for faces a second, while frames came' }),
  lookDelayP50: Type.Union(Amount.anyOf, { description: 'ms, frame captured → searched' }),
  lookDelayP95: Type.Union(Amount.anyOf, { description: 'ms' }),
  shotDelayP50: Type.Union(Amount.anyOf, { description: 'ms, face appeared → first shot acknowledged' }),
  shotDelayP95: Type.Union(Amount.anyOf, { description: 'ms' }),
  medianFacePx: Type.Union(Amount.anyOf, { description: 'Longer side of the faces' }),
});
export type Derived = Readonly<Static<typeof DerivedSchema>>;

export function emptyDay(day: string): CameraDay {
  return {
    day,
    seconds: 0,
    decoded: 0,
    width: 0,
    height: 0,
    looks: 0,
    faces: 0,
    usable: 0,
    unusable: { size: 0, sharpness: 0, light: 0, contrast: 0, pose: 0, occlusion: 0 },
    tracks: 0,
    usableTracks: 0,
    shots: 0,
    lookDelay: zeros(DELAY_BUCKETS_MS.length + 1),
    shotDelay: zeros(DELAY_BUCKETS_MS.length + 1),
    sizes: zeros(FACE_BUCKETS_PX.length + 1),
    facesAt: zeros(GRID.columns * GRID.rows),
    usableAt: zeros(GRID.columns * GRID.rows),
  };
}

/** Day and size of the picture are those of `b`, the later one (unless it saw no picture). */
export function sumDays(a: CameraDay, b: CameraDay): CameraDay {
  const { width, height } = b.width > 0 ? b : a;
  return {
    day: b.day,
    seconds: a.seconds + b.seconds,
    decoded: a.decoded + b.decoded,
    width,
    height,
    looks: a.looks + b.looks,
    faces: a.faces + b.faces,
    usable: a.usable + b.usable,
    unusable: {
      size: a.unusable.size + b.unusable.size,
      sharpness: a.unusable.sharpness + b.unusable.sharpness,
      light: a.unusable.light + b.unusable.light,
      contrast: a.unusable.contrast + b.unusable.contrast,
      pose: a.unusable.pose + b.unusable.pose,
      occlusion: a.unusable.occlusion + b.unusable.occlusion,
    },
    tracks: a.tracks + b.tracks,
    usableTracks: a.usableTracks + b.usableTracks,
    shots: a.shots + b.shots,
    lookDelay: both(a.lookDelay, b.lookDelay),
    shotDelay: both(a.shotDelay, b.shotDelay),
    sizes: both(a.sizes, b.sizes),
    facesAt: both(a.facesAt, b.facesAt),
    usableAt: both(a.usableAt, b.usableAt),
  };
}

export function derive(day: CameraDay): Derived {
  return {
    usableShare: share(day.usable, day.faces),
    usableTrackShare: share(day.usableTracks, day.tracks),
    frameRate: day.decoded > 0 && day.seconds > 0 ? day.decoded / day.seconds : null,
    lookRate: day.seconds > 0 ? day.looks / day.seconds : null,
    lookDelayP50: percentile(day.lookDelay, DELAY_BUCKETS_MS, 0.5),
    lookDelayP95: percentile(day.lookDelay, DELAY_BUCKETS_MS, 0.95),
    shotDelayP50: percentile(day.shotDelay, DELAY_BUCKETS_MS, 0.5),
    shotDelayP95: percentile(day.shotDelay, DELAY_BUCKETS_MS, 0.95),
    medianFacePx: percentile(day.sizes, FACE_BUCKETS_PX, 0.5, SMALLEST_FACE_PX),
  };
}

/** Bucket of a value: the first whose upper bound is not less. */
export function bucketOf(value: number, bounds: readonly number[]): number {
  const index = bounds.findIndex((bound) => value <= bound);
  return index < 0 ? bounds.length : index;
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

function both(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, index) => value + (b[index] ?? 0));
}

/** Nothing smaller is found as a face. */
const SMALLEST_FACE_PX = 16;

/** A track that began before midnight may have its first usable face after it. */
function share(part: number, whole: number): number | null {
  return whole > 0 ? Math.min(1, part / whole) : null;
}

/** As if the values of a bucket were spread evenly over it. `from` is where the first bucket begins. */
function percentile(counts: readonly number[], bounds: readonly number[], rank: number, from = 0): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let rest = rank * total;
  for (const [index, count] of counts.entries()) {
    const low = index === 0 ? from : (bounds[index - 1] ?? from);
    const high = bounds[index];
    if (high === undefined) return low;
    if (count > 0 && rest <= count) return low + ((high - low) * rest) / count;
    rest -= count;
  }
  return bounds.at(-1) ?? null;
}
