// Boxes and faces between a part of a picture and the whole.

import type { Box, Face, Point } from '../domain.ts';
import type { FaceCandidate } from '../face-port.ts';

/** A square around the box, `times` its longer side. */
export function squareAround([x, y, w, h]: Box, times: number): Box {
  const side = Math.max(w, h) * times;
  return [x + w / 2 - side / 2, y + h / 2 - side / 2, side, side];
}

/** What both cover; null when that is nothing. */
export function common(a: Box, b: Box): Box | null {
  const left = Math.max(a[0], b[0]);
  const top = Math.max(a[1], b[1]);
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - left;
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - top;
  return width >= 1 && height >= 1 ? [left, top, width, height] : null;
}

/** Out of a part that was reduced by `scale` and begins at `left`, `top`. */
export function candidateAt(candidate: FaceCandidate, scale: number, left: number, top: number): FaceCandidate {
  const [x, y, w, h] = candidate.box;
  const point = ([px, py]: Point): Point => [px * scale + left, py * scale + top];
  return {
    ...candidate,
    box: [x * scale + left, y * scale + top, w * scale, h * scale],
    eyes: candidate.eyes && [point(candidate.eyes[0]), point(candidate.eyes[1])],
  };
}

/** Out of a part that begins at `left`, `top`. */
export function faceAt(face: Face, left: number, top: number): Face {
  const [x, y, w, h] = face.box;
  const [a, b, c, d, e] = face.points;
  const point = ([px, py]: Point): Point => [px + left, py + top];
  return { ...face, box: [x + left, y + top, w, h], points: [point(a), point(b), point(c), point(d), point(e)] };
}
