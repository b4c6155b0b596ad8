// The networks that a face engine runs, and the way of pixels into them: every one takes uint8 [N, height, width, 3], RGB.

import type { AlignmentTemplate, EmbedderInfo, Network, Tensor } from '../domain.ts';

export interface FaceNetworks {
  /** BlazeFace, 256 × 256. */
  readonly near: Network;
  /** SSD MobileNet v1, 512 × 512. */
  readonly far: Network;
  /** Face mesh, 192 × 192. */
  readonly mesh: Network;
  readonly embedder: Network;
}

export interface EmbedderTraits extends EmbedderInfo {
  readonly alignment: AlignmentTemplate;
}

/** Runs `batch` crops of `height` × `width` × 3 bytes, one after the other in `pixels`. */
export async function runPixels(
  network: Network,
  pixels: Uint8Array,
  height: number,
  width: number = height,
  batch = 1,
): Promise<readonly Tensor[]> {
  const [input] = network.inputs;
  if (input === undefined) throw new Error('The network has no input.');
  const results = await network.run({ [input]: { data: pixels, dims: [batch, height, width, 3] } });
  return network.outputs.flatMap((name) => results[name] ?? []);
}

/** Outputs are told apart by their size: their names are the converter's business. */
export function floatsOfLength(tensors: readonly Tensor[], length: number): Float32Array {
  for (const { data } of tensors) if (data.length === length && data instanceof Float32Array) return data;
  throw new Error(`The network has no output of ${length} numbers: it is another one than expected.`);
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
