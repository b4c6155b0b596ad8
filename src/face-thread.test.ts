// The face engine with the real networks, on the sample photos of the installed face library (stock pictures of groups).

import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import type { Box, Face } from './domain.ts';
import type { AnalyseOptions, Analysis, FaceEngine } from './face-port.ts';
import type { FaceThreadData } from './face-thread.ts';
import { openFaceEngine } from './face/engine.ts';
import { compileModels, embedderInfo } from './models/compile.ts';

const require = createRequire(import.meta.url);
const samples = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'demo');
const shared = process.env['KITH_TEST_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
const skip = existsSync(join(shared, 'groups')) ? false : 'the shared test pictures are not here';

let folder = '';
let engine: FaceEngine;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kith-face-'));
  const names = ['blazeface', 'ssd-mobilenet-v1', 'facemesh', 'dlib-resnet-v1'] as const;
  const files = await compileModels(names, { cacheDir: folder });
  const data: FaceThreadData = {
    files: {
      near: files.blazeface,
      far: files['ssd-mobilenet-v1'],
      mesh: files.facemesh,
      embedder: files['dlib-resnet-v1'],
    },
    embedder: { ...(await embedderInfo('dlib-resnet-v1')), alignment: 'dlib5' },
    recipe: 'mirror',
  };
  engine = await openFaceEngine({ entry: new URL('./face-thread.ts', import.meta.url), data, threads: 1 });
});

after(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

function sample(number: number): string {
  return join(samples, `sample${number}.jpg`);
}

async function look(picture: Sharp | string, options?: AnalyseOptions): Promise<Analysis> {
  return engine.analyse(
    typeof picture === 'string' ? await readFile(picture) : await picture.png().toBuffer(),
    options,
  );
}

function byPlace(faces: readonly Face[]): Face[] {
  return faces.toSorted((p, q) => p.box[0] - q.box[0]);
}

/** A square around a face, `margin` times its box. */
function around([x, y, w, h]: Box, margin: number): { left: number; top: number; width: number; height: number } {
  const side = Math.round(Math.max(w, h) * margin);
  const left = Math.max(0, Math.round(x + w / 2 - side / 2));
  return { left, top: Math.max(0, Math.round(y + h / 2 - side / 2)), width: side, height: side };
}

const found = new Map<number, Promise<Analysis>>();

/** What the engine finds in a sample, asked once. */
function facesOf(number: number): Promise<Analysis> {
  const asked = found.get(number) ?? look(sample(number), { search: number === 5 ? 'auto' : 'near' });
  found.set(number, asked);
  return asked;
}

/** The best face of a sample, upright and frontal, with its surroundings. */
async function portrait(margin = 2.2): Promise<Sharp> {
  const { faces } = await facesOf(6);
  const [best] = faces.toSorted((p, q) => q.quality.total - p.quality.total);
  assert.ok(best);
  return sharp(await sharp(sample(6)).extract(around(best.box, margin)).png().toBuffer());
}

async function count(group: string): Promise<number> {
  return (await look(join(shared, 'groups', group))).faces.length;
}

async function only(picture: Sharp | string, options?: AnalyseOptions): Promise<Face> {
  const { faces } = await look(picture, options);
  assert.equal(faces.length, 1);
  const [face] = faces;
  assert.ok(face);
  return face;
}

function distance(p: Face, q: Face): number {
  const [a, b] = [p.template, q.template];
  assert.ok(a && b && a.length === 128 && b.length === 128);
  return Math.hypot(...a.map((value, i) => value - (b[i] ?? NaN)));
}

test('finds every face of the sample photos', async () => {
  const counts = await Promise.all([1, 2, 3, 4, 5, 6].map(async (number) => (await facesOf(number)).faces.length));
  assert.deepEqual(counts, [3, 3, 3, 4, 5, 4]);
});

test('answers box, points, pose, quality, and on request mesh, chip and template', async () => {
  const plain = await facesOf(3);
  assert.deepEqual([plain.width, plain.height], [1920, 1350]);
  for (const face of plain.faces) {
    assert.equal(face.template ?? face.mesh ?? face.chip, undefined);
    const [rightEye, leftEye, nose, rightMouth, leftMouth] = face.points;
    assert.ok(rightEye[0] < leftEye[0] && rightMouth[0] < leftMouth[0]);
    assert.ok(rightEye[1] < nose[1] && nose[1] < leftMouth[1]);
    for (const value of [face.score, face.quality.total, face.quality[face.quality.reason]]) {
      assert.ok(value >= 0 && value <= 1);
    }
  }
  const { faces } = await look(sample(3), { mesh: true, chip: true, template: true, search: 'near' });
  const [first, second] = faces;
  assert.ok(first && second);
  assert.equal(first.mesh?.length, 468 * 3);
  assert.deepEqual([first.chip?.width, first.chip?.data.length], [150, 150 * 150 * 3]);
  assert.ok(distance(first, second) > 0.6);
});

test('the same face in another size, brightness and compression keeps its template', async () => {
  const picture = await portrait();
  const face = await only(picture, { template: true });
  const bytes = await picture.clone().resize(160).modulate({ brightness: 0.8 }).jpeg({ quality: 70 }).toBuffer();
  assert.ok(distance(face, await only(sharp(bytes), { template: true })) < 0.3);
  const mirrored = await only(picture.clone().flop(), { template: true });
  assert.ok(distance(face, mirrored) < 0.1, 'mirror-averaged templates know no sides');
});

test('yaw and roll change their sign in the mirror, pitch does not', async () => {
  const { faces } = await facesOf(1);
  const upright = byPlace(faces);
  const mirrored = byPlace((await look(sharp(sample(1)).flop(), { search: 'near' })).faces).toReversed();
  assert.equal(mirrored.length, upright.length);
  assert.ok(
    upright.some(({ pose }) => Math.abs(pose.roll) > 20) && upright.some(({ pose }) => Math.abs(pose.yaw) > 20),
  );
  for (const [i, { pose }] of upright.entries()) {
    const other = mirrored[i]?.pose;
    assert.ok(other);
    assert.ok(Math.abs(pose.roll + other.roll) < 5, `roll ${pose.roll} and ${other.roll}`);
    assert.ok(Math.abs(pose.yaw + other.yaw) < 8, `yaw ${pose.yaw} and ${other.yaw}`);
    assert.ok(Math.abs(pose.pitch - other.pitch) < 8, `pitch ${pose.pitch} and ${other.pitch}`);
  }
});

for (const [turn, roll] of [
  [90, 90],
  [270, -90],
  [180, 180],
] as const) {
  test(`finds a face turned by ${turn}°`, async () => {
    const picture = await portrait();
    const upright = await only(picture, { template: true });
    const face = await only(picture.clone().rotate(turn), { template: true });
    const off = ((((face.pose.roll - upright.pose.roll - roll) % 360) + 540) % 360) - 180;
    assert.ok(Math.abs(off) < 10, `roll ${face.pose.roll}`);
    const apart = distance(upright, face);
    assert.ok(apart < 0.3, String(apart));
  });
}

test('finds a face that fills the picture', async () => {
  assert.ok(await only(await portrait(1.05)));
  assert.ok(await only((await portrait(1.05)).resize(1200), { search: 'shot' }));
});

test('finds faces of 24 pixels in a 4K picture', async () => {
  const faces = await Promise.all(
    [1, 3, 5, 6].map(async (number) => {
      const [best] = (await facesOf(number)).faces;
      assert.ok(best);
      const side = Math.round((24 / Math.min(best.box[2], best.box[3])) * Math.max(best.box[2], best.box[3]) * 2.2);
      return sharp(await sharp(sample(number)).extract(around(best.box, 2.2)).png().toBuffer())
        .resize(side)
        .png()
        .toBuffer();
    }),
  );
  const places = [
    [40, 30],
    [3700, 2050],
    [1900, 1000],
    [760, 1500],
  ] as const;
  const picture = sharp({ create: { width: 3840, height: 2160, channels: 3, background: '#70757a' } }).composite(
    faces.map((input, i) => ({ input, left: places[i]?.[0] ?? 0, top: places[i]?.[1] ?? 0 })),
  );
  const seen = await look(sharp(await picture.jpeg({ quality: 95 }).toBuffer()), { search: 'far' });
  const boxes = seen.faces.map(({ box }) => box);
  for (const [x, y] of places) {
    const here = boxes.filter((box) => box[0] > x && box[1] > y && box[0] < x + 60 && box[1] < y + 60);
    assert.equal(here.length, 1, `${x},${y}: ${JSON.stringify(boxes.map((box) => box.map(Math.round)))}`);
    const [box] = here;
    assert.ok(box && box[2] > 15 && box[2] < 40);
  }
  assert.equal(boxes.length, places.length);
});

test('finds forty faces in one picture', async () => {
  const input = await (await portrait(2)).resize(160).png().toBuffer();
  const picture = sharp({ create: { width: 1280, height: 800, channels: 3, background: '#606060' } }).composite(
    Array.from({ length: 40 }, (_, i) => ({ input, left: (i % 8) * 160, top: Math.floor(i / 8) * 160 })),
  );
  const { faces } = await look(sharp(await picture.png().toBuffer()), { search: 'far', template: true });
  assert.equal(faces.length, 40);
  const [first] = faces;
  assert.ok(first);
  for (const face of faces) assert.ok(distance(first, face) < 0.25);
});

test('finds no face where there is none', async () => {
  const noise = Buffer.alloc(400 * 300 * 3, 0).map((_, i) => (i * 7919 * (i % 97)) % 256);
  const pictures = [
    sharp({ create: { width: 500, height: 400, channels: 3, background: '#000' } }),
    sharp({ create: { width: 500, height: 400, channels: 3, background: '#e0b090' } }),
    sharp(noise, { raw: { width: 400, height: 300, channels: 3 } }),
    sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } }),
  ];
  for (const search of ['near', 'auto', 'far', 'shot'] as const) {
    for (const picture of pictures)
      assert.deepEqual((await look(picture.clone(), { search, template: true })).faces, []);
  }
});

test('quality falls for the right reason', async () => {
  const picture = (await portrait()).resize(400);
  const good = await only(picture.clone(), { search: 'shot' });
  assert.ok(good.quality.total > 0.6, String(good.quality.total));
  const worse = {
    sharpness: picture.clone().blur(5),
    light: sharp(await picture.clone().png().toBuffer()).linear(0.3, 0),
    contrast: sharp(await picture.clone().png().toBuffer()).linear(0.15, 110),
    size: sharp(await picture.clone().png().toBuffer()).resize(70),
  };
  for (const [reason, copy] of Object.entries(worse)) {
    const { quality } = await only(copy, { search: 'shot' });
    assert.equal(quality.reason, reason);
    assert.ok(quality.total < 0.7 * good.quality.total, `${reason}: ${quality.total}`);
  }
});

test('region, number and size can be limited', async () => {
  const all = byPlace((await facesOf(3)).faces);
  const [left, middle] = all;
  assert.ok(left && middle);
  const { left: x, top: y, width, height } = around(middle.box, 1.8);
  const inRegion = await only(sample(3), { region: [x, y, width, height] });
  assert.ok(Math.abs(inRegion.box[0] - middle.box[0]) < 0.1 * middle.box[2]);
  assert.equal((await look(sample(3), { maxFaces: 2, search: 'near' })).faces.length, 2);
  assert.equal((await look(sample(3), { minFacePx: 500, search: 'near' })).faces.length, 0);
  await assert.rejects(look(sample(3), { region: [5000, 5000, 10, 10] }), /outside the picture/);
});

test('a raster is analysed like the file, and its boxes are in pixels of the picture however large it is', async () => {
  const { data, info } = await sharp(sample(3)).raw().toBuffer({ resolveWithObject: true });
  const file = byPlace((await look(sample(3), { search: 'near' })).faces);
  const raster = await engine.analyse({ width: info.width, height: info.height, data }, { search: 'near' });
  assert.deepEqual(
    byPlace(raster.faces).map(({ box }) => box.map(Math.round)),
    file.map(({ box }) => box.map(Math.round)),
  );
  const large = await look(sharp(sample(3)).resize(1920 * 3), { mesh: true, search: 'near' });
  assert.equal(large.width, 1920 * 3);
  for (const [i, { box, mesh }] of byPlace(large.faces).entries()) {
    const small = file[i]?.box;
    assert.ok(small && mesh);
    assert.ok(Math.abs(box[0] / 3 - small[0]) < 15 && Math.abs(box[2] / 3 - small[2]) < 20);
    assert.ok((mesh[3] ?? 0) > box[0] - 1 && (mesh[3] ?? 0) < box[0] + box[2] + 1);
  }
  await assert.rejects(engine.analyse({ width: 10, height: 10, data: new Uint8Array(5) }), /size it says/);
});

test('counts the faces of well-known group pictures', { skip }, async () => {
  assert.equal(await count('background.jpg'), 0);
  assert.equal(await count('solvay1927.jpg'), 29);
  assert.equal(await count('crowd-10.jpg'), 19);
  assert.equal(await count('person-vlado.jpg'), 1);
});

test('nothing is written down for the makers of onnxruntime', async () => {
  await look(sample(1));
  // A file with the same number may be left from another process.
  const written = statSync(join(tmpdir(), `mat-debug-${process.pid}.log`), { throwIfNoEntry: false });
  assert.ok(written === undefined || written.mtimeMs < performance.timeOrigin, 'telemetry was on');
});
