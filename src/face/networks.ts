// The networks that a face engine runs, and the way of pixels into them: every one takes uint8 [N, height, width, 3], RGB.

import type { AlignmentTemplate, EmbedderInfo, Network, Tensor } from '../model-port.ts';
import type { OwnDetector } from './own.ts';

export interface FaceNetworks {
  /** The user's detector, which takes the place of `near` and `far`. */
  readonly own?: OwnDetector;
  /** BlazeFace, 256 × 256; `scores` [N, 896], `boxes` [N, 896, 16]: centre, size and six points in pixels of the input. */
  readonly near: Network;
  /** SSD MobileNet v1, 512 × 512; `scores` [N, 5118], `boxes` [N, 5118, 4]: y0, x0, y1, x1 as shares of the side. */
  readonly far: Network;
  /** Face mesh, 192 × 192; `mesh` [N, 468, 3] in pixels of the input, `confidence` [N, 1]. */
  readonly mesh: Network;
  /** One output, [N, dimensions]. */
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
): Promise<Readonly<Record<string, Tensor>>> {
  const [input] = network.inputs;
  if (input === undefined) throw new Error('The network has no input.');
  return network.run({ [input]: { data: pixels, dims: [batch, height, width, 3] } });
}

export function floats(outputs: Readonly<Record<string, Tensor>>, name: string, length: number): Float32Array {
  const data = outputs[name]?.data;
  if (data instanceof Float32Array && data.length === length) return data;
  throw new Error(`The network should have an output "${name}" of ${length} numbers.`);
}
