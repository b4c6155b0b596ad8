// What trackers are measured against: SORT as published, and the nearest box.

import type { Box } from '../src/domain.ts';
import { assign } from '../src/camera/assignment.ts';
import { overlap } from '../src/camera/overlap.ts';
import type { Said } from './tracking-metrics.ts';

export interface Detection {
  readonly box: Box;
  readonly score: number;
}

/** Detections of a frame in, the tracks that it sees there out. */
export type Rival<T extends Detection = Detection> = (detections: readonly T[], at: number) => readonly Said[];

/** Detectors of the rivals are asked for sure faces only, as is usual. */
const SURE = 0.5;

/** Bewley et al., "Simple Online and Realtime Tracking", 2016, with the constants of its published program: overlap of at least 0.3
 * with the predicted box, a track dies with its second miss, and is believed after three hits in a row. Steps are frames. */
export function sort(): Rival {
  const MAX_AGE = 1;
  const MIN_HITS = 3;
  interface Filtered {
    id: string;
    axes: SortAxis[];
    missed: number;
    streak: number;
  }
  let tracks: Filtered[] = [];
  let frames = 0;
  let count = 0;
  return (all) => {
    frames++;
    const detections = all.filter(({ score }) => score >= SURE);
    for (const track of tracks) {
      // An area that would become negative stands still.
      const [, , area] = track.axes;
      if (area && area.x + area.v <= 0) area.v = 0;
      for (const axis of track.axes) step(axis);
      if (track.missed > 0) track.streak = 0;
      track.missed++;
    }
    const costs = Float64Array.from(
      tracks.flatMap((track) => detections.map(({ box }) => 1 - overlap(boxOf(track.axes), box))),
    );
    const columns = assign(costs, tracks.length, detections.length, 1);
    const free = new Set(detections);
    for (const [row, track] of tracks.entries()) {
      const detection = detections[columns[row] ?? -1];
      if (!detection || overlap(boxOf(track.axes), detection.box) < 0.3) continue;
      free.delete(detection);
      for (const [i, value] of measured(detection.box).entries()) {
        const axis = track.axes[i];
        if (axis) correct(axis, value);
      }
      track.missed = 0;
      track.streak++;
    }
    for (const { box } of free) {
      const axes = measured(box).map((x, i) => axisOf(x, i));
      tracks.push({ id: `sort-${++count}`, axes, missed: 0, streak: 0 });
    }
    const said = tracks.filter(({ missed, streak }) => missed === 0 && (streak >= MIN_HITS || frames <= MIN_HITS));
    tracks = tracks.filter(({ missed }) => missed <= MAX_AGE);
    return said.map(({ id, axes }) => ({ id, box: boxOf(axes) }));
  };
}

/** One of centre x, centre y, area, ratio. SORT's matrices are diagonal but for the velocities, so its filter falls into four. */
interface SortAxis {
  x: number;
  v: number;
  pxx: number;
  pxv: number;
  pvv: number;
  readonly qx: number;
  readonly qv: number;
  readonly r: number;
}

function axisOf(x: number, index: number): SortAxis {
  // The ratio has no velocity.
  const moves = index < 3;
  return {
    x,
    v: 0,
    pxx: 10,
    pxv: 0,
    pvv: moves ? 10_000 : 0,
    qx: 1,
    qv: [0.01, 0.01, 0.0001, 0][index] ?? 0,
    r: index < 2 ? 1 : 10,
  };
}

function step(axis: SortAxis): void {
  axis.x += axis.v;
  axis.pxx += 2 * axis.pxv + axis.pvv + axis.qx;
  axis.pxv += axis.pvv;
  axis.pvv += axis.qv;
}

function correct(axis: SortAxis, value: number): void {
  const gain = 1 / (axis.pxx + axis.r);
  const [kx, kv] = [axis.pxx * gain, axis.pxv * gain];
  const error = value - axis.x;
  axis.x += kx * error;
  axis.v += kv * error;
  axis.pvv -= kv * axis.pxv;
  axis.pxv *= 1 - kx;
  axis.pxx *= 1 - kx;
}

function measured([x, y, w, h]: Box): readonly [number, number, number, number] {
  return [x + w / 2, y + h / 2, w * h, w / h];
}

function boxOf(axes: readonly SortAxis[]): Box {
  const [x = 0, y = 0, area = 1, ratio = 1] = axes.map((axis) => axis.x);
  const w = Math.sqrt(Math.max(area * ratio, 1));
  const h = Math.max(area, 1) / w;
  return [x - w / 2, y - h / 2, w, h];
}

/** Each track takes the box that is nearest to its last one, the nearest pair first. */
export function nearest(): Rival {
  const REACH = 1.5;
  const LOST_MS = 2_000;
  let tracks: { id: string; box: Box; seenAt: number }[] = [];
  let count = 0;
  return (all, at) => {
    const detections = all.filter(({ score }) => score >= SURE);
    tracks = tracks.filter(({ seenAt }) => at - seenAt <= LOST_MS);
    const pairs = tracks
      .flatMap((track) => detections.map(({ box }) => ({ track, box, away: away(track.box, box) })))
      .filter((pair) => pair.away <= REACH)
      .toSorted((a, b) => a.away - b.away);
    const taken = new Set<Box>();
    for (const { track, box } of pairs) {
      if (track.seenAt === at || taken.has(box)) continue;
      taken.add(box);
      track.box = box;
      track.seenAt = at;
    }
    for (const { box } of detections) {
      if (!taken.has(box)) tracks.push({ id: `nearest-${++count}`, box, seenAt: at });
    }
    return tracks.filter(({ seenAt }) => seenAt === at).map(({ id, box }) => ({ id, box }));
  };
}

/** Between the middles, in sizes of the first. */
function away([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): number {
  return Math.hypot(ax + aw / 2 - bx - bw / 2, ay + ah / 2 - by - bh / 2) / ((aw + ah) / 2);
}
