import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Value } from 'typebox/value';
import { readDetections, type FoundFace } from './detections.ts';
import { createGraph } from './graph.ts';
import { openNetwork } from './session.ts';
import { prepareDetector, validateModel } from './user-model.ts';
import { UserModelSchema, type UserDetector } from './user-schema.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-user-detector-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const HEIGHT = 64;
const WIDTH = 96;
type Rows = Record<number, readonly number[]>;

/** A network that answers the same whatever it sees: zeros besides the given rows of the given outputs. */
function fixedNetwork(outputs: readonly { name: string; rows: number; width: number; values?: Rows }[]): Uint8Array {
  const graph = createGraph('fixed');
  const x = graph.input('input', 'float32', [1, 3, HEIGHT, WIDTH]);
  const nothing = graph.node('Mul', [graph.node('ReduceMean', [x], { keepdims: 0 }), graph.scalar(0)]);
  for (const { name, rows, width, values = {} } of outputs) {
    const data = new Float32Array(rows * width);
    for (const [row, numbers] of Object.entries(values)) data.set(numbers, Number(row) * width);
    graph.output(name, graph.node('Add', [graph.constant(data, [1, rows, width]), nothing]), 'float32', [
      1,
      rows,
      width,
    ]);
  }
  return graph.encode();
}

async function detectorFor(kind: UserDetector['kind'], content: Uint8Array): Promise<UserDetector> {
  const file = join(folder, `${kind}-${Math.random().toString(36).slice(2)}.onnx`);
  await writeFile(file, content);
  const common = {
    name: kind,
    task: 'detector',
    kind,
    file,
    layout: 'nchw',
    channels: 'rgb',
    mean: 0,
    std: 1,
  } as const;
  return { ...common, size: [HEIGHT, WIDTH] };
}

async function detect(entry: UserDetector, minScore: number): Promise<readonly FoundFace[]> {
  const { file } = await prepareDetector(entry, join(folder, 'cache'));
  const network = await openNetwork(file);
  try {
    const pixels = { data: new Uint8Array(HEIGHT * WIDTH * 3), dims: [1, HEIGHT, WIDTH, 3] };
    return readDetections(await network.run({ pixels }), minScore);
  } finally {
    await network.close();
  }
}

const cells = (stride: number): number => (HEIGHT / stride) * (WIDTH / stride);
const OFFSETS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Outputs in InsightFace's order, under names that say nothing. */
function scrfdOutputs() {
  // Stride 8 is 12 cells wide: cell (5, 2) is cell 29, its second anchor row 59. Stride 32: cell (1, 1) is 4, row 8.
  const found: Record<string, Rows> = {
    '8/1': { 59: [0.75] },
    '8/4': { 59: [1, 2, 3, 4] },
    '8/10': { 59: OFFSETS },
    '32/1': { 8: [0.9] },
    '32/4': { 8: [0.5, 0.5, 0.5, 0.5] },
  };
  let name = 440;
  return [1, 4, 10].flatMap((width) =>
    [8, 16, 32].map((stride) => {
      const values = found[`${stride}/${width}`];
      return { name: String((name += 23)), rows: cells(stride) * 2, width, ...(values && { values }) };
    }),
  );
}

test('what SCRFD answers becomes boxes and points in pixels', async () => {
  const faces = await detect(await detectorFor('scrfd', fixedNetwork(scrfdOutputs())), 0.5);
  assert.equal(faces.length, 2);
  const [large, small] = faces;
  assert.ok(Math.abs((large?.score ?? 0) - 0.9) < 1e-6);
  assert.deepEqual(large?.box, [16, 16, 32, 32]);
  assert.equal(small?.score, 0.75);
  // Corner (40, 16), distances 1, 2, 3, 4 cells of 8 pixels.
  assert.deepEqual(small.box, [32, 0, 32, 48]);
  assert.deepEqual(small.points, [
    [48, 32],
    [64, 48],
    [80, 64],
    [96, 80],
    [112, 96],
  ]);
});

/** Outputs in the order of OpenCV's model zoo. */
function yunetOutputs() {
  // Stride 16 is 6 cells wide: cell (3, 1) is row 9.
  const found: Record<string, Rows> = {
    cls_16: { 9: [0.9] },
    obj_16: { 9: [0.4] },
    bbox_16: { 9: [0.5, 0.25, Math.log(2), Math.log(3)] },
    kps_16: { 9: OFFSETS },
    // Over 1 counts as 1.
    cls_8: { 0: [4] },
    obj_8: { 0: [1] },
  };
  return [
    ['cls', 1],
    ['obj', 1],
    ['bbox', 4],
    ['kps', 10],
  ].flatMap(([kind, width]) =>
    [8, 16, 32].map((stride) => {
      const values = found[`${kind}_${stride}`];
      return { name: `${kind}_${stride}`, rows: cells(stride), width: Number(width), ...(values && { values }) };
    }),
  );
}

test('what YuNet answers becomes boxes and points in pixels', async () => {
  const faces = await detect(await detectorFor('yunet', fixedNetwork(yunetOutputs())), 0.3);
  assert.equal(faces.length, 2);
  const [first, second] = faces;
  assert.equal(first?.score, 1);
  assert.deepEqual(first.box, [-4, -4, 8, 8]);
  assert.ok(second && Math.abs(second.score - 0.6) < 1e-6);
  // Corner (48, 16); middle (56, 20); 32 × 48 pixels.
  for (const [index, value] of [40, -4, 32, 48].entries()) assert.ok(Math.abs((second.box[index] ?? 0) - value) < 1e-3);
  assert.deepEqual(second.points[0], [64, 48]);
  assert.deepEqual(second.points[4], [192, 176]);
});

test('each kind of detector has the defaults of its authors', () => {
  const common = { name: 'mine', task: 'detector', file: 'mine.onnx' };
  const filled = (kind: string): unknown => Value.Default(UserModelSchema, { ...common, kind });
  const shared = { ...common, layout: 'nchw', size: [640, 640] };
  assert.deepEqual(filled('scrfd'), { ...shared, kind: 'scrfd', channels: 'rgb', mean: 127.5, std: 128 });
  assert.deepEqual(filled('yunet'), { ...shared, kind: 'yunet', channels: 'bgr', mean: 0, std: 1 });
  assert.equal(Value.Check(UserModelSchema, filled('retinaface')), false);
});

test('a detector without points, of the other kind or with an odd size stops the start', async () => {
  const withoutPoints = await detectorFor('scrfd', fixedNetwork(scrfdOutputs().slice(0, 6)));
  await assert.rejects(validateModel(withoutPoints), /score, box and five points/);
  await assert.rejects(validateModel({ ...withoutPoints, kind: 'yunet' }), /cls, obj, bbox and kps/);
  await assert.rejects(validateModel({ ...withoutPoints, size: [60, 96] }), /\[1, 3, 64, 96\], the settings say/);
});
