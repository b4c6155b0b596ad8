// The layers that all our networks are made of, channels first (NCHW), in the form that onnxruntime runs fastest.

import type { Graph } from './graph.ts';

export interface Convolution {
  /** [out, in / groups, height, width] */
  readonly dims: readonly [out: number, into: number, height: number, width: number];
  readonly weights: Float32Array;
  readonly bias?: Float32Array;
  readonly strides: readonly [number, number];
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number];
  readonly groups?: number;
  readonly dilations?: readonly [number, number];
}

export function convolve(graph: Graph, x: string, convolution: Convolution): string {
  const { dims, weights, bias, strides, pads, groups = 1, dilations = [1, 1] } = convolution;
  const inputs = [x, graph.constant(weights, dims)];
  if (bias) inputs.push(graph.constant(bias, [dims[0]]));
  const attributes = { kernel_shape: dims.slice(2), strides, pads, dilations, group: groups };
  return graph.node('Conv', inputs, attributes);
}

/** TensorFlow's SAME padding of one axis: the larger half comes after. */
export function samePads(size: number, kernel: number, stride: number): [before: number, after: number] {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Multiplies each output channel, then adds to it: a scale layer or batch normalisation, merged into the weights. */
export function scaleOutputs(convolution: Convolution, scale: Float32Array, shift: Float32Array): Convolution {
  const { dims, weights, bias } = convolution;
  const perOutput = weights.length / dims[0];
  return {
    ...convolution,
    weights: weights.map((weight, index) => weight * (scale[Math.floor(index / perOutput)] ?? 0)),
    bias: shift.map((value, index) => value + (bias?.[index] ?? 0) * (scale[index] ?? 0)),
  };
}

/** TensorFlow keeps [height, width, in, out]. */
export function toOutputFirst(data: Float32Array, dims: readonly number[]): Float32Array {
  const [height = 0, width = 0, into = 0, out = 0] = dims;
  const result = new Float32Array(data.length);
  const area = height * width;
  for (let place = 0; place < area; place += 1) {
    for (let i = 0; i < into; i += 1) {
      for (let o = 0; o < out; o += 1) {
        result[(o * into + i) * area + place] = data[(place * into + i) * out + o] ?? 0;
      }
    }
  }
  return result;
}

/** Limits to [low, high]; either may be infinite. ReLU and ReLU6 are limits, and merge with the convolution before. */
export function limit(graph: Graph, x: string, low: number, high: number): string {
  if (low === 0 && high === Infinity) return graph.node('Relu', [x]);
  const bound = (value: number) => (Number.isFinite(value) ? graph.scalar(value) : '');
  return graph.node('Clip', high === Infinity ? [x, bound(low)] : [x, bound(low), bound(high)]);
}

/** PReLU with one slope per channel, as x + ReLU((slope − 1)·x). onnxruntime's own PRelu is slow and takes the feature
 * map out of its blocked layout; a 1×1 depthwise convolution stays in it and merges with the ReLU. */
export function prelu(graph: Graph, x: string, slopes: Float32Array): string {
  // Slopes over 1 would change the sign inside the ReLU: then ReLU(−x) takes the factor afterwards.
  if (slopes.every((slope) => slope <= 1)) {
    const rest = graph.node('Relu', [convolve(graph, x, perChannel(slopes.map((slope) => slope - 1)))]);
    return graph.node('Add', [x, rest]);
  }
  const negative = graph.node('Relu', [convolve(graph, x, perChannel(slopes.map(() => -1)))]);
  return graph.node('Add', [convolve(graph, negative, perChannel(slopes.map((slope) => 1 - slope))), x]);
}

/** One factor for each channel. */
function perChannel(factors: Float32Array): Convolution {
  const dims = [factors.length, 1, 1, 1] as const;
  return { dims, weights: factors, strides: [1, 1], pads: [0, 0, 0, 0], groups: factors.length };
}

/** Adds zero channels at the end. A 1×1 convolution with the identity does it exactly and, unlike Pad, stays in
 * onnxruntime's blocked layout and merges with an addition that follows. */
export function addChannels(graph: Graph, x: string, from: number, to: number): string {
  const weights = new Float32Array(to * from);
  for (let channel = 0; channel < from; channel += 1) weights[channel * from + channel] = 1;
  return convolve(graph, x, { dims: [to, from, 1, 1], weights, strides: [1, 1], pads: [0, 0, 0, 0] });
}
