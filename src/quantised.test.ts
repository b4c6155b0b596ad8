// Quantised networks on real faces: the sample photographs of the installed face-api.js package.

import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CALIBRATED, seenPictures, type SeenPictures } from './quantised-pictures.ts';
import { readConfig } from './config.ts';
import { samplePhotos } from './demo.ts';
import { distanceOf } from './distance.ts';
import { openEngine } from './engine.ts';
import { openLog } from './log.ts';
import { compileModels } from './models/compile.ts';
import { quantisedModel, replaceQuantised } from './models/quantised.ts';
import { openNetwork } from './models/session.ts';
import { quantisedFiles } from './quantised.ts';

const EMBEDDER = 'dlib-resnet-v1';
const log = openLog({ level: 'silent' });

let folder = '';
let cacheDir = '';
let files: Record<(typeof CALIBRATED)[number], string>;
let seen: SeenPictures;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-quantised-'));
  cacheDir = join(folder, 'models');
  files = await compileModels(CALIBRATED, { cacheDir });
  seen = await seenPictures(files);
});
after(() => rm(folder, { recursive: true, force: true }));

/** Descriptors of faces, each with its mirror image behind it. */
async function describe(file: string): Promise<Float32Array[]> {
  const network = await openNetwork(file);
  try {
    const templates: Float32Array[] = [];
    for (const data of seen.inputs[EMBEDDER]) {
      const { descriptor } = await network.run({ pixels: { data, dims: [1, 150, 150, 3] } });
      templates.push(descriptor?.data as Float32Array);
    }
    return templates;
  } finally {
    await network.close();
  }
}

const apart = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
  a && b ? distanceOf('euclidean', a, b) : NaN;

test('the sample photographs have enough faces', () => {
  assert.equal(seen.photos, 6);
  assert.ok(seen.faces >= 20);
  assert.equal(seen.hash, null);
});

test('the quantised descriptor is close to the float one, and people stay apart', async () => {
  const { [EMBEDDER]: quantised } = await quantisedFiles([EMBEDDER], cacheDir, files, log);
  const [float, int8] = [await describe(files[EMBEDDER]), await describe(quantised?.file ?? '')];
  for (const [i, template] of float.entries()) {
    assert.ok(apart(template, int8[i]) < 0.09, `crop ${i} is ${apart(template, int8[i])} away`);
    for (let other = 0; other < i; other += 1) {
      const [before, now] = [apart(template, float[other]), apart(int8[i], int8[other])];
      assert.ok(Math.abs(before - now) < 0.07, `crops ${other} and ${i}: ${before} became ${now}`);
    }
  }
});

test('it is made once, and its file is a third of the size', async () => {
  let asked = 0;
  const samples = (): Promise<never> => {
    asked += 1;
    return Promise.reject(new Error('The samples were asked for again.'));
  };
  const { made, mark, file } = await quantisedModel(EMBEDDER, { cacheDir, samples });
  assert.deepEqual([made, mark, asked], [false, 'int8', 0]);
  assert.ok((await readFile(file)).length < (await readFile(files[EMBEDDER])).length / 3);
});

test('an engine with int8 marks its templates as such', async () => {
  const config = readConfig({
    env: {},
    overrides: { data: folder, modelCache: cacheDir, threads: 1, precision: 'int8', models: [] },
  });
  const engine = await openEngine(config, log);
  try {
    assert.match(engine.embedder.id, /^dlib-resnet-v1@[0-9a-f]{8}\.int8\.mirror$/);
    const photo = await readFile(join(samplePhotos(), 'sample1.jpg'));
    const { faces } = await engine.analyse(photo, { search: 'far', template: true });
    assert.equal(faces.length, 3);
    assert.ok(faces.every(({ template }) => template?.length === 128));
  } finally {
    await engine.close();
  }
});

test("photos of the user's own take the place of the samples, under a mark of their own", async () => {
  const photos = join(folder, 'photos');
  const own = join(folder, 'own');
  await mkdir(join(photos, 'deeper'), { recursive: true });
  await copyFile(join(samplePhotos(), 'sample6.jpg'), join(photos, 'deeper', 'a.jpg'));
  await writeFile(join(photos, 'broken.jpg'), 'no picture');
  const few = await seenPictures(files, { folder: photos });
  assert.deepEqual([few.photos, few.unreadable], [1, 1]);
  assert.ok(few.faces >= 3);

  const samples = () => Promise.resolve(seen.inputs[EMBEDDER].slice(0, 4));
  assert.equal((await quantisedModel(EMBEDDER, { cacheDir: own, samples })).mark, 'int8');
  await replaceQuantised(EMBEDDER, own, { hash: few.hash, inputs: few.inputs[EMBEDDER].slice(0, 4) });
  const used = await quantisedModel(EMBEDDER, { cacheDir: own, samples });
  assert.deepEqual([used.made, used.mark], [false, `int8-${few.hash}`]);
  assert.equal((await readdir(own)).length, 1);

  await truncate(used.file, 1000);
  await assert.rejects(quantisedModel(EMBEDDER, { cacheDir: own, samples }), /damaged.*kith models quantise --images/);
});

test('a folder without faces, or without a folder, is said to be', async () => {
  await assert.rejects(
    seenPictures(files, { folder: join(folder, 'nowhere') }),
    /cannot be read .*name one with photos/,
  );
  await assert.rejects(
    seenPictures(files, { folder: cacheDir }),
    /No face was found in 0 photos .*give a folder with photos/,
  );
});
