import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Value } from 'typebox/value';
import { isKithError } from '../errors.ts';
import { createGraph, type Dims } from './graph.ts';
import type { DataType } from './onnx.ts';
import { openNetwork } from './session.ts';
import { prepareEmbedder, validateModel } from './user-model.ts';
import { UserModelSchema, type UserEmbedder } from './user-schema.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-user-model-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const DIMENSIONS = 8;
/** Weight of channel c in number d. */
const weight = (c: number, d: number): number => (c + 1) * 0.1 + d * 0.01 * (c - 1);

interface Variant {
  readonly type?: DataType;
  readonly dims?: Dims;
  readonly nhwc?: boolean;
  readonly inputName?: string;
  /** The descriptor is divided by this. */
  readonly divisor?: number;
  readonly secondInput?: boolean;
}

/** An "embedder" whose numbers can be worked out by hand: weighted means of the three channels. */
function meanNetwork(variant: Variant = {}): Uint8Array {
  const { type = 'float32', dims = ['N', 3, 112, 112], nhwc = false, inputName = 'input.1' } = variant;
  const graph = createGraph('mean');
  let x = graph.input(inputName, type, dims);
  if (variant.secondInput) graph.input('other', 'float32', [1]);
  if (type !== 'float32') x = graph.node('Cast', [x], { to: 1 });
  const means = graph.node('ReduceMean', [x], { axes: nhwc ? [1, 2] : [2, 3], keepdims: 0 });
  const matrix = Float32Array.from({ length: 3 * DIMENSIONS }, (_, i) => weight(Math.floor(i / 8), i % 8));
  let y = graph.node('MatMul', [means, graph.constant(matrix, [3, DIMENSIONS])]);
  if (variant.divisor !== undefined) y = graph.node('Div', [y, graph.scalar(variant.divisor)]);
  graph.output('683', y, 'float32', ['N', DIMENSIONS]);
  return graph.encode();
}

async function entryFor(content: Uint8Array | string, settings: object = {}): Promise<UserEmbedder> {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.onnx`);
  await writeFile(file, content);
  const given = { name: 'mine', task: 'embedder', file, dimensions: DIMENSIONS, threshold: 0.4, ...settings };
  const filled: unknown = Value.Default(UserModelSchema, given);
  assert.ok(Value.Check(UserModelSchema, filled));
  assert.ok(filled.task === 'embedder');
  return filled;
}

/** Red, green and blue all over. */
function plainPictures(...colours: readonly (readonly number[])[]): Uint8Array {
  const pictures = colours.map((colour) => Uint8Array.from({ length: 112 * 112 * 3 }, (_, i) => colour[i % 3] ?? 0));
  return Buffer.concat(pictures);
}

function expectedFor(colour: readonly number[], settings: { bgr?: boolean; mean: number[]; std: number[] }): number[] {
  const ordered = settings.bgr ? colour.toReversed() : colour;
  const values = ordered.map((value, c) => (value - (settings.mean[c] ?? 0)) / (settings.std[c] ?? 1));
  return Array.from({ length: DIMENSIONS }, (_, d) => values.reduce((sum, value, c) => sum + value * weight(c, d), 0));
}

function three(value: number | readonly number[]): number[] {
  return typeof value === 'number' ? [value, value, value] : [...value];
}

const variants = [
  { what: 'channels first, RGB', network: {}, settings: {} },
  { what: 'channels first, BGR', network: {}, settings: { channels: 'bgr', mean: [10, 20, 30], std: [2, 3, 4] } },
  { what: 'channels last', network: { nhwc: true, dims: ['N', 112, 112, 3] }, settings: { layout: 'nhwc' } },
  {
    what: 'channels last, BGR',
    network: { nhwc: true, dims: ['N', 112, 112, 3] },
    settings: { layout: 'nhwc', channels: 'bgr', mean: [10, 20, 30] },
  },
  { what: 'one picture at a time', network: { dims: [1, 3, 112, 112] }, settings: {} },
  { what: 'all dimensions open', network: { dims: ['a', 'b', 'c', 'd'] }, settings: {} },
] as const;

for (const { what, network, settings } of variants) {
  test(`an embedder of the user takes raw pixels: ${what}`, async () => {
    const entry = await entryFor(meanNetwork(network), settings);
    const prepared = await prepareEmbedder(entry, join(folder, 'cache'));
    assert.match(prepared.info.id, /^mine@[0-9a-f]{8}$/);
    const opened = await openNetwork(prepared.file);
    try {
      const colours = [
        [200, 100, 50],
        [0, 255, 128],
        [9, 8, 7],
      ];
      const answer = await opened.run({ pixels: { data: plainPictures(...colours), dims: [3, 112, 112, 3] } });
      assert.deepEqual(answer['descriptor']?.dims, [3, DIMENSIONS]);
      const found = answer['descriptor'].data as Float32Array;
      for (const [index, colour] of colours.entries()) {
        const bgr = entry.channels === 'bgr';
        const expected = expectedFor(colour, { bgr, mean: three(entry.mean), std: three(entry.std) });
        for (const [d, value] of expected.entries()) {
          const got = found[index * DIMENSIONS + d] ?? Number.NaN;
          assert.ok(Math.abs(got - value) < 1e-3 * Math.max(1, Math.abs(value)), `${got} should be ${value}`);
        }
      }
    } finally {
      await opened.close();
    }
  });
}

test('a prepared model comes out of the cache, and another normalisation is another template mark', async () => {
  const cache = join(folder, 'cache-twice');
  const entry = await entryFor(meanNetwork());
  const first = await prepareEmbedder(entry, cache);
  assert.deepEqual(await prepareEmbedder(entry, cache), first);
  assert.equal((await readdir(cache)).length, 1);
  assert.equal((await prepareEmbedder({ ...entry, threshold: 0.9 }, cache)).info.id, first.info.id);
  assert.notEqual((await prepareEmbedder({ ...entry, mean: 0 }, cache)).info.id, first.info.id);
});

const whole = meanNetwork();
const refusals: readonly { what: string; content: Uint8Array | string; settings?: object; says: RegExp }[] = [
  {
    what: 'a file that is not there',
    content: whole,
    settings: { file: '/nowhere/arcface.onnx' },
    says: /no such file/,
  },
  { what: 'a folder', content: whole, settings: { file: tmpdir() }, says: /cannot be read/ },
  { what: 'an empty file', content: '', says: /the file is empty/ },
  { what: 'a text', content: 'version https://git-lfs.github.com/spec/v1', says: /damaged or no ONNX network/ },
  { what: 'half a file', content: whole.subarray(0, whole.length / 2), says: /damaged or no ONNX network/ },
  {
    what: 'an input of whole numbers',
    content: meanNetwork({ type: 'int32' }),
    says: /"input\.1" is int32, not float32/,
  },
  {
    what: 'another input size',
    content: meanNetwork({ dims: ['N', 3, 160, 160] }),
    says: /\[N, 3, 160, 160\], the settings say \[N, 3, 112, 112\]/,
  },
  {
    what: 'another layout',
    content: meanNetwork({ nhwc: true, dims: ['N', 112, 112, 3] }),
    says: /\[N, 112, 112, 3\], the settings say \[N, 3, 112, 112\] \(nchw/,
  },
  { what: 'a batch of four', content: meanNetwork({ dims: [4, 3, 112, 112] }), says: /\[4, 3, 112, 112\]/ },
  { what: 'two inputs', content: meanNetwork({ secondInput: true }), says: /one input, a picture, but has 2/ },
  {
    what: 'other dimensions',
    content: whole,
    settings: { dimensions: 512 },
    says: /say 512 dimensions, but it answers "683" \[1, 8\]/,
  },
  {
    what: 'a size that the alignment does not make',
    content: whole,
    settings: { size: [96, 96] },
    says: /112×112.*96×96/,
  },
  { what: 'numbers that are not finite', content: meanNetwork({ divisor: 0 }), says: /not finite/ },
  { what: 'a clash of names', content: meanNetwork({ inputName: 'pixels' }), says: /value of its own named "pixels"/ },
];

for (const { what, content, settings = {}, says } of refusals) {
  test(`start stops at ${what} and says so`, async () => {
    const entry = await entryFor(content, settings);
    await assert.rejects(validateModel(entry), (error) => {
      assert.ok(isKithError(error), String(error));
      assert.equal(error.code, 'invalid');
      assert.match(error.message, says);
      assert.ok(error.message.startsWith(`The model mine (${entry.file}) cannot be used: `), error.message);
      assert.ok(!error.message.includes('\n'));
      return true;
    });
  });
}
