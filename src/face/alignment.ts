// Where the points of a face go in the chip that an embedder wants. Alignment decides the accuracy, so the constants
// and the choice of points stand here and nowhere else.

import type { Box, FivePoints, Point } from '../domain.ts';
import type { AlignmentTemplate } from '../model-port.ts';
import { fitSimilarity, meanPoint, squareCrop, type Similarity } from './geometry.ts';

export const CHIP_SIZE: Readonly<Record<AlignmentTemplate, number>> = { dlib5: 150, arcface5: 112 };

/** The chip shows so much of what dlib's chip shows. dlib's author averages crops of 0.97 to 1; with the mesh's points a single one is
 * best at 0.97 (measured on LFW's development pairs, docs/decision.md: 0.94 to 1 differ by chance only). */
const ZOOM = 0.97;

/** dlib's five-point shape (get_face_chip_details): left eye outer and inner corner, right eye outer and inner corner,
 * under the nose; each (padding + p) / (1 + 2 · padding) · 150 with padding 0.25, enlarged around the middle. */
const DLIB5: readonly Point[] = (
  [
    [0.8595674595992, 0.2134981538014],
    [0.6460604764104, 0.2289674387677],
    [0.1205750620789, 0.2137274526848],
    [0.3340850613712, 0.2290642403242],
    [0.4901123135679, 0.6277975316475],
  ] as const
).map(([x, y]) => [zoomed(((0.25 + x) / 1.5) * 150), zoomed(((0.25 + y) / 1.5) * 150)] as const);

/** InsightFace's arcface_dst for 112 × 112, in the order of `FivePoints`. */
const ARCFACE5: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/** The mesh's vertices for dlib's points, in the order above. */
const DLIB5_VERTICES = [263, 362, 33, 133, 2] as const;
const RIGHT_EYE = [33, 133, 159, 145] as const;
const LEFT_EYE = [263, 362, 386, 374] as const;
const NOSE_TIP = 1;
const RIGHT_MOUTH = 61;
const LEFT_MOUTH = 291;

/** `mesh` is 468 × (x, y, z). */
export function meshPoint(mesh: Float32Array, vertex: number): Point {
  return [mesh[vertex * 3] ?? 0, mesh[vertex * 3 + 1] ?? 0];
}

export function fivePointsOf(mesh: Float32Array): FivePoints {
  return [
    meanPoint(RIGHT_EYE.map((vertex) => meshPoint(mesh, vertex))),
    meanPoint(LEFT_EYE.map((vertex) => meshPoint(mesh, vertex))),
    meshPoint(mesh, NOSE_TIP),
    meshPoint(mesh, RIGHT_MOUTH),
    meshPoint(mesh, LEFT_MOUTH),
  ];
}

function zoomed(at: number): number {
  return 75 + (at - 75) / ZOOM;
}

/** Side of the chip over the longer side of the box around a face's mesh, and how much lower than the box's middle the chip's middle
 * lies: medians over upright faces of the sample photographs in the face-api package. */
const MEAN_SIDE = 1.13;
const MEAN_DROP = 0.05;

/** Picture → chip for a face of which only the box is known: where it would be, were it a mean one. */
export function alignmentOfBox([x, y, w, h]: Box, template: AlignmentTemplate): Similarity {
  const side = Math.max(w, h);
  const size = CHIP_SIZE[template];
  const centre: Point = [x + w / 2, y + h / 2 + MEAN_DROP * side];
  // The two templates show the same face at different sizes: eyes are 0.39 and 0.31 of the chip apart.
  const share = template === 'dlib5' ? ZOOM : 0.8;
  return squareCrop(centre, side * MEAN_SIDE * share, 0, size);
}

/** Picture → chip. */
export function alignmentOf(mesh: Float32Array, template: AlignmentTemplate): Similarity {
  return template === 'dlib5'
    ? fitSimilarity(
        DLIB5_VERTICES.map((vertex) => meshPoint(mesh, vertex)),
        DLIB5,
      )
    : fitSimilarity(fivePointsOf(mesh), ARCFACE5);
}
