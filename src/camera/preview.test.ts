import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import type { PictureCodec } from '../domain.ts';
import { stubBackEnd, until } from './back-end-kit.test-suite.ts';
import type { Look } from './follow.ts';
import { rasterFrame, type Frame } from './frame.ts';
import { openPreview, type PreviewOptions } from './preview.ts';
import { drawPreview, type Drawing } from './preview-picture.ts';
import { faceAt, quietLog, sharpCodec, squaresRaster } from './test-kit.ts';

function lookOf(
  faces: readonly (readonly [number, number, number, number])[],
  motion: Look['motion'] = 'moving',
): Look {
  const tracks = faces.map((box, i) => ({
    id: `s-${i + 1}`,
    state: 'confirmed' as const,
    firstAt: 0,
    seenAt: 0,
    confirmedAt: 0,
    hits: 2,
    seen: { box, score: 0.9, face: faceAt(box, 0.5), zones: [] },
  }));
  return { capturedAt: 1_700_000_000_000, width: 320, height: 180, motion, tracks, shots: [] };
}

async function start(t: TestContext, more: Partial<PreviewOptions> = {}) {
  const stub = await stubBackEnd(t);
  const work = { looked: 0, encoded: 0 };
  const overlays: string[] = [];
  let watching = true;
  const codec: PictureCodec = {
    ...sharpCodec,
    encodeJpeg(raster, options) {
      work.encoded++;
      overlays.push(options?.overlay ?? '');
      return sharpCodec.encodeJpeg(raster, options);
    },
  };
  const preview = openPreview({
    server: stub.server,
    key: 'k',
    cameraId: 'cam',
    codec,
    log: quietLog(),
    watching: () => watching,
    setWatching: (next) => {
      watching = next;
    },
    everyMs: 0,
    stillEveryMs: 0,
    ...more,
  });
  t.after(() => preview.close());
  preview.state('running', null);
  stub.watching = true;
  const base = rasterFrame(squaresRaster(320, 180, [[20, 20, 40, 40]]), 0);
  const frame: Frame = {
    ...base,
    look(maxSide) {
      work.looked++;
      return base.look(maxSide);
    },
  };
  const watch = (next: boolean): void => {
    watching = next;
  };
  return { stub, preview, frame, work, overlays, watch, isWatching: () => watching };
}

test('while nobody watches nothing is reduced, drawn, encoded or sent', async (t) => {
  const { stub, preview, frame, work, watch } = await start(t);
  watch(false);
  for (let i = 0; i < 20; i++) await preview.offer(lookOf([[20, 20, 40, 40]]), frame);
  preview.state('retrying', 'The camera is away.');
  preview.beat();
  assert.deepEqual(work, { looked: 0, encoded: 0 });
  assert.deepEqual(stub.asked, []);
  watch(true);
  await preview.offer(lookOf([[20, 20, 40, 40]]), frame);
  await until('a picture', () => stub.previews.length > 0);
  assert.equal((await sharp(stub.previews[0]).metadata()).format, 'jpeg');
});

test('the answer that nobody watches any more ends it', async (t) => {
  const { stub, preview, frame, work, isWatching } = await start(t);
  stub.watching = false;
  await preview.offer(lookOf([]), frame);
  await until('nobody watches', () => !isWatching());
  await preview.offer(lookOf([]), frame);
  assert.equal(work.encoded, 1);
});

test('pictures come no faster than they may, slower while the scene is still, then with the last boxes', async (t) => {
  const { stub, preview, frame, work, overlays } = await start(t, { everyMs: 300, stillEveryMs: 600_000 });
  const began = performance.now();
  await preview.offer(lookOf([[20, 20, 40, 40]]), frame);
  for (let i = 0; i < 10; i++) await preview.offer(lookOf([[20, 20, 40, 40]]), frame);
  if (performance.now() - began < 300) assert.equal(work.looked, 1);
  await new Promise((resolve) => setTimeout(resolve, 310));
  await preview.offer(lookOf([], 'still'), frame);
  assert.ok(work.looked <= 1 + (performance.now() - began) / 300, 'a still scene waits for longer');
  await until('the first', () => stub.previews.length > 0);

  const still = await start(t, { everyMs: 600_000 });
  await still.preview.offer(lookOf([[20, 20, 40, 40]]), still.frame);
  await still.preview.offer(lookOf([], 'still'), still.frame);
  await until('the last', () => still.overlays.some((overlay) => overlay.includes('#1')));
  await until('sent', () => still.stub.previews.length > 0);
  assert.match(still.overlays.at(-1) ?? '', /#1</, 'the box stays while nothing moves');
  assert.ok(overlays.length > 0);
});

test('a large picture is reduced, whatever the source does', async (t) => {
  const { stub, preview } = await start(t);
  for (const [width, height] of [
    [1_920, 1_081],
    [1_283, 1_999],
  ] as const) {
    const { length } = stub.previews;
    const look = { ...lookOf([[20, 20, 40, 40]]), width, height };
    await preview.offer(look, rasterFrame(squaresRaster(width, height, [[20, 20, 40, 40]]), 0));
    await until('a picture', () => stub.previews.length > length);
    const { width: w, height: h } = await sharp(stub.previews.at(-1)).metadata();
    assert.equal(Math.max(w, h), 960);
  }
});

test('one picture at a time is on its way, and the newest is the next', async (t) => {
  const { stub, preview, frame, overlays } = await start(t);
  const gate = Promise.withResolvers<void>();
  let open = 0;
  let most = 0;
  const { fetch: real } = globalThis;
  t.mock.method(globalThis, 'fetch', async (...given: Parameters<typeof fetch>) => {
    most = Math.max(most, ++open);
    await gate.promise;
    return real(...given).finally(() => open--);
  });
  for (let i = 0; i < 8; i++) {
    await preview.offer({ ...lookOf([]), capturedAt: 1_700_000_000_000 + i * 1_000 }, frame);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  gate.resolve();
  await until('the newest', () => stub.previews.length === 2);
  assert.equal(most, 1);
  assert.match(overlays.at(-1) ?? '', /22:13:27 UTC/);
  assert.equal(overlays.length, 2);
});

test('a back end that takes no pictures does not hold anything up', async (t) => {
  const { stub, preview, frame } = await start(t);
  stub.instead = () => ({ status: 503, body: 'no' });
  for (let i = 0; i < 5; i++) await preview.offer(lookOf([]), frame);
  await until('it was tried', () => stub.asked.length > 0);
  await preview.close();
});

test('who looks while the source is away sees why', async (t) => {
  const { stub, preview, overlays } = await start(t);
  preview.state('retrying', 'rtsp://cam/1 does not answer.');
  await until('a picture', () => stub.previews.length === 1);
  assert.match(overlays[0] ?? '', /retrying: rtsp:\/\/cam\/1 does not answer\./);
});

const TRIANGLE = [
  [0, 0],
  [1, 0],
  [1, 1],
] as const;

const drawing: Drawing = {
  width: 640,
  height: 360,
  fullWidth: 1_280,
  faces: [],
  zones: { include: [], exclude: [], zones: [] },
  state: 'running',
};

test('names of others cannot become markup, and the picture can be drawn whatever they are', async () => {
  const names = ['<script>alert("x")</script>', 'A & B', "O'Neil\u0000\u0008", '\uD800 alone', '李小龍', ''];
  const faces = names.map((name, i) => ({
    box: [i * 100, 100, 80, 80] as const,
    quality: 0.5,
    trackId: `s-${i}`,
    named: { decision: 'known', person: { id: 'p', name, kind: 'known' as const } },
  }));
  const svg = drawPreview({ ...drawing, faces, state: 'retrying: <b>&' });
  assert.ok(!svg.includes('<script') && !svg.includes('<b>'));
  assert.match(svg, /A &amp; B/);
  const picture = squaresRaster(640, 360, []);
  await sharpCodec.encodeJpeg(picture, { overlay: svg });
});

function person(name: string, kind: 'known' | 'unknown') {
  return { decision: kind, person: { id: 'p', name, kind } };
}

test('labels stay inside of the picture and off each other, known and unknown are told apart', () => {
  const faces = [
    { box: [-40, -20, 100, 100] as const, quality: 0.2, trackId: 's-1', named: person('Ada', 'known') },
    { box: [1_200, 600, 120, 160] as const, quality: 0.9, trackId: 's-2', named: person('Unknown 17', 'unknown') },
    { box: [600, 300, 60, 60] as const, quality: 0.9, trackId: 's-3', named: null },
    { box: [620, 300, 60, 60] as const, quality: 0.9, trackId: 's-4', named: person('Grace', 'known') },
  ];
  const svg = drawPreview({
    ...drawing,
    faces,
    zones: { include: [TRIANGLE], exclude: [], zones: [{ name: 'till & <b>', polygon: TRIANGLE }] },
  });
  const labels = [...svg.matchAll(/<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)" rx="3"/g)].map(
    ([, ...values]) => values.map(Number) as [number, number, number, number],
  );
  assert.equal(labels.length, 4);
  for (const [x, y, w, h] of labels) assert.ok(x >= 0 && y >= 0 && x + w <= 640 && y + h <= 360, `${x} ${y} ${w} ${h}`);
  for (const [i, [x, y, w, h]] of labels.entries()) {
    for (const [ox, oy, ow, oh] of labels.slice(i + 1)) {
      assert.ok(x >= ox + ow || ox >= x + w || y >= oy + oh || oy >= y + h, 'two labels cover each other');
    }
  }
  const colour = (name: string): string => new RegExp(`fill="(#\\w+)"[^>]*>${name}<`).exec(svg)?.[1] ?? '';
  assert.equal(new Set([colour('Ada'), colour('Unknown 17'), colour('\\?')]).size, 3);
  assert.equal(colour('Ada'), colour('Grace'));
  assert.equal(svg.split('<polygon points="0,0 640,0 640,360"').length, 3);
  assert.match(svg, />till &amp; &lt;b&gt;</);
});
