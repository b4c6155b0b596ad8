// dlib's face recognition ResNet as a graph, after faceRecognitionNet/ in face-api.js, with its weights: 150×150 RGB in,
// 128 numbers out. Scale layers and the normalisation are merged into the convolutions.

import { createGraph, type Graph } from './graph.ts';
import { addChannels, convolve, limit, scaleOutputs, toOutputFirst, type Convolution } from './layers.ts';
import { convolvePixels, pixelInput, type Normalisation } from './pixels.ts';
import { tensor } from './named-weights.ts';
import type { OnnxGraph } from './onnx.ts';
import type { Weights } from './weights.ts';

const SIZE = 150;
const BLOCKS = [
  'conv32_1',
  'conv32_2',
  'conv32_3',
  'conv64_down',
  'conv64_1',
  'conv64_2',
  'conv64_3',
  'conv128_down',
  'conv128_1',
  'conv128_2',
  'conv256_down',
  'conv256_1',
  'conv256_2',
  'conv256_down_out',
];

export function dlibResnet(weights: Weights, normalisation: Normalisation): OnnxGraph {
  const graph = createGraph('dlib-resnet');
  const pixels = pixelInput(graph, SIZE, SIZE);
  const first = layer(weights, 'conv32_down', 2);
  let x = limit(graph, convolvePixels(graph, pixels, first, normalisation), 0, Infinity);
  x = graph.node('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2] });
  let size = 35;
  for (const name of BLOCKS) {
    if (name.includes('down')) {
      x = downBlock(graph, weights, name, x, size);
      size = Math.floor(size / 2);
    } else {
      x = block(graph, weights, name, x);
    }
  }
  const pooled = graph.node('Flatten', [graph.node('GlobalAveragePool', [x])], { axis: 1 });
  const { data, dims } = tensor(weights, 'fc');
  const descriptor = graph.node('MatMul', [pooled, graph.constant(data, dims)]);
  graph.output('descriptor', descriptor, 'float32', ['N', 128]);
  return graph.parts();
}

function block(graph: Graph, weights: Weights, name: string, x: string): string {
  const inner = limit(graph, convolve(graph, x, layer(weights, `${name}/conv1`, 1)), 0, Infinity);
  const sum = graph.node('Add', [convolve(graph, inner, layer(weights, `${name}/conv2`, 1)), x]);
  return limit(graph, sum, 0, Infinity);
}

/** Halves the picture. The shortcut is the 2×2 mean with zero channels added; where the valid convolution comes out one
 * row and column smaller than it, zeros are added at the bottom and right. */
function downBlock(graph: Graph, weights: Weights, name: string, x: string, size: number): string {
  const first = layer(weights, `${name}/conv1`, 2);
  const inner = limit(graph, convolve(graph, x, first), 0, Infinity);
  const second = layer(weights, `${name}/conv2`, 1);
  // Of a map of one pixel a padded 3×3 convolution sees nothing but the middle.
  const path = convolve(graph, inner, size < 5 ? middleOf(second) : second);
  const missing = Math.floor(size / 2) - Math.floor((size - 1) / 2);
  const pads = graph.ints([0, 0, 0, 0, 0, 0, missing, missing]);
  const [out, into] = first.dims;
  const mean = graph.node('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
  const shortcut = out === into ? mean : addChannels(graph, mean, into, out);
  const sum = graph.node('Add', [missing > 0 ? graph.node('Pad', [path, pads]) : path, shortcut]);
  return limit(graph, sum, 0, Infinity);
}

function middleOf(convolution: Convolution): Convolution {
  const [out, into, height, width] = convolution.dims;
  const area = height * width;
  const weights = convolution.weights.filter((_, index) => index % area === (area - 1) / 2);
  return { ...convolution, dims: [out, into, 1, 1], weights, pads: [0, 0, 0, 0] };
}

function layer(weights: Weights, name: string, stride: number): Convolution {
  const filters = tensor(weights, `${name}/conv/filters`);
  const [height = 0, width = 0, into = 0, out = 0] = filters.dims;
  const pad = stride === 1 ? (height - 1) / 2 : 0;
  const convolution: Convolution = {
    dims: [out, into, height, width],
    weights: toOutputFirst(filters.data, filters.dims),
    bias: tensor(weights, `${name}/conv/bias`).data,
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
  };
  const scale = tensor(weights, `${name}/scale/weights`).data;
  return scaleOutputs(convolution, scale, tensor(weights, `${name}/scale/biases`).data);
}
