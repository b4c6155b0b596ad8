// What the detectors answer, and how answers that mean the same face become one.

import type { Box } from '../domain.ts';
import type { FaceCandidate } from '../face-port.ts';
import { containment, overlap } from './geometry.ts';

export type Candidate = FaceCandidate;

/** Weighted non-maximum suppression (BlazeFace's paper, section 4): overlapping answers of one run are averaged by score,
 * which shakes less than taking the best. The score is the best one's. */
export function blend(candidates: readonly Candidate[], iou: number): Candidate[] {
  const rest = candidates.toSorted((p, q) => q.score - p.score);
  const faces: Candidate[] = [];
  for (let best = rest.shift(); best; best = rest.shift()) {
    const group = [best];
    for (let i = rest.length - 1; i >= 0; i -= 1) {
      const other = rest[i];
      if (other && overlap(best.box, other.box) > iou) {
        group.push(other);
        rest.splice(i, 1);
      }
    }
    faces.push(group.length === 1 ? best : average(group, best.score));
  }
  return faces;
}

function average(group: readonly Candidate[], score: number): Candidate {
  const sums = Array.from({ length: 8 }, () => 0);
  let total = 0;
  let withEyes = 0;
  for (const { box, eyes, score: weight } of group) {
    total += weight;
    for (let i = 0; i < 4; i += 1) sums[i] = (sums[i] ?? 0) + weight * (box[i] ?? 0);
    if (!eyes) continue;
    withEyes += weight;
    for (const [i, value] of [...eyes[0], ...eyes[1]].entries()) sums[4 + i] = (sums[4 + i] ?? 0) + weight * value;
  }
  const [x = 0, y = 0, w = 0, h = 0] = sums.slice(0, 4).map((sum) => sum / total);
  const [rx = 0, ry = 0, lx = 0, ly = 0] = sums.slice(4).map((sum) => sum / withEyes);
  return {
    box: [x, y, w, h],
    score,
    eyes:
      withEyes > 0
        ? [
            [rx, ry],
            [lx, ly],
          ]
        : null,
  };
}

/** Boxes of different detectors and tiles differ in what they count to a face, so a small box inside a larger one is the
 * same face too. */
export function isSame(a: Box, b: Box): boolean {
  return overlap(a, b) > 0.35 || containment(a, b) > 0.75;
}

/** Keeps the best of those that are the same face; `items` come best first. */
export function unique<T extends { readonly box: Box }>(items: readonly T[]): T[] {
  const kept: T[] = [];
  for (const item of items) if (!kept.some(({ box }) => isSame(box, item.box))) kept.push(item);
  return kept;
}
