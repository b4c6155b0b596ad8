// How wide the eyes are open: height of the lids' opening over its width (the eye aspect ratio of Soukupová and Čech, 2016), on
// the mesh's points in space, so that a turned head does not look as if it squinted.
//
// Eyes differ more between people than a mesh tells open from shut: narrow eyes that are wide open measure 0.17 to 0.2, a face of
// 60 pixels with lowered lids 0.21 to 0.26. So it says which of two looks at the same person is better, and is no limit.

import type { Pose } from '../domain.ts';
import { ramp } from './ramp.ts';

interface Eye {
  readonly corners: readonly [number, number];
  /** Upper and lower lid, three pairs. */
  readonly lids: readonly (readonly [number, number])[];
}

const RIGHT: Eye = {
  corners: [33, 133],
  lids: [
    [160, 144],
    [159, 145],
    [158, 153],
  ],
};
const LEFT: Eye = {
  corners: [263, 362],
  lids: [
    [387, 373],
    [386, 374],
    [385, 380],
  ],
};

/** Shut eyes of large faces measure 0.1 to 0.15, open ones 0.2 to 0.33. */
const SHUT = 0.1;
const OPEN = 0.3;
/** Turned so far (degrees) only the nearer eye counts. */
const ONE_EYE = 40;

/** 0 shut to 1 wide open. */
export function eyesOf(mesh: Float32Array, pose: Pose): number {
  // yaw > 0 looks to the right edge of the picture: the person's right eye is the nearer one.
  const right = Math.min(1, Math.max(0, 0.5 + pose.yaw / (2 * ONE_EYE)));
  return ramp(right * opening(mesh, RIGHT) + (1 - right) * opening(mesh, LEFT), SHUT, OPEN);
}

function opening(mesh: Float32Array, { corners, lids }: Eye): number {
  const height = lids.reduce((sum, [upper, lower]) => sum + distance(mesh, upper, lower), 0) / lids.length;
  return height / Math.max(1e-6, distance(mesh, ...corners));
}

function distance(mesh: Float32Array, p: number, q: number): number {
  const along = (axis: number): number => (mesh[p * 3 + axis] ?? 0) - (mesh[q * 3 + axis] ?? 0);
  return Math.hypot(along(0), along(1), along(2));
}
