// One picture to faces, on the thread it is called on: decode, search, measure, cut the chips. The templates are made apart,
// so that chips of several pictures go through the network together.

import type { Box, Face, PictureCodec, Raster } from '../domain.ts';
import type { EmbedderInfo } from '../model-port.ts';
import type { AnalyseOptions, Analysis, FaceCandidate } from '../face-port.ts';
import { KithError } from '../errors.ts';
import { alignmentOf, alignmentOfBox, CHIP_SIZE, fivePointsOf } from './alignment.ts';
import { chipsOf, embed, templateId, type Recipe } from './embed.ts';
import type { EmbedderTraits, FaceNetworks } from './networks.ts';
import { guessedFace, middleOf } from './guess.ts';
import { poseOf } from './pose.ts';
import { qualityOf } from './quality.ts';
import { warp } from './warp.ts';
import { findCandidates, findFaces, type FoundFace } from './search.ts';

/** Larger pictures are reduced while they are decoded: a 4K picture keeps its pixels. */
const MAX_SIDE = 4096;
const MIN_FACE_PX = 16;

/** A picture whose faces are found, measured and cut, but have no templates yet. */
export interface Prepared {
  readonly analysis: Analysis;
  /** The chips of each face; empty where no templates were asked for. */
  readonly chips: readonly (readonly Uint8Array[])[];
}

export interface Analyser {
  readonly embedder: EmbedderInfo;
  decode(picture: Uint8Array | Raster): Promise<DecodedPicture>;
  prepare(picture: DecodedPicture, options: AnalyseOptions, signal?: AbortSignal): Promise<Prepared>;
  /** Makes the templates of several pictures in as few runs as possible; answers in the order of `pictures`. */
  finish(pictures: readonly Prepared[]): Promise<Analysis[]>;
}

/** `scale`: pixels of the raster to one of the upright picture. */
export type DecodedPicture = Raster & { readonly scale: number };

export function createAnalyser(
  codec: Pick<PictureCodec, 'decode'>,
  networks: FaceNetworks,
  traits: EmbedderTraits,
  recipe: Recipe,
): Analyser {
  const { dimensions, metric, threshold, prior, alignment } = traits;
  const chipSize = CHIP_SIZE[alignment];

  return {
    embedder: { id: templateId(traits.id, recipe), dimensions, metric, threshold, ...(prior && { prior }) },

    async decode(picture) {
      if (picture instanceof Uint8Array) return codec.decode(picture, MAX_SIDE);
      checkRaster(picture);
      return { ...picture, scale: 1 };
    },

    async prepare(raster, options, signal) {
      const { scale } = raster;
      const width = Math.round(raster.width / scale);
      const height = Math.round(raster.height / scale);
      const how = {
        search: options.search ?? 'auto',
        region: regionOf(raster, options.region, scale),
        minScore: options.minScore,
        minFacePx: (options.minFacePx ?? MIN_FACE_PX) * scale,
      };
      if (options.candidatesOnly) {
        const candidates = (await findCandidates(networks, raster, how, signal)).map((one) => resized(one, 1 / scale));
        return { analysis: { width, height, faces: [], candidates }, chips: [] };
      }
      const known = options.known?.map((one) => resized(one, scale));
      const found = await findFaces(networks, raster, how, known, signal);
      if (found.length === 0 && options.fallback) {
        const box = options.fallback === 'middle' ? middleOf(width, height) : options.fallback;
        const toChip = alignmentOfBox(scaled(box, scale), alignment);
        const chips = options.template ? [chipsOf(raster, toChip, chipSize, recipe)] : [];
        return { analysis: { width, height, faces: [guessedFace(box)] }, chips };
      }
      const best = found.toSorted((p, q) => weightOf(q) - weightOf(p)).slice(0, options.maxFaces ?? Infinity);
      const chips = options.template
        ? best.map(({ mesh }) => chipsOf(raster, alignmentOf(mesh, alignment), chipSize, recipe))
        : [];
      const faces = best.map((face, i): Face => {
        const described = describe(raster, face, scale, options.mesh ?? false);
        if (!options.chip) return described;
        const data = chips[i]?.[0] ?? warp(raster, alignmentOf(face.mesh, alignment), chipSize);
        return { ...described, chip: { width: chipSize, height: chipSize, data } };
      });
      return { analysis: { width, height, faces }, chips };
    },

    async finish(pictures) {
      const templates = await embed(
        networks,
        traits,
        pictures.flatMap(({ chips }) => chips),
      );
      let next = 0;
      return pictures.map(({ analysis, chips }) => {
        if (chips.length === 0) return analysis;
        const faces = analysis.faces.map((face) => {
          const template = templates[next];
          next += 1;
          return template ? { ...face, template } : face;
        });
        return { ...analysis, faces };
      });
    },
  };
}

/** Measures one face; everything comes out in pixels of the upright picture. */
function describe(raster: Raster, { mesh, box, score, confidence }: FoundFace, scale: number, withMesh: boolean): Face {
  const pose = poseOf(mesh);
  const quality = qualityOf(raster, { mesh, confidence, points: fivePointsOf(mesh), pose, zoom: 1 / scale });
  const inPicture = scale === 1 ? mesh : mesh.map((value) => value / scale);
  const [x, y, w, h] = box;
  return {
    box: [x / scale, y / scale, w / scale, h / scale],
    score,
    points: fivePointsOf(inPicture),
    pose,
    quality,
    ...(withMesh ? { mesh: inPicture } : {}),
  };
}

function scaled([x, y, w, h]: Box, scale: number): Box {
  return [x * scale, y * scale, w * scale, h * scale];
}

function resized({ eyes, ...candidate }: FaceCandidate, scale: number): FaceCandidate {
  const [right, left] = eyes ?? [];
  return {
    ...candidate,
    box: scaled(candidate.box, scale),
    eyes:
      right && left
        ? [
            [right[0] * scale, right[1] * scale],
            [left[0] * scale, left[1] * scale],
          ]
        : null,
  };
}

function weightOf({ score, box }: FoundFace): number {
  return score * Math.sqrt(box[2] * box[3]);
}

/** The part of the raster to look at, in its pixels. */
function regionOf({ width, height }: Raster, region: Box | undefined, scale: number): Box {
  if (!region) return [0, 0, width, height];
  const left = Math.max(0, region[0] * scale);
  const top = Math.max(0, region[1] * scale);
  const right = Math.min(width, (region[0] + region[2]) * scale);
  const bottom = Math.min(height, (region[1] + region[3]) * scale);
  if (!(right - left >= 1 && bottom - top >= 1)) {
    throw new KithError(
      'invalid',
      'The region to look at lies outside the picture: give it in pixels of the upright picture.',
    );
  }
  return [left, top, right - left, bottom - top];
}

function checkRaster({ width, height, data }: Raster): void {
  const whole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!whole || data.length !== width * height * 3) {
    throw new KithError(
      'invalid',
      'The raster has not the size it says: three bytes (RGB) for every pixel are needed.',
    );
  }
}
