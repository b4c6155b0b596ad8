// face-api.js' SSD MobileNet v1 as a graph, after ssdMobilenetv1/ there, with its weights: 512×512 RGB in, 5,118 decoded
// boxes and their scores out. Batch normalisation and the pixels' are merged into the convolutions.

import { createGraph, type Graph } from './graph.ts';
import { convolve, limit, samePads, scaleOutputs, toOutputFirst, type Convolution } from './layers.ts';
import { tensor } from './named-weights.ts';
import type { OnnxGraph } from './onnx.ts';
import { convolvePixels, pixelInput, type Normalisation } from './pixels.ts';
import type { Weights } from './weights.ts';

const SIZE = 512;
const ANCHORS = 5118;
const EPSILON = 0.001;
/** Blocks of the backbone that halve the picture. */
const HALVING = new Set([2, 4, 6, 12]);

interface Map {
  readonly id: string;
  readonly size: number;
}

export function ssdMobilenet(weights: Weights, normalisation: Normalisation): OnnxGraph {
  const graph = createGraph('ssd-mobilenet-v1');
  const pixels = pixelInput(graph, SIZE, SIZE);
  const entry = pointwise(weights, 'MobilenetV1/Conv2d_0_pointwise', SIZE, 2);
  let x: Map = { id: limit(graph, convolvePixels(graph, pixels, entry, normalisation), 0, 6), size: SIZE / 2 };
  let early = x;
  for (let block = 1; block <= 13; block += 1) {
    x = relu6(graph, x, depthwise(weights, block, x.size));
    x = relu6(graph, x, pointwise(weights, `MobilenetV1/Conv2d_${block}_pointwise`, x.size, 1));
    if (block === 11) early = x;
  }
  const maps = [early, x];
  for (let step = 0; step < 8; step += 1) {
    const even = step % 2 === 0;
    x = relu6(graph, x, pointwise(weights, `Prediction/Conv2d_${step}_pointwise`, x.size, even ? 1 : 2));
    if (!even) maps.push(x);
  }
  const heads = maps.map((map, index) => {
    const head = (kind: string, numbers: number): string => {
      const name = `Prediction/BoxPredictor_${index}/${kind}`;
      const bias = tensor(weights, `${name}/biases`).data;
      const found = convolve(graph, map.id, { ...filters(weights, `${name}/weights`, map.size, 1), bias });
      const last = graph.node('Transpose', [found], { perm: [0, 2, 3, 1] });
      return graph.node('Reshape', [last, graph.ints([0, -1, numbers])]);
    };
    return { boxes: head('BoxEncodingPredictor', 4), classes: head('ClassPredictor', 3) };
  });
  const codes = graph.node(
    'Concat',
    heads.map(({ boxes }) => boxes),
    { axis: 1 },
  );
  const classes = graph.node(
    'Concat',
    heads.map((head) => head.classes),
    { axis: 1 },
  );
  // Of the three classes the second is the face; the first is the background, the third stays unused by face-api.js.
  const face = graph.node('Gather', [classes, graph.constant(BigInt64Array.of(1n), [])], { axis: 2 });
  graph.output('boxes', decode(graph, codes, tensor(weights, 'Output/extra_dim').data), 'float32', ['N', ANCHORS, 4]);
  graph.output('scores', graph.node('Sigmoid', [face]), 'float32', ['N', ANCHORS]);
  return graph.parts();
}

/** Codes are (dy, dx, log height, log width) against anchors (y0, x0, y1, x1), scaled by 10, 10, 5, 5. */
function decode(graph: Graph, codes: string, anchors: Float32Array): string {
  const centres = new Float32Array(ANCHORS * 2);
  const sizes = new Float32Array(ANCHORS * 2);
  for (let index = 0; index < ANCHORS * 2; index += 1) {
    const at = Math.floor(index / 2) * 4 + (index % 2);
    const [from = 0, to = 0] = [anchors[at], anchors[at + 2]];
    sizes[index] = to - from;
    centres[index] = from + (to - from) / 2;
  }
  const constant = (values: Float32Array) => graph.constant(values, [ANCHORS, 2]);
  const parts = graph.nodes('Split', [codes, graph.ints([2, 2])], { axis: 2 }, 2);
  const [offsets = '', logs = ''] = parts;
  const shift = graph.node('Mul', [offsets, constant(sizes.map((size) => size / 10))]);
  const middle = graph.node('Add', [shift, constant(centres)]);
  const growth = graph.node('Exp', [graph.node('Mul', [logs, graph.scalar(0.2)])]);
  const half = graph.node('Mul', [growth, constant(sizes.map((size) => size / 2))]);
  const corners = [graph.node('Sub', [middle, half]), graph.node('Add', [middle, half])];
  return graph.node('Concat', corners, { axis: 2 });
}

function relu6(graph: Graph, { id, size }: Map, layer: Convolution): Map {
  return { id: limit(graph, convolve(graph, id, layer), 0, 6), size: Math.ceil(size / layer.strides[0]) };
}

function pointwise(weights: Weights, name: string, size: number, stride: number): Convolution {
  const bias = tensor(weights, `${name}/convolution_bn_offset`).data;
  return { ...filters(weights, `${name}/weights`, size, stride), bias };
}

function filters(weights: Weights, name: string, size: number, stride: number): Convolution {
  const { data, dims } = tensor(weights, name);
  const [height = 0, width = 0, into = 0, out = 0] = dims;
  const [before, after] = samePads(size, height, stride);
  return {
    dims: [out, into, height, width],
    weights: toOutputFirst(data, dims),
    strides: [stride, stride],
    pads: [before, before, after, after],
  };
}

function depthwise(weights: Weights, block: number, size: number): Convolution {
  const prefix = `MobilenetV1/Conv2d_${block}_depthwise`;
  const { data, dims } = tensor(weights, `${prefix}/depthwise_weights`);
  const [height = 0, width = 0, channels = 0] = dims;
  const stride = HALVING.has(block) ? 2 : 1;
  const [before, after] = samePads(size, height, stride);
  const normalisation = (part: string) => tensor(weights, `${prefix}/BatchNorm/${part}`).data;
  const [gamma, beta, mean] = [normalisation('gamma'), normalisation('beta'), normalisation('moving_mean')];
  const variance = normalisation('moving_variance');
  const scale = gamma.map((value, index) => value / Math.sqrt((variance[index] ?? 0) + EPSILON));
  const layer: Convolution = {
    dims: [channels, 1, height, width],
    weights: toOutputFirst(data, [height, width, 1, channels]),
    strides: [stride, stride],
    pads: [before, before, after, after],
    groups: channels,
  };
  return scaleOutputs(
    layer,
    scale,
    beta.map((value, index) => value - (mean[index] ?? 0) * (scale[index] ?? 0)),
  );
}
