// Follows faces from frame to frame (SORT with ByteTrack's two rounds): predict, pair sure detections with all tracks, then doubtful
// detections with the tracks that are left, then begin new tracks. Where places alone do not tell who is who it asks for looks.
// Pure: time, boxes and looks come in.

import type { Box } from '../domain.ts';
import { GAP_MS, lookCost, placeCost, type LookDistance } from './affinity.ts';
import { assign } from './assignment.ts';
import { createMotion2d, type Motion2d } from './kalman.ts';
import { commonShift } from './shake.ts';
import { unclearOnes } from './unclear.ts';

export interface Seen {
  readonly box: Box;
  readonly score: number;
}

/** `tentative`: seen too seldom to be believed; `confirmed`; `lost`: out of sight for less than `lostMs`; `ended`. */
export type TrackState = 'tentative' | 'confirmed' | 'lost' | 'ended';

export interface Track<T extends Seen> {
  readonly id: string;
  readonly state: TrackState;
  readonly firstAt: number;
  /** Last time it was really seen. */
  readonly seenAt: number;
  readonly confirmedAt: number | null;
  readonly hits: number;
  /** What it was in the last frame; null when it was not seen there. */
  readonly seen: T | null;
}

export type Looks<T extends Seen> = ReadonlyMap<T, Float32Array>;

export interface Tracker<T extends Seen> {
  /** Which of these faces should be described before `update`, so that nobody is mistaken for a neighbour: few, mostly none. */
  unclear(detections: readonly T[], at: number): readonly T[];
  /** Tracks after this frame, the ones that have just ended among them. */
  update(detections: readonly T[], at: number, looks?: Looks<T>): readonly Track<T>[];
  /** Where the tracks that were seen lately are expected then. */
  expected(at: number): readonly Box[];
  /** Nothing moved since the last update: who was in sight still is. */
  still(at: number): void;
  /** Ends everything (a cut, the end of the stream) and answers it. */
  end(): readonly Track<T>[];
}

export interface TrackerOptions {
  /** Beginning of the ids; must differ between runs so that ids never repeat. */
  readonly session: string;
  /** Score from which a detection may begin a track. */
  readonly sure?: number;
  /** Sightings until a track is believed. */
  readonly confirmHits?: number;
  readonly lostMs?: number;
  readonly lookDistance?: LookDistance;
}

/** Longer away, a face may be anywhere: only the search of the whole frame finds it again. */
const EXPECTED_MS = 700;
/** Small faces are looked for everywhere only now and then, so the second sighting may take a moment. */
const TENTATIVE_MS = 700;
/** A track's look is taken anew after this time, while it is seen well. */
const LOOK_MS = 10_000;

interface Living<T extends Seen> {
  id: string;
  state: TrackState;
  firstAt: number;
  seenAt: number;
  confirmedAt: number | null;
  hits: number;
  seen: T | null;
  motion: Motion2d;
  expected: Box;
  last: Box;
  look: Float32Array | null;
  lookAt: number;
}

export function createTracker<T extends Seen>(options: TrackerOptions): Tracker<T> {
  const { session, sure = 0.6, confirmHits = 2, lostMs = 2_000, lookDistance } = options;
  let tracks: Living<T>[] = [];
  let updatedAt: number | undefined;
  let count = 0;

  function pair(candidates: readonly Living<T>[], detections: readonly T[], at: number, looks?: Looks<T>): T[] {
    if (candidates.length === 0 || detections.length === 0) return [...detections];
    const costs = costsOf(candidates, detections, at, looks);
    const columns = assign(costs, candidates.length, detections.length, 1);
    const free = new Set(detections);
    for (const [row, track] of candidates.entries()) {
      const detection = detections[columns[row] ?? -1];
      if (!detection) continue;
      free.delete(detection);
      see(track, detection, at);
      const look = looks?.get(detection);
      if (look) learn(track, look, at);
    }
    return [...free];
  }

  /** `looks` 'all': as if every face were described, but by places alone. */
  function costsOf(
    candidates: readonly Living<T>[],
    detections: readonly T[],
    at: number,
    looks: Looks<T> | 'all' | undefined,
  ): Float64Array {
    const costs = new Float64Array(candidates.length * detections.length);
    for (const [row, track] of candidates.entries()) {
      for (const [column, detection] of detections.entries()) {
        const look = looks === 'all' ? undefined : looks?.get(detection);
        const known = track.look !== null && (looks === 'all' || look !== undefined);
        const place = placeCost(track, detection.box, at, known);
        costs[row * detections.length + column] =
          place <= 1 && look && track.look && lookDistance ? lookCost(place, lookDistance(look, track.look)) : place;
      }
    }
    return costs;
  }

  function see(track: Living<T>, detection: T, at: number): void {
    track.motion.correct(detection.box, detection.score);
    track.expected = track.motion.box;
    track.last = detection.box;
    track.seen = detection;
    track.seenAt = at;
    track.hits++;
    if (track.hits >= confirmHits) {
      track.state = 'confirmed';
      track.confirmedAt ??= at;
    }
  }

  function learn(track: Living<T>, look: Float32Array, at: number): void {
    const before = track.look;
    track.look = before ? before.map((value, i) => 0.6 * value + 0.4 * (look[i] ?? 0)) : look;
    track.lookAt = at;
  }

  function begin(detection: T, at: number, look: Float32Array | null): Living<T> {
    const motion = createMotion2d(detection.box);
    const confirmed = confirmHits <= 1;
    return {
      id: `${session}-${++count}`,
      state: confirmed ? 'confirmed' : 'tentative',
      firstAt: at,
      seenAt: at,
      confirmedAt: confirmed ? at : null,
      hits: 1,
      seen: detection,
      motion,
      expected: motion.box,
      last: detection.box,
      look,
      lookAt: at,
    };
  }

  /** It has been seen often enough to be worth a look, and has none or an old one. */
  function isDue({ look, lookAt, hits }: Living<T>, at: number): boolean {
    return hits >= confirmHits - 1 && (!look || at - lookAt > LOOK_MS);
  }

  function isRecent(track: Living<T>, at: number): boolean {
    return at - track.seenAt <= GAP_MS;
  }

  function secondsTo(at: number): number {
    return updatedAt === undefined ? 0 : Math.max(0, at - updatedAt) / 1000;
  }

  /** Where the camera's own movement puts the tracks. */
  function shiftOf(expected: readonly Box[], detections: readonly T[]): readonly [number, number] {
    return commonShift(
      expected,
      detections.filter(({ score }) => score >= sure).map(({ box }) => box),
    );
  }

  return {
    unclear(detections, at) {
      if (!lookDistance || tracks.length === 0) return [];
      const seconds = secondsTo(at);
      const wheres = tracks.map((track) => track.motion.peek(seconds));
      const recent = wheres.filter((_, i) => tracks[i] !== undefined && isRecent(tracks[i], at));
      const [dx, dy] = shiftOf(recent, detections);
      const peeked = tracks.map((track, i): Living<T> => {
        const [x, y, w, h] = wheres[i] ?? track.expected;
        return { ...track, expected: [x + dx, y + dy, w, h] };
      });
      const sureOnes = detections.filter(({ score }) => score >= sure);
      return unclearOnes(peeked, sureOnes, costsOf(peeked, sureOnes, at, 'all'), (track) => isDue(track, at));
    },
    update(detections, at, looks) {
      const seconds = secondsTo(at);
      updatedAt = at;
      for (const track of tracks) {
        track.expected = track.motion.predict(seconds);
        track.seen = null;
      }
      const [dx, dy] = shiftOf(
        tracks.filter((track) => isRecent(track, at)).map((track) => track.expected),
        detections,
      );
      if (dx !== 0 || dy !== 0) {
        for (const track of tracks) {
          track.motion.shift(dx, dy);
          track.expected = track.motion.box;
          const [x, y, w, h] = track.last;
          track.last = [x + dx, y + dy, w, h];
        }
      }
      const high = detections.filter((detection) => detection.score >= sure);
      const low = detections.filter((detection) => detection.score < sure);
      const rest = pair(tracks, high, at, looks);
      pair(
        tracks.filter((track) => track.seen === null && track.state !== 'tentative' && isRecent(track, at)),
        low,
        at,
        looks,
      );
      for (const track of tracks) {
        if (track.seen !== null) continue;
        // A single sighting that is not soon repeated was no face.
        const patience = track.state === 'tentative' ? TENTATIVE_MS : lostMs;
        if (at - track.seenAt > patience) track.state = 'ended';
        else if (track.state !== 'tentative') track.state = 'lost';
      }
      const all = [...tracks, ...rest.map((detection) => begin(detection, at, looks?.get(detection) ?? null))];
      tracks = all.filter((track) => track.state !== 'ended');
      return all;
    },
    expected(at) {
      const seconds = secondsTo(at);
      return tracks.filter((track) => at - track.seenAt <= EXPECTED_MS).map((track) => track.motion.peek(seconds));
    },
    still(at) {
      updatedAt = at;
      for (const track of tracks) if (track.seen !== null) track.seenAt = at;
    },
    end() {
      const ended = tracks;
      tracks = [];
      for (const track of ended) {
        track.state = 'ended';
        track.seen = null;
      }
      return ended;
    },
  };
}
