import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalyseOptions, Box, FaceEngine } from '../domain.ts';
import { createFinder, type FinderOptions } from './find.ts';
import { rasterFrame } from './frame.ts';
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
