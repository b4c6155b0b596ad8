// Runs networks: the only file that knows onnxruntime. A run holds its thread until it is done, so callers who must not
// wait open the network on a worker thread.

import { env, InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Network, Tensor } from '../model-port.ts';
import { KithError, messageOf } from '../errors.ts';
import { itemOf, joinItems, type Tensors } from './batch.ts';

export interface NetworkOptions {
  /** Threads inside one run; 1 is the most work per core. */
  readonly threads?: number;
  /** Sizes for the free dimensions of the warm-up run; 1 where nothing is said. Null: no warm-up. */
  readonly warmUp?: Readonly<Record<string, number>> | null;
}

export interface TensorShape {
  readonly name: string;
  readonly type: string;
  /** A string is a free dimension. */
  readonly dims: readonly (number | string)[];
}

export interface OpenNetwork extends Network {
  readonly inputShapes: readonly TensorShape[];
  readonly outputShapes: readonly TensorShape[];
}

/** `model` is a file or its content. KithError `invalid` when onnxruntime cannot use it. */
export async function openNetwork(model: string | Uint8Array, options: NetworkOptions = {}): Promise<OpenNetwork> {
  keepToItself();
  env.logLevel = 'error';
  const session = await createSession(model, options.threads ?? 1);
  // Made for one picture at a time: a batch is then run one after the other.
  const [first] = session.inputMetadata;
  const oneByOne = session.inputMetadata.length === 1 && first?.isTensor === true && first.shape[0] === 1;
  let closed: Promise<void> | undefined;

  async function runOnce(feeds: Tensors): Promise<Record<string, Tensor>> {
    const given: Record<string, OrtTensor> = {};
    for (const [name, { data, dims }] of Object.entries(feeds)) given[name] = toOrt(data, dims);
    const results = await session.run(given);
    const answer: Record<string, Tensor> = {};
    // The outputs' memory belongs to JavaScript; the native values behind them are gone when `run` returns.
    for (const [name, { data, dims }] of Object.entries(results)) answer[name] = { data: data as Tensor['data'], dims };
    return answer;
  }

  async function run(feeds: Tensors): Promise<Tensors> {
    if (closed) throw new KithError('unavailable', 'The network has been closed.');
    const [input] = session.inputNames;
    const batch = (input !== undefined && feeds[input]?.dims[0]) || 1;
    if (!oneByOne || batch <= 1) return runOnce(feeds);
    const answers: Tensors[] = [];
    for (let index = 0; index < batch; index += 1) answers.push(await runOnce(itemOf(feeds, index)));
    return joinItems(answers);
  }

  const network: OpenNetwork = {
    inputs: session.inputNames,
    outputs: session.outputNames,
    inputShapes: session.inputMetadata.map(toShape),
    outputShapes: session.outputMetadata.map(toShape),
    run,
    close() {
      closed ??= session.release();
      return closed;
    },
  };
  if (options.warmUp !== null) {
    try {
      await run(blankFeeds(network.inputShapes, options.warmUp ?? {}));
    } catch (error) {
      await network.close();
      throw error;
    }
  }
  return network;
}

/** onnxruntime writes down each session, with the machine's id and the command line, and sends it to its makers, unless this is set
 * when the first one is opened. */
function keepToItself(): void {
  process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
}

async function createSession(model: string | Uint8Array, threads: number): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  };
  try {
    return typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  } catch (error) {
    throw new KithError('invalid', `onnxruntime cannot open the network: ${messageOf(error)}`, { cause: error });
  }
}

function toShape(value: InferenceSession.ValueMetadata): TensorShape {
  if (!value.isTensor) return { name: value.name, type: 'no tensor', dims: [] };
  // A free dimension without a name comes as an empty string.
  return { name: value.name, type: value.type, dims: value.shape.map((dim) => (dim === '' ? '?' : dim)) };
}

function toOrt(data: Tensor['data'], dims: readonly number[]): OrtTensor {
  if (data instanceof Float32Array) return new OrtTensor('float32', data, dims);
  if (data instanceof Uint8Array) return new OrtTensor('uint8', data, dims);
  if (data instanceof Int32Array) return new OrtTensor('int32', data, dims);
  return new OrtTensor('int64', data, dims);
}

function blankFeeds(shapes: readonly TensorShape[], sizes: Readonly<Record<string, number>>): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const { name, type, dims } of shapes) {
    const known = dims.map((dim) => (typeof dim === 'number' ? dim : (sizes[dim] ?? 1)));
    const length = known.reduce((product, dim) => product * dim, 1);
    feeds[name] = { data: blank(type, length), dims: known };
  }
  return feeds;
}

function blank(type: string, length: number): Tensor['data'] {
  if (type === 'uint8') return new Uint8Array(length);
  if (type === 'int32') return new Int32Array(length);
  return type === 'int64' ? new BigInt64Array(length) : new Float32Array(length);
}
