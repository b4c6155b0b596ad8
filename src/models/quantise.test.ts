import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrate } from './calibrate.ts';
import { createGraph } from './graph.ts';
import { convolve, limit, type Convolution } from './layers.ts';
import { encodeModel, type OnnxGraph } from './onnx.ts';
import { pixelInput } from './pixels.ts';
import { measuredValues, quantise, type Calibration } from './quantise.ts';
import { correctBias, narrowFilters } from './quantise-weights.ts';
import { openNetwork } from './session.ts';
import { createSpread } from './value-range.ts';

const SIZE = [4, 4] as const;
const PICTURE = Uint8Array.from({ length: 48 }, (_, i) => (i * 37) % 256);

function layer(
  dims: readonly [number, number, number, number],
  weights: readonly number[],
  bias: readonly number[],
): Convolution {
  return {
    dims,
    weights: Float32Array.from(weights),
    bias: Float32Array.from(bias),
    strides: [1, 1],
    pads: [0, 0, 0, 0],
  };
}

/** Picture → 1×1 convolution to 2 channels, ReLU → largest of 2×2 → 1×1 convolution, plus the largest. */
function small(): OnnxGraph {
  const graph = createGraph('small');
  const first = convolve(graph, pixelInput(graph, 4, 4), layer([2, 3, 1, 1], [1, 0, 0, 0, 1, -1], [0, 20]));
  const largest = graph.node('MaxPool', [limit(graph, first, 0, Infinity)], { kernel_shape: [2, 2], strides: [2, 2] });
  const second = convolve(graph, largest, layer([2, 2, 1, 1], [0.5, 0, 0.25, -0.5], [10, 0]));
  graph.output('answer', graph.node('Add', [second, largest]), 'float32', ['N', 2, 2, 2]);
  return graph.parts();
}

async function answerOf(graph: OnnxGraph): Promise<Float32Array> {
  const network = await openNetwork(encodeModel(graph), { warmUp: null });
  try {
    const { answer } = await network.run({ pixels: { data: PICTURE, dims: [1, 4, 4, 3] } });
    return answer?.data as Float32Array;
  } finally {
    await network.close();
  }
}

test('everything between the picture and the answer runs on bytes', async () => {
  const graph = small();
  const ranges: Calibration = new Map(
    measuredValues(graph).map((value) => [value, { low: -255, high: 255, mean: [] }]),
  );
  const { nodes } = quantise(graph, ranges);
  const counts = Object.groupBy(nodes, ({ op }) => op);
  // Two convolutions and a sum; the pixels are bytes already, the ReLU is what bytes do, the largest of bytes is a byte.
  assert.equal(counts['QuantizeLinear']?.length, 3);
  assert.equal(counts['Relu'], undefined);
  assert.equal(counts['Cast'], undefined);
  const [pool] = counts['MaxPool'] ?? [];
  const written = new Set(counts['QuantizeLinear']?.flatMap(({ outputs }) => outputs));
  assert.ok(written.has(pool?.inputs[0] ?? ''));
});

test('a network whose numbers are whole steps answers them exactly', async () => {
  const graph = small();
  const [afterRelu = '', afterSecond = '', sum = ''] = measuredValues(graph);
  // Steps of 1 from 0; of 1 from −128; of 2 from −60.
  const calibration: Calibration = new Map([
    [afterRelu, { low: 0, high: 255, mean: [0, 0] }],
    [afterSecond, { low: -128, high: 127, mean: [0, 0] }],
    [sum, { low: -60, high: 450, mean: [0, 0] }],
  ]);
  const [float, int8] = [await answerOf(graph), await answerOf(quantise(graph, calibration))];
  for (const [i, value] of float.entries()) {
    // Half a step of the sum, half a step of each summand, and a hundredth for the weights.
    assert.ok(Math.abs(value - (int8[i] ?? NaN)) <= 1 + 0.5 + 0.01 * 255, `${value} became ${int8[i]}`);
  }
  assert.ok(float.some((value) => value > 200));
});

test('calibration finds the ranges, and the answers stay within their steps', async () => {
  const graph = small();
  const calibration = await calibrate(graph, SIZE, [PICTURE]);
  const float = await answerOf(graph);
  const int8 = await answerOf(quantise(graph, calibration));
  for (const [i, value] of float.entries()) assert.ok(Math.abs(value - (int8[i] ?? NaN)) < 5, `${value}, ${int8[i]}`);
  const other = new Map([...calibration].slice(1));
  assert.throws(() => quantise(graph, other), /was not measured: calibrate the network anew/);
});

test('weights keep their filter within a step, and no two neighbours exceed 16 bits', () => {
  // Two filters of 2 × 2 places and 4 channels: large neighbours of one sign, and a small filter of its own scale.
  const data = Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? 1 - (i % 5) * 0.1 : 0.01 * ((i % 7) - 3)));
  const dims = [2, 4, 2, 2];
  const { bytes, scales } = narrowFilters({ data, dims }, new Float32Array(2), 1);
  for (const [i, weight] of data.entries()) {
    const scale = scales[Math.floor(i / 16)] ?? NaN;
    assert.ok(Math.abs((bytes[i] ?? NaN) * scale - weight) <= scale / 2 + 1e-6);
  }
  for (let filter = 0; filter < 2; filter += 1) {
    for (let place = 0; place < 4; place += 1) {
      for (const channel of [0, 2]) {
        const at = (c: number) => bytes[filter * 16 + c * 4 + place] ?? NaN;
        assert.ok(255 * Math.abs(at(channel) + at(channel + 1)) < 32_768);
      }
    }
  }
  assert.ok(
    bytes.some((byte) => Math.abs(byte) > 63),
    'all of them got 7 bits',
  );
});

test('filters of zeros and large biases of small filters are no trouble', () => {
  const bias = Float32Array.of(3, 1000);
  const { bytes, scales } = narrowFilters({ data: Float32Array.of(0, 1e-12), dims: [2, 1, 1, 1] }, bias, 1e-3);
  assert.deepEqual([...bytes], [0, 0]);
  for (const [channel, scale] of scales.entries()) assert.ok((bias[channel] ?? 0) / (scale * 1e-3) < 2 ** 31);
});

test('the bias takes back what rounding the weights adds on average', () => {
  const filters = { data: Float32Array.of(1, 0.5), dims: [1, 2, 1, 1] };
  const rounded = { bytes: Int8Array.of(10, 6), scales: Float32Array.of(0.1) };
  const [bias = NaN] = correctBias(Float32Array.of(2), filters, rounded, [7, 10], 1);
  // The second weight became 0.6, its input is 10 on average.
  assert.ok(Math.abs(bias - 1) < 1e-5);
});

test('a range covers even values whole, and gives up rare large ones', () => {
  const even = createSpread();
  even.add(
    Float32Array.from({ length: 2000 }, (_, i) => i / 1000),
    2,
  );
  const { low, high, mean } = even.measured();
  assert.ok(low === 0 && high > 1.9 && high <= 2);
  assert.ok(Math.abs((mean[0] ?? NaN) - 0.5) < 0.01 && Math.abs((mean[1] ?? NaN) - 1.5) < 0.01);

  const rare = createSpread();
  const usual = Float32Array.from({ length: 40_000 }, (_, i) => Math.abs(Math.cos(i)));
  for (let picture = 0; picture < 50; picture += 1) rare.add(usual, 1);
  rare.add(Float32Array.of(40), 1);
  const clipped = rare.measured();
  assert.ok(clipped.high < 20 && clipped.high > 1, String(clipped.high));
});
