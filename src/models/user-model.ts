// A network of the user's own: checked at start, then wrapped so that it takes the same bytes and gives the same kind of
// answer as the bundled ones, and kept in the model cache.

import { readFile } from 'node:fs/promises';
import type { AlignmentTemplate, EmbedderInfo, Tensor } from '../model-port.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { cached, contentHash, converterHash } from './cache.ts';
import { createGraph } from './graph.ts';
import { hasExternalWeights, joinGraphs } from './onnx-join.ts';
import type { OnnxGraph } from './onnx.ts';
import { openNetwork, type OpenNetwork, type TensorShape } from './session.ts';
import { decoder } from './user-decode.ts';
import type { UserDetector, UserEmbedder, UserModel } from './user-schema.ts';

export interface PreparedEmbedder {
  /** Takes `pixels` uint8 [N, height, width, 3] RGB, answers `descriptor` [N, dimensions]. */
  readonly file: string;
  readonly info: EmbedderInfo;
  readonly size: readonly [height: number, width: number];
  readonly alignment: AlignmentTemplate;
}

export interface PreparedDetector {
  /** Takes `pixels` uint8 [N, height, width, 3] RGB, answers `boxes`, `scores` and `points` (see user-decode.ts). */
  readonly file: string;
  readonly size: readonly [height: number, width: number];
}

/** KithError `invalid` that says what is wrong with which file. */
export async function prepareEmbedder(entry: UserEmbedder, cacheDir: string): Promise<PreparedEmbedder> {
  const { file, hash } = await prepare(entry, cacheDir);
  const { dimensions, metric, threshold, size, alignment } = entry;
  return { file, size, alignment, info: { id: `${entry.name}@${hash.slice(0, 8)}`, dimensions, metric, threshold } };
}

/** KithError `invalid` that says what is wrong with which file. */
export async function prepareDetector(entry: UserDetector, cacheDir: string): Promise<PreparedDetector> {
  const { file } = await prepare(entry, cacheDir);
  return { file, size: entry.size };
}

/** Everything that can be checked before the first picture; nothing is written. KithError `invalid`. */
export async function validateModel(entry: UserModel): Promise<void> {
  await wrap(entry, await readModel(entry));
}

async function prepare(entry: UserModel, cacheDir: string): Promise<{ file: string; hash: string }> {
  const bytes = await readModel(entry);
  // What changes the numbers that come out belongs to the mark on the templates; the threshold does not.
  const { size, layout, channels, mean, std } = entry;
  const hash = contentHash(bytes, JSON.stringify([size, layout, channels, mean, std]));
  const key = contentHash(hash, JSON.stringify(entry), await converterHash()).slice(0, 16);
  const { file } = await cached(cacheDir, `${entry.name}-${key}`, () => wrap(entry, bytes));
  return { file, hash };
}

async function readModel(entry: UserModel): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(entry.file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw refusal(entry, missing ? 'there is no such file' : `it cannot be read (${messageOf(error)})`, error);
  }
  if (bytes.length === 0) throw refusal(entry, 'the file is empty');
  return bytes;
}

async function wrap(entry: UserModel, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    checkSettings(entry);
    const network = await openOriginal(bytes);
    try {
      const input = checkInput(entry, network);
      const batch = typeof input.dims[0] === 'number' ? 1 : 'N';
      const outputs = await tryOut(entry, network, input);
      const before = pixelsBefore(entry, input.name, batch);
      const wrapped = joinGraphs(bytes, { input: input.name, before, after: after(entry, outputs, batch) });
      await check(entry, wrapped);
      return wrapped;
    } finally {
      await network.close();
    }
  } catch (error) {
    throw isKithError(error) ? refusal(entry, error.message, error.cause) : error;
  }
}

function checkSettings(entry: UserModel): void {
  if (entry.task !== 'embedder') return;
  const side = entry.alignment === 'arcface5' ? 112 : 150;
  if (entry.size.every((length) => length === side)) return;
  throw fault(`the alignment ${entry.alignment} makes ${side}×${side} pixels, the size says ${shown(entry.size)}`);
}

async function openOriginal(bytes: Uint8Array): Promise<OpenNetwork> {
  try {
    return await openNetwork(bytes, { warmUp: null });
  } catch (error) {
    let external = false;
    try {
      external = hasExternalWeights(bytes);
    } catch {
      // Not even protobuf: what onnxruntime says is enough.
    }
    if (external) throw fault('it keeps its weights in a second file; save it as one file', error);
    const cause = error instanceof Error ? error.cause : error;
    throw fault(`it is damaged or no ONNX network (onnxruntime: ${messageOf(cause)})`, error);
  }
}

function checkInput(entry: UserModel, network: OpenNetwork): TensorShape {
  const [input, ...others] = network.inputShapes;
  if (!input || others.length > 0) {
    const names = network.inputs.join(', ');
    throw fault(`it must have one input, a picture, but has ${network.inputs.length} (${names})`);
  }
  if (input.type !== 'float32') throw fault(`its input "${input.name}" is ${input.type}, not float32`);
  const [height, width] = entry.size;
  const expected = entry.layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3];
  const fits = expected.every((length, axis) => {
    const dim = input.dims[axis];
    return typeof dim === 'string' || dim === length;
  });
  if (input.dims.length === 4 && fits) return input;
  const wanted = `[N, ${expected.slice(1).join(', ')}] (${entry.layout}, size ${shown(entry.size)})`;
  throw fault(`its input "${input.name}" has the shape [${input.dims.join(', ')}], the settings say ${wanted}`);
}

/** Runs one blank picture: exports often leave the shape of the outputs open. */
async function tryOut(
  entry: UserModel,
  network: OpenNetwork,
  input: TensorShape,
): Promise<{ name: string; dims: readonly number[] }[]> {
  const [height, width] = entry.size;
  const dims = entry.layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3];
  let found: Readonly<Record<string, Tensor>>;
  try {
    found = await network.run({ [input.name]: { data: new Float32Array(height * width * 3), dims } });
  } catch (error) {
    throw fault(`it cannot run on one picture of ${shown(entry.size)} (${messageOf(error)})`, error);
  }
  return network.outputShapes.map((output) => {
    if (output.type === 'float32') return { name: output.name, dims: found[output.name]?.dims ?? [] };
    throw fault(`its output "${output.name}" is ${output.type}, not float32`);
  });
}

/** `pixels` → what the network wants. */
function pixelsBefore(entry: UserModel, input: string, batch: number | string): OnnxGraph {
  const [height, width] = entry.size;
  const graph = createGraph('pixels', 'kith/in/');
  let x = graph.input('pixels', 'uint8', [batch, height, width, 3]);
  if (entry.channels === 'bgr') x = graph.node('Gather', [x, graph.ints([2, 1, 0])], { axis: 3 });
  if (entry.layout === 'nchw') x = graph.node('Transpose', [x], { perm: [0, 3, 1, 2] });
  x = graph.node('Cast', [x], { to: 1 });
  const perChannel = (value: number | readonly number[]) => {
    const values = Float32Array.from(typeof value === 'number' ? [value, value, value] : value);
    return graph.constant(values, entry.layout === 'nchw' ? [3, 1, 1] : [3]);
  };
  x = graph.node('Div', [graph.node('Sub', [x, perChannel(entry.mean)]), perChannel(entry.std)]);
  graph.output(input, x, 'float32', []);
  return graph.parts();
}

function after(
  entry: UserModel,
  outputs: readonly { name: string; dims: readonly number[] }[],
  batch: number | string,
): OnnxGraph {
  if (entry.task === 'detector') return decoder(entry.kind, outputs, entry.size, batch);
  const { dimensions } = entry;
  const output = outputs.find(({ dims }) => dims.reduce((product, dim) => product * dim, 1) === dimensions);
  if (!output) {
    const shapes = outputs.map(({ name, dims }) => `"${name}" [${dims.join(', ')}]`).join(', ');
    throw fault(`the settings say ${dimensions} dimensions, but it answers ${shapes} for one picture`);
  }
  const graph = createGraph('descriptor', 'kith/out/');
  const flat = graph.node('Reshape', [output.name, graph.ints([-1, dimensions])]);
  graph.output('descriptor', flat, 'float32', [batch, dimensions]);
  return graph.parts();
}

/** The wrapped network runs, and answers numbers. */
async function check(entry: UserModel, wrapped: Uint8Array): Promise<void> {
  const network = await openNetwork(wrapped, { warmUp: null });
  try {
    const [height, width] = entry.size;
    const data = new Uint8Array(height * width * 3).fill(128);
    const answer = await network.run({ pixels: { data, dims: [1, height, width, 3] } });
    for (const [name, tensor] of Object.entries(answer)) {
      if (tensor.data instanceof Float32Array && tensor.data.every((value) => Number.isFinite(value))) continue;
      throw fault(`its ${name} are not finite numbers on a grey picture; do mean and std belong to it?`);
    }
  } finally {
    await network.close();
  }
}

function shown([height, width]: readonly number[]): string {
  return `${height}×${width}`;
}

/** What is wrong; `wrap` adds with which file. */
function fault(what: string, cause?: unknown): KithError {
  return new KithError('invalid', what, { cause });
}

function refusal(entry: UserModel, what: string, cause?: unknown): KithError {
  return new KithError('invalid', `The model ${entry.name} (${entry.file}) cannot be used: ${what}.`, { cause });
}
