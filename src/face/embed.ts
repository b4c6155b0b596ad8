// Aligned chips to templates: one crop, the crop and its mirror image, or ten slightly moved crops and their mirror images.

import type { Raster } from '../domain.ts';
import { compose, scaleOf, squareCrop, type Similarity } from './geometry.ts';
import { CHIP_SIZE } from './alignment.ts';
import { brighten, gainOf } from './brighten.ts';
import { runPixels, type EmbedderTraits, type FaceNetworks } from './networks.ts';
import { mirror, warp } from './warp.ts';

/** `single` 1 crop, `mirror` 2, `jitter` 20: more crops, steadier templates, more time. */
export type Recipe = 'single' | 'mirror' | 'jitter';

const MAX_BATCH = 16;

/** ±3°, ±2 % of the side, zoom 0.97..1: the moves of dlib's author, here always the same ten. */
const JITTERS: readonly (readonly [degrees: number, dx: number, dy: number, zoom: number])[] = [
  [0, 0, 0, 1],
  [3, 0.01, -0.01, 0.985],
  [-3, -0.01, 0.01, 0.985],
  [1.5, -0.02, 0, 0.97],
  [-1.5, 0.02, 0, 0.97],
  [2, 0, 0.02, 1],
  [-2, 0, -0.02, 1],
  [1, 0.015, 0.015, 0.98],
  [-1, -0.015, -0.015, 0.98],
  [0, 0.01, 0.02, 0.97],
];

/** Templates of different recipes are a little apart, so they carry different names. */
export function templateId(id: string, recipe: Recipe): string {
  return recipe === 'single' ? id : `${id}.${recipe}`;
}

/** The chips of one face, `size` × `size` × 3 bytes each, the plain one first, dark ones brightened. `toChip` is the alignment. */
export function chipsOf(raster: Raster, toChip: Similarity, size: number, recipe: Recipe): Uint8Array[] {
  const plain = warp(raster, toChip, size);
  const gain = gainOf(plain, size);
  brighten(plain, gain);
  if (recipe === 'single') return [plain];
  if (recipe === 'mirror') return [plain, mirror(plain, size, size)];
  return JITTERS.flatMap(([degrees, dx, dy, zoom], i) => {
    if (i === 0) return [plain, mirror(plain, size, size)];
    const middle = size / 2;
    const move = squareCrop([middle + dx * size, middle + dy * size], size * zoom, (degrees * Math.PI) / 180, size);
    const chip = warp(raster, compose(toChip, move), size);
    brighten(chip, gain);
    return [chip, mirror(chip, size, size)];
  });
}

/** `faces` holds the chips of each face. One run for up to 16 chips, whosever they are. Answers the mean vector of each face: raw
 * numbers for a Euclidean network, unit length for a cosine one. */
export async function embed(
  { embedder }: FaceNetworks,
  { dimensions, metric, alignment }: EmbedderTraits,
  faces: readonly (readonly Uint8Array[])[],
): Promise<Float32Array[]> {
  const size = CHIP_SIZE[alignment];
  const bytes = size * size * 3;
  const chips = faces.flatMap((chipsOfFace, face) => chipsOfFace.map((chip) => ({ face, chip })));
  const templates = faces.map(() => new Float32Array(dimensions));
  for (let from = 0; from < chips.length; from += MAX_BATCH) {
    const batch = chips.slice(from, from + MAX_BATCH);
    const pixels = new Uint8Array(batch.length * bytes);
    for (const [i, { chip }] of batch.entries()) pixels.set(chip, i * bytes);
    const [output] = Object.values(await runPixels(embedder, pixels, size, size, batch.length));
    if (!(output?.data instanceof Float32Array) || output.data.length !== batch.length * dimensions) {
      throw new Error(`The embedder should answer ${dimensions} numbers a face.`);
    }
    for (const [i, { face }] of batch.entries()) {
      const vector = output.data.subarray(i * dimensions, (i + 1) * dimensions);
      // Crops of a cosine network count alike whatever their length.
      add(templates[face], vector, metric === 'cosine' ? 1 / length(vector) : 1 / (faces[face]?.length ?? 1));
    }
  }
  if (metric === 'cosine') for (const template of templates) scale(template, 1 / length(template));
  return templates;
}

function add(sum: Float32Array | undefined, vector: Float32Array, weight: number): void {
  if (sum) for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0) * weight;
}

function scale(vector: Float32Array, factor: number): void {
  for (let i = 0; i < vector.length; i += 1) vector[i] = (vector[i] ?? 0) * factor;
}

function length(vector: Float32Array): number {
  return Math.hypot(...vector) || 1;
}

/** Pixels of the picture that one pixel of the chip stands for. */
export function chipStep(toChip: Similarity): number {
  return 1 / scaleOf(toChip);
}
