// TensorFlow's convolutions, pooling and matrix products, with what TensorFlow.js fused onto them.

import type { Conversion, TfNode, Value } from './tfjs-model.ts';
import { convolve, prelu, samePads, toOutputFirst, type Convolution } from './layers.ts';
import { convolvePixels } from './pixels.ts';
import { input, integers, text, texts, unsupported } from './tfjs-attributes.ts';

export function convolution(c: Conversion, node: TfNode): Value[] {
  const value = c.value(input(node, 0));
  const filters = c.weight(input(node, 1));
  if (!(filters?.data instanceof Float32Array)) throw unsupported(node, 'filters that are not constant');
  if (text(node, 'data_format', 'NHWC') !== 'NHWC') throw unsupported(node, 'another layout than NHWC');
  if (integers(node, 'dilations').some((dilation) => dilation !== 1)) throw unsupported(node, 'dilations');
  const [kernelHeight = 0, kernelWidth = 0, into = 0, multiplier = 0] = filters.dims;
  const depthwise = node.op.includes('Depthwise');
  const fused = texts(node, 'fused_ops');
  const place = window(node, value, [kernelHeight, kernelWidth]);
  const bias = fused[0] === 'BiasAdd' ? c.weight(input(node, 2)) : undefined;
  const out = depthwise ? into * multiplier : multiplier;
  const layer: Convolution = {
    dims: [out, depthwise ? 1 : into, kernelHeight, kernelWidth],
    // Depthwise filters [h, w, channel, multiplier] are those of a convolution from one channel to all of them.
    weights: toOutputFirst(filters.data, depthwise ? [kernelHeight, kernelWidth, 1, out] : filters.dims),
    ...(bias && { bias: Float32Array.from(bias.data) }),
    strides: place.strides,
    pads: place.pads,
    groups: depthwise ? into : 1,
  };
  const id = value.pixels ? convolvePixels(c.graph, value.id, layer, value.pixels) : convolve(c.graph, value.id, layer);
  const result: Value = { id, dims: [value.dims[0] ?? 1, ...place.size, out], planes: true };
  return [activate(c, node, result, bias ? fused.slice(1) : fused)];
}

function activate(c: Conversion, node: TfNode, value: Value, fused: readonly string[]): Value {
  const [activation, ...more] = fused;
  if (more.length > 0) throw unsupported(node, `${fused.join(' and ')} fused`);
  switch (activation) {
    case undefined:
      return value;
    case 'Relu':
      return { ...value, limits: { low: 0, high: Infinity } };
    case 'Relu6':
      return { ...value, limits: { low: 0, high: 6 } };
    case 'Sigmoid':
      return { ...value, id: c.graph.node('Sigmoid', [value.id]) };
    case 'Elu':
      return { ...value, id: c.graph.node('Elu', [value.id]) };
    case 'Prelu': {
      const slopes = c.weight(input(node, -1));
      if (!(slopes?.data instanceof Float32Array)) throw unsupported(node, 'slopes that are not constant');
      return { ...value, id: prelu(c.graph, value.id, slopes.data) };
    }
    default:
      throw unsupported(node, `${activation} fused`);
  }
}

export function maxPool(c: Conversion, node: TfNode): Value[] {
  const value = c.value(input(node, 0));
  const [, height = 1, width = 1] = integers(node, 'ksize');
  const place = window(node, value, [height, width]);
  const { strides, pads, size } = place;
  const id = c.graph.node('MaxPool', [value.id], { kernel_shape: [height, width], strides, pads });
  return [{ ...value, id, dims: [value.dims[0] ?? 1, ...size, value.dims[3] ?? 0] }];
}

interface Window {
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly size: readonly [number, number];
}

function window(node: TfNode, value: Value, kernel: readonly [number, number]): Window {
  if (!value.planes || value.dims.length !== 4) throw unsupported(node, 'an input that is not a feature map');
  const [, height = 0, width = 0] = value.dims;
  const [, down = 1, right = 1] = integers(node, 'strides');
  const same = text(node, 'padding') === 'SAME';
  const [top, bottom] = same ? samePads(height, kernel[0], down) : [0, 0];
  const [before, after] = same ? samePads(width, kernel[1], right) : [0, 0];
  return {
    strides: [down, right],
    pads: [top, before, bottom, after],
    size: [
      Math.floor((height + top + bottom - kernel[0]) / down) + 1,
      Math.floor((width + before + after - kernel[1]) / right) + 1,
    ],
  };
}

export function matMul(c: Conversion, node: TfNode): Value[] {
  const value = c.value(input(node, 0));
  const matrix = c.weight(input(node, 1));
  const [activation, ...rest] = texts(node, 'fused_ops').slice(1);
  if (!matrix || node.attr?.['transpose_a']?.b || node.attr?.['transpose_b']?.b || rest.length > 0) {
    throw unsupported(node, 'a matrix that is not constant, or transposed');
  }
  const bias = c.value(input(node, 2));
  const id = c.graph.node('Gemm', [c.plain(value), c.raw(input(node, 1)).id, bias.id]);
  const result: Value = { id, dims: [value.dims[0] ?? 1, matrix.dims[1] ?? 0], planes: false };
  return [activate(c, node, result, activation === undefined ? [] : [activation])];
}
