// The table of the bundled models. To add one: an entry here, and where its weights come without a graph (or its outputs
// want work) a function beside it. The same rules hold for all of them:
//   input    `pixels`  uint8 [N, height, width, 3], RGB, rows from the top, no normalisation by the caller: it is inside
//            the network. N is free except where `single` is set. A batch is run in one go.
//   outputs  float32, names and shapes as listed; coordinates are pixels of the network's input unless said otherwise.

import type { AlignmentTemplate, DistancePrior, Metric } from '../model-port.ts';
import { blazefaceOutputs } from './blazeface.ts';
import { dlibResnet } from './dlib-resnet.ts';
import type { Graph } from './graph.ts';
import type { OnnxGraph } from './onnx.ts';
import { greyscale, normalise, type Normalisation } from './pixels.ts';
import { ssdMobilenet } from './ssd-mobilenet.ts';
import type { Weights } from './weights.ts';

export type Task =
  | 'detector-near'
  | 'detector-far'
  | 'mesh'
  | 'embedder'
  | 'iris'
  | 'emotion'
  | 'antispoof'
  | 'liveness'
  | 'attributes'
  | 'body';

export interface ModelEntry {
  readonly name: string;
  readonly task: Task;
  readonly source: { readonly package: '@vladmandic/human' | '@vladmandic/face-api'; readonly file: string };
  readonly size: readonly [height: number, width: number];
  readonly normalisation: Normalisation;
  /** Of the input; all bundled ones are alike. */
  readonly layout: 'nhwc';
  /** One picture at a time. */
  readonly single?: true;
  readonly outputs: Readonly<Record<string, string>>;
  readonly embedding?: Embedding;
  readonly licence: string;
  /** Counted up when the numbers that the network answers change: templates made before are then made anew. */
  readonly revision: number;
  /** `graph`: a TensorFlow.js graph model, of which `finish` names the outputs. `weights`: named tensors only. */
  readonly build:
    | { readonly from: 'graph'; readonly finish: Finish }
    | { readonly from: 'weights'; readonly compose: Compose };
}

/** Names the outputs; `result` answers the ONNX name of a node's result. */
type Finish = (graph: Graph, result: (node: string) => string) => void;
type Compose = (weights: Weights, normalisation: Normalisation) => OnnxGraph;

export interface Embedding {
  readonly alignment: AlignmentTemplate;
  readonly dimensions: number;
  readonly metric: Metric;
  readonly threshold: number;
  readonly prior?: DistancePrior;
}

/** Strangers' distances with mirror-averaged templates against galleries of 50 and 200 persons with one to three photos each, on the
 * people of LFW's development training pairs: `bench/rules.ts` prints them. With 5 to 1,000 persons they differ by less than the
 * choice of people does, with other recipes by less than 0.005. */
const DLIB_PRIOR: DistancePrior = {
  neighbourhood: 0.18,
  missing: 0.3,
  tail: [
    [0.1, 0.369],
    [0.03, 0.348],
    [0.01, 0.332],
    [0.003, 0.314],
    [0.001, 0.299],
    [0.0003, 0.276],
  ],
};

const HUMAN = '@vladmandic/human';
const FACE_API = '@vladmandic/face-api';
const UNIT = normalise(255);
const SIGNED = normalise(127.5, [127.5, 127.5, 127.5]);
const BYTES = normalise(1);

const entries = [
  {
    name: 'blazeface',
    task: 'detector-near',
    source: { package: HUMAN, file: 'models/blazeface' },
    size: [256, 256],
    normalisation: SIGNED,
    outputs: {
      scores: '[N, 896] certainty 0..1',
      boxes:
        '[N, 896, 16] centre x, centre y, width, height, then x, y of right eye, left eye, nose, mouth, right ear, left ear',
    },
    licence: 'Apache-2.0 (MediaPipe), packaged under MIT',
    revision: 1,
    build: { from: 'graph', finish: blazefaceOutputs },
  },
  {
    name: 'ssd-mobilenet-v1',
    task: 'detector-far',
    source: { package: FACE_API, file: 'model/ssd_mobilenetv1_model' },
    size: [512, 512],
    normalisation: SIGNED,
    outputs: {
      boxes: '[N, 5118, 4] y0, x0, y1, x1 as shares of the input side, before non-maximum suppression',
      scores: '[N, 5118] certainty 0..1',
    },
    licence: 'MIT (face-api.js), trained on WIDER FACE',
    revision: 1,
    build: { from: 'weights', compose: ssdMobilenet },
  },
  {
    name: 'facemesh',
    task: 'mesh',
    source: { package: HUMAN, file: 'models/facemesh' },
    size: [192, 192],
    normalisation: UNIT,
    outputs: { mesh: '[N, 468, 3] x, y, z', confidence: '[N, 1] certainty 0..1 that this is a face' },
    licence: 'Apache-2.0 (MediaPipe), packaged under MIT',
    revision: 1,
    build: {
      from: 'graph',
      finish: (graph, result) => {
        const mesh = graph.node('Reshape', [result('Identity_2'), graph.ints([0, 468, 3])]);
        graph.output('mesh', mesh, 'float32', ['N', 468, 3]);
        graph.output('confidence', result('Identity_1'), 'float32', ['N', 1]);
      },
    },
  },
  {
    name: 'dlib-resnet-v1',
    task: 'embedder',
    source: { package: FACE_API, file: 'model/face_recognition_model' },
    size: [150, 150],
    // face-api.js divides by 255 where dlib divides by 256; this is face-api.js' way.
    normalisation: normalise(255, [122.782, 117.001, 104.298]),
    outputs: { descriptor: '[N, 128] not of unit length' },
    embedding: { alignment: 'dlib5', dimensions: 128, metric: 'euclidean', threshold: 0.6, prior: DLIB_PRIOR },
    licence: 'public domain (dlib), packaged under MIT',
    // 2: chips show 0.97 of dlib's, dark ones are brightened.
    revision: 2,
    build: { from: 'weights', compose: dlibResnet },
  },
  {
    name: 'iris',
    task: 'iris',
    source: { package: HUMAN, file: 'models/iris' },
    size: [64, 64],
    normalisation: UNIT,
    outputs: { points: '[N, 76, 3] x, y, z: 71 of the eye and brow, then 5 of the iris, its centre first' },
    licence: 'Apache-2.0 (MediaPipe), packaged under MIT',
    revision: 1,
    build: {
      from: 'graph',
      finish: (graph, result) => {
        const points = graph.node('Reshape', [result('Identity'), graph.ints([0, 76, 3])]);
        graph.output('points', points, 'float32', ['N', 76, 3]);
      },
    },
  },
  {
    name: 'emotion',
    task: 'emotion',
    source: { package: HUMAN, file: 'models/emotion' },
    size: [64, 64],
    normalisation: greyscale([0.2989, 0.587, 0.114], 127.5, 127.5),
    outputs: { probabilities: '[N, 7] angry, disgust, fear, happy, sad, surprise, neutral' },
    licence: 'MIT (oarriaga/face_classification), packaged under MIT',
    revision: 1,
    build: { from: 'graph', finish: only('Identity', 'probabilities', ['N', 7]) },
  },
  {
    name: 'antispoof',
    task: 'antispoof',
    source: { package: HUMAN, file: 'models/antispoof' },
    size: [128, 128],
    normalisation: UNIT,
    outputs: { real: '[N, 1] certainty 0..1 that this is no print or screen' },
    licence: 'MIT (human)',
    revision: 1,
    build: { from: 'graph', finish: only('Identity', 'real', ['N', 1]) },
  },
  {
    name: 'liveness',
    task: 'liveness',
    source: { package: HUMAN, file: 'models/liveness' },
    size: [32, 32],
    normalisation: UNIT,
    outputs: { probabilities: '[N, 2] live, not live' },
    licence: 'MIT (human)',
    revision: 1,
    build: { from: 'graph', finish: only('Identity', 'probabilities', ['N', 2]) },
  },
  {
    name: 'faceres',
    task: 'attributes',
    source: { package: HUMAN, file: 'models/faceres' },
    size: [224, 224],
    normalisation: BYTES,
    outputs: {
      age: '[N, 100] probabilities',
      gender: '[N, 1] 0 female .. 1 male',
      features: '[N, 1024]',
    },
    licence: 'MIT (HSE-FaceRes), packaged under MIT',
    revision: 1,
    build: {
      from: 'graph',
      finish: (graph, result) => {
        graph.output('age', result('age_pred/Softmax'), 'float32', ['N', 100]);
        graph.output('gender', result('gender_pred/Sigmoid'), 'float32', ['N', 1]);
        graph.output('features', result('global_pooling/Mean'), 'float32', ['N', 1024]);
      },
    },
  },
  {
    name: 'movenet-lightning',
    task: 'body',
    source: { package: HUMAN, file: 'models/movenet-lightning' },
    size: [192, 192],
    normalisation: BYTES,
    single: true,
    outputs: { points: '[1, 17, 3] y, x as shares of the input side, certainty' },
    licence: 'Apache-2.0 (TensorFlow), packaged under MIT',
    revision: 1,
    build: {
      from: 'graph',
      finish: (graph, result) => {
        const points = graph.node('Reshape', [result('Identity'), graph.ints([1, 17, 3])]);
        graph.output('points', points, 'float32', [1, 17, 3]);
      },
    },
  },
] as const satisfies readonly Omit<ModelEntry, 'layout'>[];

export type ModelName = (typeof entries)[number]['name'];

/** All bundled models by name. */
export const MODELS: Readonly<Record<ModelName, ModelEntry>> = byName();

function byName(): Readonly<Record<ModelName, ModelEntry>> {
  const table: Partial<Record<ModelName, ModelEntry>> = {};
  for (const entry of entries) table[entry.name] = { layout: 'nhwc', ...entry };
  return table as Record<ModelName, ModelEntry>;
}

function only(node: string, name: string, dims: readonly (number | string)[]) {
  return (graph: Graph, result: (node: string) => string): void => graph.output(name, result(node), 'float32', dims);
}
