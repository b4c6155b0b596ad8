// Finds the faces of a picture: near and far detector, upright first and turned only where nothing was found, and the mesh as
// judge of every candidate.

import type { AnalyseOptions, Box, Raster } from '../domain.ts';
import { isSame, unique, type Candidate } from './candidates.ts';
import { detectFar } from './far.ts';
import { letterbox } from './geometry.ts';
import { fitMesh, type FittedMesh } from './mesh.ts';
import { detectNear } from './near.ts';
import type { FaceNetworks } from './networks.ts';

export interface FoundFace extends FittedMesh {
  readonly score: number;
}

export interface SearchOptions {
  readonly search: NonNullable<AnalyseOptions['search']>;
  readonly region: Box;
  readonly minScore: number;
  readonly minFacePx: number;
}

/** A face of this part of the region's shorter side is the one that the picture was taken of. */
const DOMINANT = 0.25;
/** A candidate counts when detector and mesh together are sure enough. */
const MIN_MESH = 0.5;
const FAR_SCORE = 0.3;

export async function findFaces(
  networks: FaceNetworks,
  raster: Raster,
  { search, region, minScore, minFacePx }: SearchOptions,
  signal?: AbortSignal,
): Promise<FoundFace[]> {
  let faces: FoundFace[] = [];

  /** Asks the mesh about every candidate that is not yet known as a face. */
  async function judge(candidates: readonly Candidate[], minMesh = MIN_MESH): Promise<void> {
    const best = unique(candidates.toSorted((p, q) => q.score - p.score));
    const fresh = best.filter(({ box }) => !faces.some((face) => isSame(face.box, box)));
    for (const { box, score, eyes } of fresh) {
      signal?.throwIfAborted();
      if (Math.max(box[2], box[3]) < minFacePx * 0.8) continue;
      const fitted = await fitMesh(networks.mesh, raster, box, eyes);
      if (fitted.confidence < minMesh || Math.max(fitted.box[2], fitted.box[3]) < minFacePx) continue;
      faces.push({ ...fitted, score });
    }
    faces = unique(faces.toSorted((p, q) => q.score - p.score));
  }

  const near = (quarters: number, zoom: number): Promise<Candidate[]> =>
    detectNear(networks.near, raster, letterbox(region, 256, quarters, zoom), minScore);

  await judge(await near(0, 1));
  // A face that fills the picture is larger than the detector's largest anchor: look from further away.
  if (faces.length === 0) await judge(await near(0, 0.5));
  const shorter = Math.min(region[2], region[3]);
  const dominated = faces.some(({ box }) => Math.max(box[2], box[3]) > DOMINANT * shorter);
  if (search === 'far' || (search === 'auto' && !dominated)) {
    signal?.throwIfAborted();
    await judge(await detectFar(networks.far, raster, region, Math.min(minScore, FAR_SCORE), signal));
  }
  if (faces.length === 0 && search !== 'near') {
    for (const quarters of [1, 3, 2]) {
      signal?.throwIfAborted();
      await judge(await near(quarters, 0.9), 0.8);
      if (faces.length > 0) break;
    }
  }
  return faces;
}
