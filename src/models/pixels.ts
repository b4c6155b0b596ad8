// The way of the pixels into a network: every compiled network takes raw bytes, `pixels` uint8 [N, height, width, 3], RGB;
// the conversion to numbers and the normalisation are part of the network, merged into its first convolution.

import type { Graph } from './graph.ts';
import { convolve, type Convolution } from './layers.ts';

/** Channel c of what the network was trained on is Σ rgb[k] · matrix[c][k] + offset[c], with rgb in 0..255. */
export interface Normalisation {
  readonly matrix: readonly (readonly number[])[];
  readonly offset: readonly number[];
}

/** (v − mean) / divisor, for each of three channels. */
export function normalise(divisor: number, mean: readonly number[] = [0, 0, 0]): Normalisation {
  return {
    matrix: [
      [1 / divisor, 0, 0],
      [0, 1 / divisor, 0],
      [0, 0, 1 / divisor],
    ],
    offset: mean.map((value) => -value / divisor),
  };
}

/** One channel: (r·weights[0] + g·weights[1] + b·weights[2] − mean) / divisor. */
export function greyscale(weights: readonly number[], divisor: number, mean: number): Normalisation {
  return { matrix: [weights.map((weight) => weight / divisor)], offset: [-mean / divisor] };
}

/** Declares the input `pixels`; answers it as float32 [N, 3, height, width], 0..255. */
export function pixelInput(graph: Graph, height: number, width: number, batch: number | string = 'N'): string {
  const input = graph.input('pixels', 'uint8', [batch, height, width, 3]);
  // Turning the bytes before widening them moves a quarter of the memory.
  return graph.node('Cast', [graph.node('Transpose', [input], { perm: [0, 3, 1, 2] })], { to: 1 });
}

/** The first convolution, normalisation merged in. */
export function convolvePixels(graph: Graph, x: string, layer: Convolution, normalisation: Normalisation): string {
  const { dims, pads } = layer;
  const merged = mergeNormalisation(layer, normalisation);
  if (pads.every((pad) => pad === 0)) return convolve(graph, x, merged);
  // Padding means zero after the normalisation, so before it the frame takes the value that becomes zero.
  const blank = blankPixel(normalisation);
  if (blank === 0) return convolve(graph, x, merged);
  if (blank !== null) {
    const [top, left, bottom, right] = pads;
    const amounts = graph.ints([0, 0, top, left, 0, 0, bottom, right]);
    return convolve(graph, graph.node('Pad', [x, amounts, graph.scalar(blank)]), { ...merged, pads: [0, 0, 0, 0] });
  }
  return convolve(graph, normalisePixels(graph, x, normalisation), { ...layer, dims });
}

/** The normalisation as a layer of its own, for networks that do not begin with a convolution. */
export function normalisePixels(graph: Graph, x: string, { matrix, offset }: Normalisation): string {
  return convolve(graph, x, {
    dims: [matrix.length, 3, 1, 1],
    weights: Float32Array.from(matrix.flat()),
    bias: Float32Array.from(offset),
    strides: [1, 1],
    pads: [0, 0, 0, 0],
  });
}

function mergeNormalisation(layer: Convolution, { matrix, offset }: Normalisation): Convolution {
  const [out, into, height, width] = layer.dims;
  const area = height * width;
  const weights = new Float32Array(out * 3 * area);
  const bias = new Float32Array(out);
  for (let o = 0; o < out; o += 1) {
    let shift = layer.bias?.[o] ?? 0;
    for (let place = 0; place < area; place += 1) {
      const sums = [0, 0, 0];
      for (let i = 0; i < into; i += 1) {
        const weight = layer.weights[(o * into + i) * area + place] ?? 0;
        shift += weight * (offset[i] ?? 0);
        for (let k = 0; k < 3; k += 1) sums[k] = (sums[k] ?? 0) + weight * (matrix[i]?.[k] ?? 0);
      }
      for (let k = 0; k < 3; k += 1) weights[(o * 3 + k) * area + place] = sums[k] ?? 0;
    }
    bias[o] = shift;
  }
  return { ...layer, dims: [out, 3, height, width], weights, bias };
}

/** The grey which the normalisation turns into zero in every channel; null where there is none. */
function blankPixel({ matrix, offset }: Normalisation): number | null {
  const blanks = matrix.map((row, index) => -(offset[index] ?? 0) / row.reduce((sum, value) => sum + value, 0));
  const [first = 0] = blanks;
  return blanks.every((blank) => Math.abs(blank - first) < 1e-6) ? first + 0 : null;
}
