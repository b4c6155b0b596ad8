// Each compiled network against the library that its weights come from, on the same pixels: seeded noise and a photo out
// of the installed face-api.js package.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import type * as TensorFlow from '@tensorflow/tfjs';
import type * as Wasm from '@tensorflow/tfjs-backend-wasm';
import type * as FaceApi from '@vladmandic/face-api';
import sharp from 'sharp';
import { anchorTable } from './blazeface.ts';
import { buildModel } from './compile.ts';
import { MODELS, type ModelEntry, type ModelName } from './registry.ts';
import { openNetwork } from './session.ts';

const require = createRequire(import.meta.url);
const FACE_API_WASM = '@vladmandic/face-api/dist/face-api.node-wasm.js';
const FACE_API = dirname(dirname(require.resolve(FACE_API_WASM)));
const HUMAN = dirname(dirname(require.resolve('@vladmandic/human')));

const tf = require('@tensorflow/tfjs') as typeof TensorFlow;
const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof Wasm;
const faceapi = require(FACE_API_WASM) as typeof FaceApi;

/** What the original answers, by the names of the compiled network's outputs. */
type Answer = Record<string, Float32Array>;
type Original = (pixels: Uint8Array, entry: ModelEntry) => Promise<Answer>;

const SIGNED = (x: TensorFlow.Tensor4D) => tf.sub<TensorFlow.Tensor4D>(tf.div(x, 127.5), 1);
const UNIT = (x: TensorFlow.Tensor4D) => tf.div<TensorFlow.Tensor4D>(x, 255);
/** As gear/emotion.ts in human does it. */
const GREY = (x: TensorFlow.Tensor4D) =>
  tf.mul<TensorFlow.Tensor4D>(tf.sub(tf.sum(tf.mul(UNIT(x), [0.2989, 0.587, 0.114]), 3, true), 0.5), 2);

const ORIGINALS: Record<ModelName, Original> = {
  blazeface: graphModel(SIGNED, ['Identity', 'Identity_1', 'Identity_2', 'Identity_3'], (parts) => {
    const [scores16, scores8, boxes16, boxes8] = parts;
    const anchors = anchorTable();
    return {
      scores: join2(scores16, scores8).map((logit) => 1 / (1 + Math.exp(-logit))),
      boxes: join2(boxes16, boxes8).map((value, index) => value + (anchors[index] ?? 0)),
    };
  }),
  facemesh: graphModel(UNIT, ['Identity_2', 'Identity_1'], named('mesh', 'confidence')),
  iris: graphModel(UNIT, ['Identity'], named('points')),
  emotion: graphModel(GREY, ['Identity'], named('probabilities')),
  antispoof: graphModel(UNIT, ['Identity'], named('real')),
  liveness: graphModel(UNIT, ['Identity'], named('probabilities')),
  faceres: graphModel(
    (x) => x,
    ['age_pred/Softmax', 'gender_pred/Sigmoid', 'global_pooling/Mean'],
    named('age', 'gender', 'features'),
  ),
  'movenet-lightning': graphModel((x) => tf.cast(x, 'int32'), ['Identity'], named('points')),
  'dlib-resnet-v1': async (pixels, entry) => {
    await faceapi.nets.faceRecognitionNet.loadFromDisk(join(FACE_API, 'model'));
    const [height, width] = entry.size;
    const picture = tf.tensor3d(pixels, [height, width, 3]);
    const descriptor = await faceapi.nets.faceRecognitionNet.computeFaceDescriptor(picture);
    return { descriptor: descriptor as Float32Array };
  },
  'ssd-mobilenet-v1': async (pixels, entry) => {
    await faceapi.nets.ssdMobilenetv1.loadFromDisk(join(FACE_API, 'model'));
    const picture = tf.tensor3d(pixels, [...entry.size, 3]);
    const found = await faceapi.nets.ssdMobilenetv1.forward(picture);
    return { boxes: firstOf(found.boxes), scores: firstOf(found.scores) };
  },
};

before(async () => {
  wasm.setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist', '/'));
  await tf.setBackend('wasm');
  await tf.ready();
});

after(() => tf.disposeVariables());

for (const entry of Object.values(MODELS)) {
  test(`${entry.name} answers what the original answers`, async () => {
    const original = ORIGINALS[entry.name as ModelName];
    const network = await openNetwork(await built(entry));
    try {
      assert.deepEqual(network.outputs.toSorted(), Object.keys(entry.outputs).toSorted());
      for (const pixels of [noise(entry), await photo(entry)]) {
        const expected = await original(pixels, entry);
        const found = await network.run({ pixels: { data: pixels, dims: [1, ...entry.size, 3] } });
        for (const name of network.outputs) {
          assert.ok(largestError(found[name]?.data, expected[name]) <= 1e-4, `${entry.name}: ${name} differs`);
        }
      }
    } finally {
      await network.close();
    }
  });

  test(
    `${entry.name} answers the same in a batch`,
    { skip: entry.single && 'takes one picture at a time' },
    async () => {
      const network = await openNetwork(await built(entry));
      try {
        const pictures = [noise(entry), await photo(entry)];
        const both = await network.run({ pixels: { data: Buffer.concat(pictures), dims: [2, ...entry.size, 3] } });
        for (const [index, pixels] of pictures.entries()) {
          const alone = await network.run({ pixels: { data: pixels, dims: [1, ...entry.size, 3] } });
          for (const name of network.outputs) {
            const data = alone[name]?.data as Float32Array;
            const part = both[name]?.data.slice(index * data.length, (index + 1) * data.length);
            assert.ok(largestError(part, data) <= 1e-4, `${entry.name}: ${name} differs at place ${index}`);
          }
        }
      } finally {
        await network.close();
      }
    },
  );
}

const networks = new Map<string, Promise<Uint8Array>>();

function built(entry: ModelEntry): Promise<Uint8Array> {
  const made = networks.get(entry.name) ?? buildModel(entry);
  networks.set(entry.name, made);
  return made;
}

/** Largest absolute difference, in shares of the output's own range where that is over 1 (pixels and features). */
function largestError(found: unknown, expected: Float32Array | undefined): number {
  assert.ok(found instanceof Float32Array && expected && found.length === expected.length && found.length > 0);
  let range = 1;
  let error = 0;
  for (const [index, value] of expected.entries()) {
    range = Math.max(range, Math.abs(value));
    error = Math.max(error, Math.abs(value - (found[index] ?? Number.NaN)));
  }
  return Number.isNaN(error) ? Infinity : error / range;
}

function noise({ size: [height, width] }: ModelEntry): Uint8Array {
  // xorshift32, so that every run has the same noise.
  let state = 0x9e3779b9;
  return Uint8Array.from({ length: height * width * 3 }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
}

async function photo({ size: [height, width] }: ModelEntry): Promise<Uint8Array> {
  const picture = sharp(join(FACE_API, 'demo', 'sample1.jpg')).resize(width, height, { fit: 'cover' });
  return new Uint8Array(await picture.removeAlpha().toColourspace('srgb').raw().toBuffer());
}

function graphModel(
  prepare: (pixels: TensorFlow.Tensor4D) => TensorFlow.Tensor4D,
  nodes: readonly string[],
  name: (parts: readonly Float32Array[]) => Answer,
): Original {
  return async (pixels, entry) => {
    const base = join(HUMAN, entry.source.file);
    const json = JSON.parse(await readFile(`${base}.json`, 'utf8')) as {
      modelTopology: object;
      weightsManifest: TensorFlow.io.WeightsManifestConfig;
    };
    const model = await tf.loadGraphModel({
      load: async () => ({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
        weightData: new Uint8Array(await readFile(`${base}.bin`)).buffer,
      }),
    });
    try {
      return tf.tidy(() => {
        const picture = prepare(tf.tensor4d(Float32Array.from(pixels), [1, ...entry.size, 3]));
        const results = model.execute(picture, [...nodes]);
        return name([results].flat().map((tensor) => Float32Array.from(tensor.dataSync())));
      });
    } finally {
      model.dispose();
    }
  };
}

function firstOf(tensors: readonly { dataSync(): unknown }[]): Float32Array {
  return tensors[0]?.dataSync() as Float32Array;
}

function named(...names: readonly string[]): (parts: readonly Float32Array[]) => Answer {
  return (parts) => Object.fromEntries(parts.map((part, index) => [names[index] ?? '', part]));
}

function join2(a: Float32Array = new Float32Array(), b: Float32Array = new Float32Array()): Float32Array {
  return Float32Array.from([...a, ...b]);
}
