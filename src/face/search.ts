// Finds the faces of a picture: near and far detector, upright first and turned only where nothing was found, and the mesh as
// judge of every candidate.

import type { AnalyseOptions, Box, Network, Point, Raster } from '../domain.ts';
import { fivePointsOf } from './alignment.ts';
import { isSame, unique, type Candidate } from './candidates.ts';
import { detectFar } from './far.ts';
import { letterbox, scaleOf } from './geometry.ts';
import { fitMesh, type FittedMesh } from './mesh.ts';
import { detectNear, NEAR_SIZE } from './near.ts';
import type { FaceNetworks } from './networks.ts';
import { detectOwn } from './own.ts';

export interface FoundFace extends FittedMesh {
  readonly score: number;
}

export interface SearchOptions {
  readonly search: NonNullable<AnalyseOptions['search']>;
  readonly region: Box;
  readonly minScore?: number | undefined;
  readonly minFacePx: number;
}

/** A face of this part of the region's shorter side is the one that the picture was taken of. */
const DOMINANT = 0.25;
/** The mesh is sure (0.99 and more) of nearly every face and of hardly anything else. Only full profiles it does not know:
 * there the detector has to be sure. */
const MIN_MESH = 0.9;
/** Enough for a large face of the near detector, which tells its eyes as well. */
const MIN_MESH_NEAR = 0.5;
const PROFILE = { mesh: 0.05, score: 0.9 } as const;
/** Heads upright have more, heads upside down mostly less (50 photos); turned over, those have nearly 1. */
const NO_DOUBT = 0.9995;
const NO_DOUBT_TURNED = 0.99;
/** Least scores of the detectors where the caller has no wish. The far one is rarely wrong at any score that the mesh agrees
 * with; the near one guesses more. */
const NEAR_SCORE = 0.5;
const FAR_SCORE = 0.35;
const SMALL_SCORE = 0.7;
/** Side of a face in the near detector's input under which it guesses; the far detector knows better. */
const NEAR_SMALLEST = 20;

export async function findFaces(
  networks: FaceNetworks,
  raster: Raster,
  { search, region, minScore, minFacePx }: SearchOptions,
  signal?: AbortSignal,
): Promise<FoundFace[]> {
  let faces: FoundFace[] = [];

  /** Asks the mesh about every candidate that is not yet known as a face. */
  async function judge(candidates: readonly Candidate[], minMesh: number): Promise<void> {
    for (const { box, score, eyes } of candidates.toSorted((p, q) => q.score - p.score)) {
      if (faces.some((face) => isSame(face.box, box))) continue;
      signal?.throwIfAborted();
      if (Math.max(box[2], box[3]) < minFacePx * 0.8) continue;
      const fitted = await fitEitherWay(networks.mesh, raster, box, eyes);
      if (!isFace(score, fitted.confidence, minMesh) || Math.max(fitted.box[2], fitted.box[3]) < minFacePx) continue;
      faces.push({ ...fitted, score });
    }
    faces = unique(faces.toSorted((p, q) => q.score - p.score));
  }

  async function lookNear(quarters: number, zoom: number, minMesh: number): Promise<void> {
    signal?.throwIfAborted();
    const toInput = letterbox(region, NEAR_SIZE, quarters, zoom);
    const found = await detectNear(networks.near, raster, toInput, minScore ?? NEAR_SCORE);
    const smallest = NEAR_SMALLEST / scaleOf(toInput);
    const isLarge = ({ box }: Candidate): boolean => Math.max(box[2], box[3]) >= smallest;
    await judge(found.filter(isLarge), minMesh);
    if (search === 'near' || search === 'shot')
      await judge(
        found.filter((face) => !isLarge(face)),
        MIN_MESH,
      );
  }

  if (networks.own) {
    await judge(await detectOwn(networks.own, raster, region, minScore ?? NEAR_SCORE), MIN_MESH);
    return faces;
  }
  await lookNear(0, 1, MIN_MESH_NEAR);
  // A face that fills the picture is larger than the detector's largest anchor: look from further away.
  if (faces.length === 0) await lookNear(0, 0.5, MIN_MESH_NEAR);
  const shorter = Math.min(region[2], region[3]);
  const dominated = faces.some(({ box }) => Math.max(box[2], box[3]) > DOMINANT * shorter);
  if (search === 'far' || (search === 'auto' && !dominated)) {
    signal?.throwIfAborted();
    await judge(
      await detectFar(
        networks,
        raster,
        region,
        { far: minScore ?? FAR_SCORE, small: Math.max(minScore ?? 0, SMALL_SCORE) },
        signal,
      ),
      MIN_MESH,
    );
  }
  if (faces.length > 0 || search === 'near') return faces;
  // Lying on a side, or upside down.
  for (const quarters of [1, 3, 2]) {
    await lookNear(quarters, 0.9, MIN_MESH);
    if (faces.length > 0) break;
  }
  return faces;
}

function isFace(score: number, confidence: number, minMesh: number): boolean {
  return confidence >= minMesh || (score >= PROFILE.score && confidence >= PROFILE.mesh);
}

/** The near detector also sees heads that are upside down, and then takes the eyes for upright: where the mesh doubts, it is
 * asked about the head turned over. */
async function fitEitherWay(
  mesh: Network,
  raster: Raster,
  box: Box,
  eyes: readonly [Point, Point] | null,
): Promise<FittedMesh> {
  const upright = await fitMesh(mesh, raster, box, eyes);
  if (!eyes || upright.confidence > NO_DOUBT) return upright;
  const over = await fitMesh(mesh, raster, box, [eyes[1], eyes[0]]);
  if (over.confidence <= Math.max(NO_DOUBT_TURNED, upright.confidence)) return upright;
  // The detector's box was that of an upright face; the mesh now knows better where the face is.
  const [rightEye, leftEye] = fivePointsOf(over.mesh);
  return fitMesh(mesh, raster, over.box, [rightEye, leftEye]);
}
