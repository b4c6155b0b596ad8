// The face mesh: 468 points on a face, from a crop around it turned upright. It also says whether there is a face at all,
// and is a better judge of that than the detectors.

import type { Box, Point, Raster } from '../domain.ts';
import type { Network } from '../model-port.ts';
import { meshPoint } from './alignment.ts';
import { apply, boxAround, centreOf, invert, scaleOf, squareCrop, type Similarity } from './geometry.ts';
import { floats, runPixels } from './networks.ts';
import { warp } from './warp.ts';

export const VERTICES = 468;
const MESH_SIZE = 192;
/** Side of the crop over the longer side of the face's box. */
const MARGIN = 1.5;
const MAX_REFITS = 2;
/** Under this confidence another crop does not help either. */
const HOPELESS = 0.05;
/** What is left of the confidence in a mesh that still moves. */
const UNSETTLED = 0.8;
const RIGHT_EYE_OUTER = 33;
const LEFT_EYE_OUTER = 263;

export interface FittedMesh {
  /** 468 × (x, y, z), pixels of the raster; z grows away from the camera, in the same unit. */
  readonly mesh: Float32Array;
  /** Tight around the points. */
  readonly box: Box;
  /** 0..1 */
  readonly confidence: number;
}

interface Crop {
  readonly centre: Point;
  readonly side: number;
  /** Radians, clockwise. */
  readonly turn: number;
}

/** Fits, and fits again where the crop was off: too large, too small, beside the face or turned. A mesh on no face seldom
 * comes to rest. */
export async function fitMesh(
  network: Network,
  raster: Raster,
  box: Box,
  eyes: readonly [Point, Point] | null,
): Promise<FittedMesh> {
  let crop: Crop = { centre: centreOf(box), side: Math.max(box[2], box[3]) * MARGIN, turn: eyes ? turnOf(...eyes) : 0 };
  let fitted = await fitOnce(network, raster, crop);
  for (let again = 0; again < MAX_REFITS; again += 1) {
    const better = cropAround(fitted.mesh);
    if (!isOff(crop, better)) return fitted;
    if (fitted.confidence < HOPELESS) break;
    crop = better;
    fitted = await fitOnce(network, raster, crop);
  }
  return isOff(crop, cropAround(fitted.mesh)) ? { ...fitted, confidence: fitted.confidence * UNSETTLED } : fitted;
}

async function fitOnce(network: Network, raster: Raster, crop: Crop): Promise<FittedMesh> {
  const toCrop = squareCrop(crop.centre, crop.side, crop.turn, MESH_SIZE);
  const outputs = await runPixels(network, warp(raster, toCrop, MESH_SIZE), MESH_SIZE);
  const mesh = toPicture(floats(outputs, 'mesh', VERTICES * 3), invert(toCrop));
  const points = Array.from({ length: VERTICES }, (_, vertex) => meshPoint(mesh, vertex));
  return { mesh, box: boxAround(points), confidence: floats(outputs, 'confidence', 1)[0] ?? 0 };
}

function toPicture(points: Float32Array, back: Similarity): Float32Array {
  const mesh = new Float32Array(points.length);
  const scale = scaleOf(back);
  for (let i = 0; i < points.length; i += 3) {
    const [x, y] = apply(back, [points[i] ?? 0, points[i + 1] ?? 0]);
    mesh[i] = x;
    mesh[i + 1] = y;
    mesh[i + 2] = (points[i + 2] ?? 0) * scale;
  }
  return mesh;
}

/** The crop that this mesh would have wanted: upright by the eyes, centred on the points. */
function cropAround(mesh: Float32Array): Crop {
  const turn = turnOf(meshPoint(mesh, RIGHT_EYE_OUTER), meshPoint(mesh, LEFT_EYE_OUTER));
  const upright = squareCrop([0, 0], 1, turn, 1);
  const points = Array.from({ length: VERTICES }, (_, vertex) => apply(upright, meshPoint(mesh, vertex)));
  const box = boxAround(points);
  return { centre: apply(invert(upright), centreOf(box)), side: Math.max(box[2], box[3]) * MARGIN, turn };
}

function isOff(used: Crop, better: Crop): boolean {
  const shift = Math.hypot(used.centre[0] - better.centre[0], used.centre[1] - better.centre[1]);
  const ratio = used.side / better.side;
  const turn = Math.abs(Math.atan2(Math.sin(used.turn - better.turn), Math.cos(used.turn - better.turn)));
  return shift > 0.1 * better.side || ratio > 1.3 || ratio < 0.8 || turn > 0.2;
}

function turnOf(rightEye: Point, leftEye: Point): number {
  return Math.atan2(leftEye[1] - rightEye[1], leftEye[0] - rightEye[0]);
}
