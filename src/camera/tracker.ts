// Follows faces from frame to frame (SORT with ByteTrack's two rounds): predict, pair sure detections with all tracks, then
// doubtful detections with the tracks that are left, then begin new tracks. Pure: time comes in with the boxes.

import type { Box } from '../domain.ts';
import { assign } from './assignment.ts';
import { createMotion2d, type Motion2d } from './kalman.ts';
import { overlap } from './overlap.ts';

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

export interface Tracker<T extends Seen> {
  /** Tracks after this frame, the ones that have just ended among them. */
  update(detections: readonly T[], at: number): readonly Track<T>[];
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
}

/** Longer away, a face may be anywhere: only the search of the whole frame finds it again. */
const EXPECTED_MS = 700;
/** Small faces are looked for everywhere only now and then, so the second sighting may take a moment. */
const TENTATIVE_MS = 700;

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
}

export function createTracker<T extends Seen>(options: TrackerOptions): Tracker<T> {
  const { session, sure = 0.6, confirmHits = 2, lostMs = 2_000 } = options;
  let tracks: Living<T>[] = [];
  let updatedAt: number | undefined;
  let count = 0;

  function pair(candidates: readonly Living<T>[], detections: readonly T[], at: number): T[] {
    const costs = new Float64Array(candidates.length * detections.length);
    for (const [row, track] of candidates.entries()) {
      const seconds = Math.max(0, at - track.seenAt) / 1000;
      for (const [column, detection] of detections.entries()) {
        costs[row * detections.length + column] = cost(track, detection.box, seconds);
      }
    }
    const columns = assign(costs, candidates.length, detections.length, 1);
    const free = new Set(detections);
    for (const [row, track] of candidates.entries()) {
      const detection = detections[columns[row] ?? -1];
      if (!detection) continue;
      free.delete(detection);
      track.motion.correct(detection.box);
      track.expected = track.motion.box;
      track.seen = detection;
      track.seenAt = at;
      track.hits++;
      if (track.hits >= confirmHits) {
        track.state = 'confirmed';
        track.confirmedAt ??= at;
      }
    }
    return [...free];
  }

  function begin(detection: T, at: number): Living<T> {
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
    };
  }

  return {
    update(detections, at) {
      const seconds = updatedAt === undefined ? 0 : Math.max(0, at - updatedAt) / 1000;
      updatedAt = at;
      for (const track of tracks) {
        track.expected = track.motion.predict(seconds);
        track.seen = null;
      }
      const high = detections.filter((detection) => detection.score >= sure);
      const low = detections.filter((detection) => detection.score < sure);
      const rest = pair(tracks, high, at);
      pair(
        tracks.filter((track) => track.seen === null && track.state === 'confirmed'),
        low,
        at,
      );
      for (const track of tracks) {
        if (track.seen !== null) continue;
        // A single sighting that is not soon repeated was no face.
        const patience = track.state === 'tentative' ? TENTATIVE_MS : lostMs;
        if (at - track.seenAt > patience) track.state = 'ended';
        else if (track.state !== 'tentative') track.state = 'lost';
      }
      const all = [...tracks, ...rest.map((detection) => begin(detection, at))];
      tracks = all.filter((track) => track.state !== 'ended');
      return all;
    },
    expected(at) {
      const seconds = updatedAt === undefined ? 0 : Math.max(0, at - updatedAt) / 1000;
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

/** 0 for the same box, 1 at the limit. Distance of the centres in face sizes, against what may have been walked since the
 * track was seen, and the ratio of sizes; overlap makes it cheaper. */
function cost(track: { hits: number; expected: Box }, box: Box, seconds: number): number {
  const [ax, ay, aw, ah] = track.expected;
  const [bx, by, bw, bh] = box;
  const sizeA = (aw + ah) / 2;
  const sizeB = (bw + bh) / 2;
  const ratio = Math.abs(Math.log(sizeA / sizeB)) / Math.log(1.9);
  if (ratio > 1) return Number.POSITIVE_INFINITY;
  const distance = Math.hypot(ax + aw / 2 - bx - bw / 2, ay + ah / 2 - by - bh / 2) / ((sizeA + sizeB) / 2);
  // Face sizes a second: a walk past is 6; once the velocity is known, only its change counts.
  const reach = Math.min(0.6 + (track.hits < 2 ? 6 : 3) * seconds, 3);
  if (distance > reach) return Number.POSITIVE_INFINITY;
  return 0.6 * (distance / reach) + 0.2 * ratio + 0.2 * (1 - overlap(track.expected, box));
}
