import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box, Raster } from '../domain.ts';
import type { AnalyseOptions, FaceEngine } from '../face-port.ts';
import { createFinder, type FinderOptions } from './find.ts';
import { rasterFrame, type Frame } from './frame.ts';
import { faceAt, squaresRaster, squareEngine } from './test-kit.ts';

const frame = rasterFrame(squaresRaster(640, 480, []), 0);
const signal = new AbortController().signal;
const SMALL: Box = [100, 100, 30, 30];
const LARGE: Box = [300, 200, 200, 200];

/** Sees the large face always, the small one only in a wide search or when it looks at its place. */
function engineWithBoth(): { engine: FaceEngine; asked: AnalyseOptions[] } {
  const asked: AnalyseOptions[] = [];
  const engine: FaceEngine = {
    ...squareEngine(),
    analyse(_, options = {}) {
      asked.push(options);
      const boxes = options.region ? [SMALL] : options.search === 'near' ? [LARGE] : [LARGE, SMALL];
      return Promise.resolve({ width: 640, height: 480, faces: boxes.map((box) => faceAt(box, 0.9)) });
    },
  };
  return { engine, asked };
}

function finder(engine: FaceEngine, more: Partial<FinderOptions> = {}) {
  return createFinder({
    engine,
    search: 'auto',
    minFacePx: 24,
    minScore: 0.3,
    wideShare: 0.1,
    wideEveryMs: 1_000,
    ...more,
  });
}

test('the whole frame is searched for small faces now and then, in between where they are expected', async () => {
  const { engine, asked } = engineWithBoth();
  const look = finder(engine);
  assert.equal((await look.find(frame, [], 0, signal)).length, 2);
  const faces = await look.find(frame, [LARGE, [104, 100, 30, 30]], 125, signal);
  assert.deepEqual(
    faces.map((face) => face.box),
    [LARGE, SMALL],
  );
  assert.deepEqual(
    asked.map(({ search, region }) => [search, region]),
    [
      ['auto', undefined],
      ['near', undefined],
      ['near', [59, 55, 120, 120]],
    ],
  );
  asked.length = 0;
  for (let at = 250; at < 2_100; at += 125) await look.find(frame, [], at, signal);
  assert.equal(asked.filter(({ search }) => search === 'auto').length, 2);
});

test('a cut is looked at as a whole at once, a camera set to "near" never is', async () => {
  const both = engineWithBoth();
  const auto = finder(both.engine);
  await auto.find(frame, [], 0, signal);
  auto.reset();
  await auto.find(frame, [], 100, signal);
  assert.deepEqual(
    both.asked.map(({ search }) => search),
    ['auto', 'auto'],
  );
  const other = engineWithBoth();
  const near = finder(other.engine, { search: 'near' });
  for (let at = 0; at < 5_000; at += 500) await near.find(frame, [], at, signal);
  assert.ok(other.asked.every(({ search }) => search === 'near'));
});

test('a place at the edge is clamped, one outside is not asked for', async () => {
  const { engine, asked } = engineWithBoth();
  const look = finder(engine, { search: 'near' });
  await look.find(frame, [[-10, 470, 30, 30]], 0, signal);
  assert.deepEqual(asked[1]?.region, [0, 425, 65, 55]);
  asked.length = 0;
  await look.find(frame, [[2_000, 100, 30, 30]], 0, signal);
  assert.equal(asked.length, 1);
});

/** A face of 120 pixels in a picture of 1920 × 1080; the engine finds squares, whatever the size of what it is given. */
function bigFrame(boxes: readonly Box[]): Frame & { readonly asked: string[] } {
  const whole = rasterFrame(squaresRaster(1920, 1080, boxes), 0);
  const asked: string[] = [];
  return {
    ...whole,
    asked,
    look(maxSide) {
      asked.push(`look ${maxSide}`);
      return Promise.resolve(
        reduced({ width: 1920, height: 1080, data: squaresRaster(1920, 1080, boxes).data }, maxSide),
      );
    },
    async crop(box, maxSide) {
      asked.push(`crop${maxSide === undefined ? '' : ` ${maxSide}`}`);
      const { left, top, ...part } = await whole.crop(box);
      return { left, top, ...(maxSide === undefined ? part : reduced(part, maxSide)) };
    },
  };
}

function reduced(raster: Raster, maxSide: number): Raster {
  const scale = Math.min(1, maxSide / Math.max(raster.width, raster.height));
  const width = Math.round(raster.width * scale);
  const height = Math.round(raster.height * scale);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.floor((y + 0.5) / scale) * raster.width + Math.floor((x + 0.5) / scale)) * 3;
      data.set(raster.data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { width, height, data };
}

const near = (a: Box | undefined, b: Box, by: number): boolean =>
  a !== undefined && a.every((value, i) => Math.abs(value - (b[i] ?? 0)) <= by);

test('a large picture is searched reduced, and what is found is measured in full pixels', async () => {
  const box: Box = [901, 403, 120, 121];
  const frame = bigFrame([box]);
  const found = await finder(squareEngine(), { search: 'near' }).find(frame, [], 0, signal);
  assert.deepEqual(
    found.map((face) => face.box),
    [box],
  );
  // Nothing was made of the whole at full size.
  assert.deepEqual(frame.asked, ['look 256', 'crop']);
});

const person = (x: number): Box => [x, 500, 40, 60];

test('small faces of a large picture are searched only where something has moved since', async () => {
  const regions: string[] = [];
  const square = squareEngine();
  const engine: FaceEngine = {
    ...square,
    analyse(picture, options = {}) {
      if (options.candidatesOnly && options.search === 'auto' && !(picture instanceof Uint8Array)) {
        regions.push(`${picture.width}x${picture.height}`);
      }
      // The quick look sees nothing small.
      if (options.candidatesOnly && options.search !== 'auto') {
        return Promise.resolve({ width: 1, height: 1, faces: [], candidates: [] });
      }
      return square.analyse(picture);
    },
  };
  const look = finder(engine, { wideEveryMs: 100 });
  assert.equal((await look.find(bigFrame([person(600)]), [], 0, signal)).length, 1);
  assert.deepEqual(regions.splice(0), ['960x540']);
  await look.find(bigFrame([person(600)]), [], 200, signal);
  assert.deepEqual(regions.splice(0), [], 'nothing has moved');
  const faces = await look.find(bigFrame([person(660)]), [], 400, signal);
  assert.ok(near(faces[0]?.box, person(660), 1), 'and the answer is in pixels of the whole');
  const [region = ''] = regions.splice(0);
  const [width = 0, height = 0] = region.split('x').map(Number);
  assert.ok(width > 90 && width < 500 && height > 50 && height < 500, region);
  await look.find(bigFrame([person(660)]), [], 16_000, signal);
  assert.deepEqual(regions, [], 'also after a long time');
});

test('the thorough search waits a moment while somebody waits for her first shot, but not for ever', async () => {
  const { engine, asked } = engineWithBoth();
  const look = finder(engine);
  await look.find(frame, [], 0, signal);
  asked.length = 0;
  for (let at = 100; at <= 1_900; at += 100) await look.find(frame, [], at, signal, true);
  assert.ok(asked.every(({ search }) => search === 'near'));
  await look.find(frame, [], 2_000, signal, true);
  assert.equal(asked.at(-1)?.search, 'auto');
});
