// Reads what a wrapped detector of a user answers.

import type { Box, FivePoints, Point } from '../domain.ts';
import type { Tensor } from '../model-port.ts';

export interface FoundFace {
  /** Pixels of the network's input. */
  readonly box: Box;
  readonly score: number;
  readonly points: FivePoints;
}

/** The faces of picture `index` of the batch with at least `minScore`, best first; several for the same face where the
 * network found it several times: non-maximum suppression is left to the caller. */
export function readDetections(
  answer: Readonly<Record<string, Tensor>>,
  minScore: number,
  index = 0,
): readonly FoundFace[] {
  const scores = part(answer['scores'], index);
  const boxes = part(answer['boxes'], index);
  const points = part(answer['points'], index);
  const faces: FoundFace[] = [];
  for (const [row, score] of scores.entries()) {
    if (!(score >= minScore)) continue;
    const box = (column: number): number => boxes[row * 4 + column] ?? 0;
    const point = (at: number): Point => [points[row * 10 + at * 2] ?? 0, points[row * 10 + at * 2 + 1] ?? 0];
    faces.push({
      box: [box(0), box(1), box(2), box(3)],
      score,
      points: [point(0), point(1), point(2), point(3), point(4)],
    });
  }
  return faces.toSorted((a, b) => b.score - a.score);
}

function part(tensor: Tensor | undefined, index: number): Float32Array {
  const data = tensor?.data;
  if (!(data instanceof Float32Array)) throw new Error('The detector should answer boxes, scores and points.');
  const length = data.length / (tensor?.dims[0] ?? 1);
  return data.subarray(index * length, (index + 1) * length);
}
