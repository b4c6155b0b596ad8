// What a camera sees, summed up per day (UTC) since the program's start: how many faces, how many of them are good enough, why
// the others are not, and how long everything took.

import { bucketOf, emptyDay } from '../camera-figures.ts';
import { DELAY_BUCKETS_MS, FACE_BUCKETS_PX, GRID, type CameraDay } from '../camera-port.ts';
import { whyUnusable } from '../usable.ts';
import type { Look } from './follow.ts';
import type { SeenFace } from './shots.ts';

export interface Figures {
  /** A frame came out of the source at that time, whether anybody wanted it or not. */
  arrived(at: number): void;
  /** A frame was looked at; `searchedAt` is when that was done. */
  look(look: Look, searchedAt: number): void;
  /** The first shot of a track has arrived at the back end. */
  shotAcknowledged(shot: { readonly appearedAt: number; readonly at: number }): void;
  /** The last three days at most, oldest first; cumulative. The caller's own copies. */
  days(): readonly CameraDay[];
}

const DAYS = 3;
/** Longer without a frame, the source was away: no time in which frames came. */
const GAP_MS = 2_000;

/** `clock` says which day it is: the capture times of a recording or of a camera with a wrong clock may be of any year. */
export function createFigures(clock: () => number = Date.now): Figures {
  // Ordered by use, so that a day made by a wrong clock is the first to go.
  const days = new Map<string, CameraDay>();
  /** Confirmed tracks that still live; whether they had a usable face. */
  const tracks = new Map<string, boolean>();
  let arrivedAt: number | undefined;

  function today(): CameraDay {
    const name = new Date(clock()).toISOString().slice(0, 10);
    const day = days.get(name) ?? emptyDay(name);
    days.delete(name);
    days.set(name, day);
    for (const oldest of days.keys()) if (days.size > DAYS) days.delete(oldest);
    return day;
  }

  function seen(day: CameraDay, id: string, { face }: SeenFace, { width, height }: Look): void {
    const [x, y, w, h] = face.box;
    const usable = whyUnusable(face.quality);
    const cell = cellOf((x + w / 2) / width, (y + h / 2) / height);
    day.faces++;
    add(day.facesAt, cell);
    add(day.sizes, bucketOf(Math.max(w, h), FACE_BUCKETS_PX));
    if (usable === null) {
      day.usable++;
      add(day.usableAt, cell);
    } else {
      day.unusable[usable]++;
    }
    const before = tracks.get(id);
    if (before === undefined) day.tracks++;
    if (usable === null && before !== true) day.usableTracks++;
    tracks.set(id, before === true || usable === null);
  }

  return {
    arrived(at) {
      const gap = arrivedAt === undefined ? 0 : at - arrivedAt;
      arrivedAt = at;
      // What comes after a pause belongs to no time in which frames came.
      if (gap < 0 || gap > GAP_MS) return;
      const day = today();
      day.decoded++;
      day.seconds += gap / 1000;
    },
    look(look, searchedAt) {
      const day = today();
      day.width = look.width;
      day.height = look.height;
      day.shots += look.shots.length;
      if (look.motion === 'still') return;
      day.looks++;
      // A recording that runs faster than it was recorded has frames of the future.
      const delay = searchedAt - look.capturedAt;
      if (delay >= 0) add(day.lookDelay, bucketOf(delay, DELAY_BUCKETS_MS));
      for (const track of look.tracks) {
        if (track.state === 'confirmed' && track.seen) seen(day, track.id, track.seen, look);
      }
      const living = new Set(look.tracks.filter(({ state }) => state !== 'ended').map(({ id }) => id));
      for (const id of tracks.keys()) if (!living.has(id)) tracks.delete(id);
    },
    shotAcknowledged({ appearedAt, at }) {
      if (at >= appearedAt) add(today().shotDelay, bucketOf(at - appearedAt, DELAY_BUCKETS_MS));
    },
    days: () => [...days.values()].map((day) => structuredClone(day)).toSorted((a, b) => (a.day < b.day ? -1 : 1)),
  };
}

/** `x`, `y` from 0 to 1; a face may reach over the edge. */
export function cellOf(x: number, y: number): number {
  const column = Math.min(GRID.columns - 1, Math.max(0, Math.floor(x * GRID.columns)));
  const row = Math.min(GRID.rows - 1, Math.max(0, Math.floor(y * GRID.rows)));
  return row * GRID.columns + column;
}

function add(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}
