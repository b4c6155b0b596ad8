// Which of the faces in a posted shot the camera meant.

import type { Box, Face } from '../domain.ts';

/** The face that overlaps the camera's box most; without a box, or when none overlaps it, the first: the engine's best. */
export function chooseFace(faces: readonly Face[], box: Box | null): Face | undefined {
  if (box === null) return faces[0];
  let chosen = faces[0];
  let most = 0;
  for (const face of faces) {
    const share = overlap(face.box, box);
    if (share > most) [chosen, most] = [face, share];
  }
  return chosen;
}

/** Intersection over union, 0..1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (!(width > 0 && height > 0)) return 0;
  const common = width * height;
  return common / (a[2] * a[3] + b[2] * b[3] - common);
}
