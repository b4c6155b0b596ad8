// The turn of the head from its mesh.

import type { Pose } from '../domain.ts';

const FOREHEAD = 10;
const CHIN = 152;
const RIGHT_SIDE = 234;
const LEFT_SIDE = 454;

/** What the line from forehead to chin gives for a face that looks straight ahead. */
const LEVEL_PITCH = -6;

type Vector = readonly [x: number, y: number, z: number];

/** Axes of the head: from its right to its left side and from forehead to chin; their cross product points out of the back
 * of the head. Signs as `Pose` says. The mesh's x points right, y down, z away from the camera. */
export function poseOf(mesh: Float32Array): Pose {
  const across = unit(between(mesh, RIGHT_SIDE, LEFT_SIDE));
  const down = unit(between(mesh, FOREHEAD, CHIN));
  const back = unit(cross(across, down));
  return {
    yaw: degrees(Math.atan2(-back[0], back[2])),
    pitch: degrees(Math.asin(Math.min(1, Math.max(-1, back[1])))) - LEVEL_PITCH,
    roll: degrees(Math.atan2(across[1], across[0])),
  };
}

function between(mesh: Float32Array, from: number, to: number): Vector {
  const at = (vertex: number, axis: number): number => mesh[vertex * 3 + axis] ?? 0;
  return [at(to, 0) - at(from, 0), at(to, 1) - at(from, 1), at(to, 2) - at(from, 2)];
}

function cross(p: Vector, q: Vector): Vector {
  return [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
}

function unit([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
