// Finds the faces of a picture: near and far detector, upright first and turned only where nothing was found, and the mesh as
// judge of every candidate.

import type { Box, Point, Raster } from '../domain.ts';
import type { Network } from '../model-port.ts';
import type { AnalyseOptions } from '../face-port.ts';
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

/** Where faces may be, best first. `enough` is told what was found near and says whether that will do. */
async function* candidatesOf(
  networks: FaceNetworks,
  raster: Raster,
  { search, region, minScore }: SearchOptions,
  enough: () => { any: boolean; dominant: boolean },
  signal?: AbortSignal,
): AsyncGenerator<readonly Candidate[]> {
  async function lookNear(quarters: number, zoom: number): Promise<readonly Candidate[]> {
    signal?.throwIfAborted();
    const toInput = letterbox(region, NEAR_SIZE, quarters, zoom);
    const found = await detectNear(networks.near, raster, toInput, minScore ?? NEAR_SCORE);
    const smallest = NEAR_SMALLEST / scaleOf(toInput);
    const isLarge = ({ box }: Candidate): boolean => Math.max(box[2], box[3]) >= smallest;
    return [
      ...found.filter(isLarge).map((face) => ({ ...face, large: quarters === 0 })),
      ...(search === 'auto' || search === 'far' ? [] : found.filter((face) => !isLarge(face))),
    ];
  }

  if (networks.own) {
    yield detectOwn(networks.own, raster, region, minScore ?? NEAR_SCORE);
    return;
  }
  yield lookNear(0, 1);
  if (search === 'quick') return;
  // A face that fills the picture is larger than the detector's largest anchor: look from further away.
  if (!enough().any) yield lookNear(0, 0.5);
  if (search === 'far' || (search === 'auto' && !enough().dominant)) {
    signal?.throwIfAborted();
    const scores = { far: minScore ?? FAR_SCORE, small: Math.max(minScore ?? 0, SMALL_SCORE) };
    yield detectFar(networks, raster, region, scores, signal);
  }
  if (search === 'near') return;
  // Lying on a side, or upside down.
  for (const quarters of [1, 3, 2]) {
    if (enough().any) return;
    yield lookNear(quarters, 0.9);
  }
}

/** The same face may be answered twice where two detectors saw it. */
export async function findCandidates(
  networks: FaceNetworks,
  raster: Raster,
  options: SearchOptions,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  // Nobody has judged them: another look costs more than a wrong guess.
  const enough = () => ({ any: found.length > 0, dominant: false });
  for await (const candidates of candidatesOf(networks, raster, options, enough, signal)) {
    found.push(...candidates.filter(({ box }) => Math.max(box[2], box[3]) >= options.minFacePx * 0.8));
  }
  return unique(found.toSorted((p, q) => q.score - p.score));
}

/** `known`: instead of searching. */
export async function findFaces(
  networks: FaceNetworks,
  raster: Raster,
  options: SearchOptions,
  known?: readonly Candidate[],
  signal?: AbortSignal,
): Promise<FoundFace[]> {
  const { region, minFacePx } = options;
  const shorter = Math.min(region[2], region[3]);
  let faces: FoundFace[] = [];

  /** Asks the mesh about every candidate that is not yet known as a face. */
  async function judge(candidates: readonly Candidate[]): Promise<void> {
    const ordered = candidates.toSorted(
      (p, q) => Number(q.large ?? false) - Number(p.large ?? false) || q.score - p.score,
    );
    for (const { box, score, eyes, large } of ordered) {
      if (faces.some((face) => isSame(face.box, box))) continue;
      signal?.throwIfAborted();
      if (Math.max(box[2], box[3]) < minFacePx * 0.8) continue;
      const fitted = await fitEitherWay(networks.mesh, raster, box, eyes);
      if (!isFace(score, fitted.confidence, large ? MIN_MESH_NEAR : MIN_MESH)) continue;
      if (Math.max(fitted.box[2], fitted.box[3]) < minFacePx) continue;
      faces.push({ ...fitted, score });
    }
    faces = unique(faces.toSorted((p, q) => q.score - p.score));
  }

  if (known) {
    await judge(known);
    return faces;
  }
  const enough = () => ({
    any: faces.length > 0,
    dominant: faces.some(({ box }) => Math.max(box[2], box[3]) > DOMINANT * shorter),
  });
  for await (const candidates of candidatesOf(networks, raster, options, enough, signal)) await judge(candidates);
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
