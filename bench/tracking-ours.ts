// Kith's tracker as one more rival.

import { createTracker, type Seen, type Track } from '../src/camera/tracker.ts';
import { distanceOf } from '../src/distance.ts';
import type { Said } from './tracking-metrics.ts';
import type { Detection, Rival } from './tracking-rivals.ts';
import type { SimulatedFace } from './tracking-simulated.ts';

/** The camera program's. */
const SURE = 0.5;

/** By places only. */
export function places(): Rival {
  const tracker = createTracker<Detection>({ session: 'places', sure: SURE });
  return (detections, at) => saidBy(tracker.update(detections, at));
}

/** As the camera program runs it; `onAsked` hears how many faces had to be described. */
export function withLooks(onAsked: (faces: number) => void): Rival<SimulatedFace> {
  const tracker = createTracker<SimulatedFace>({ session: 'looks', sure: SURE, lookDistance });
  return (detections, at) => {
    const unclear = tracker.unclear(detections, at);
    onAsked(unclear.length);
    return saidBy(tracker.update(detections, at, new Map(unclear.map((face) => [face, face.look]))));
  };
}

/** The made-up looks are as far apart as dlib's. */
function lookDistance(a: Float32Array, b: Float32Array): number {
  return distanceOf('euclidean', a, b) / 0.6;
}

/** Boxes of the tracks that are believed and in sight. */
export function saidBy(tracks: readonly Track<Seen>[]): readonly Said[] {
  return tracks.flatMap(({ id, state, seen }) => (seen && state === 'confirmed' ? [{ id, box: seen.box }] : []));
}
