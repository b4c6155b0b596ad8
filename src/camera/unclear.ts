// Which detections cannot be told apart by their places, so that their looks are worth the milliseconds.

import type { Followed } from './affinity.ts';
import { overlap } from './overlap.ts';
import type { Seen } from './tracker.ts';

/** Two tracks that want the same face, or two faces for one track: one dearer than the other by less than this is as likely. */
const UNCLEAR = 0.2;

/** `costs`: tracks × detections, by places. `isDue`: the track's own look should be taken while that is easy. */
export function unclearOnes<T extends Seen, F extends Followed>(
  tracks: readonly F[],
  detections: readonly T[],
  costs: Float64Array,
  isDue: (track: F) => boolean,
): readonly T[] {
  const cost = (row: number, column: number): number => costs[row * detections.length + column] ?? Infinity;
  return detections.filter((detection, column) => {
    let [best, second] = [-1, -1];
    let [anyLook, lostOne] = [false, false];
    for (const [row, { look, state }] of tracks.entries()) {
      if (!(cost(row, column) <= 1)) continue;
      anyLook ||= look !== null;
      lostOne ||= look !== null && state === 'lost';
      if (best < 0 || cost(row, column) < cost(best, column)) [best, second] = [row, best];
      else if (second < 0 || cost(row, column) < cost(second, column)) second = row;
    }
    const track = tracks[best];
    if (!track) return false;
    if (second < 0 && isDue(track) && isAlone(detection, detections)) return true;
    if (!anyLook) return false;
    const disputed = second >= 0 && cost(second, column) - cost(best, column) < UNCLEAR;
    const maybeFound = lostOne && track.state !== 'confirmed';
    return (
      disputed ||
      maybeFound ||
      detections.some((_, other) => other !== column && cost(best, other) - cost(best, column) < UNCLEAR)
    );
  });
}

/** Nobody covers it. */
function isAlone(detection: Seen, all: readonly Seen[]): boolean {
  return all.every((other) => other === detection || overlap(other.box, detection.box) === 0);
}
