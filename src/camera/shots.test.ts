import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box } from '../domain.ts';
import { rasterFrame } from './frame.ts';
import { createShotChooser, placed, type SeenFace, type Shot } from './shots.ts';
import { faceAt, squaresRaster } from './test-kit.ts';
import type { Track } from './tracker.ts';

const frame = rasterFrame(squaresRaster(400, 300, []), 0);
const BOX: Box = [100, 100, 60, 80];

function track(quality: number, at: number, box: Box = BOX): Track<SeenFace> {
  const face = faceAt(box, quality);
  const seen = { box, score: face.score, face };
  return {
    id: 't',
    state: at > 0 ? 'confirmed' : 'tentative',
    firstAt: 0,
    seenAt: at,
    confirmedAt: at > 0 ? 100 : null,
    hits: 2,
    seen,
  };
}

/** Offers one quality every 100 ms; answers when which were sent, and the last one at the end. */
async function run(
  qualities: readonly number[],
  minQuality = 0.25,
): Promise<{ sent: [at: number, shot: Shot][]; last: readonly Shot[] }> {
  const chooser = createShotChooser({ minQuality, minFacePx: 32 });
  const sent: [number, Shot][] = [];
  for (const [i, quality] of qualities.entries()) {
    for (const shot of await chooser.offer([track(quality, i * 100)], frame, i * 100)) sent.push([i * 100, shot]);
  }
  return { sent, last: chooser.end(['t']) };
}

test('the first usable look is sent within half a second, the best of those', async () => {
  const { sent, last } = await run([0.3, 0.4, 0.5, 0.4, 0.4, 0.4, 0.4]);
  assert.equal(sent.length, 1);
  const [at, shot] = sent[0] ?? [0, undefined];
  assert.ok(at <= 500, `sent at ${at}`);
  assert.equal(shot?.capturedAt, 200);
  assert.equal(last.length, 0);
});

test('a very good look does not wait', async () => {
  assert.equal((await run([0.95, 0.95, 0.95])).sent[0]?.[0], 100);
});

test('useless or small looks are never sent', async () => {
  assert.deepEqual(await run(Array.from({ length: 20 }, () => 0.2)), { sent: [], last: [] });
  const chooser = createShotChooser({ minQuality: 0.25, minFacePx: 32 });
  assert.equal((await chooser.offer([track(0.9, 500, [100, 100, 20, 28])], frame, 500)).length, 0);
  assert.equal(chooser.end(['t']).length, 0);
});

test('later ones must be clearly better, are spaced and bounded', async () => {
  const climbing = Array.from({ length: 100 }, (_, i) => 0.3 + i * 0.007);
  const { sent, last } = await run(climbing);
  assert.equal(sent.length, 3);
  assert.ok(sent.every(([at], i) => i === 0 || at - (sent[i - 1]?.[0] ?? 0) >= 1_500));
  assert.equal(last.length, 1);
  assert.equal(last[0]?.capturedAt, 9_900);
  assert.equal((await run([0.5, 0.5, 0.5, 0.5, 0.5, ...Array.from({ length: 40 }, () => 0.55)])).sent.length, 1);
});

test('a track that ends before its first shot was due still gives it, one that was never believed does not', async () => {
  assert.equal((await run([0.4, 0.4])).last.length, 1);
  assert.equal((await run([0.9])).last.length, 0);
});

test('the crop holds the face with margin, its box and points point into the posted picture', async () => {
  const white = rasterFrame(squaresRaster(1_600, 1_200, [[600, 300, 400, 500]]), 0);
  const chooser = createShotChooser({ minQuality: 0.25, minFacePx: 32 });
  const [shot] = await chooser.offer([track(0.95, 100, [600, 300, 400, 500])], white, 100);
  assert.ok(shot);
  // Twice the longer side around the centre (800, 550).
  assert.deepEqual([shot.picture.width, shot.picture.height], [1_000, 1_000]);
  assert.deepEqual(shot.box, [300, 250, 400, 500]);
  assert.equal(shot.picture.data[(250 * 1_000 + 300) * 3], 255);
  assert.equal(shot.picture.data[(249 * 1_000 + 300) * 3], 0);
  const { box, points } = placed(shot, 0.64);
  assert.deepEqual(box, [192, 160, 256, 320]);
  assert.deepEqual(points[2], [320, 352]);
  const corner = createShotChooser({ minQuality: 0.25, minFacePx: 32 });
  const [cut] = await corner.offer([track(0.95, 100, [-20, -10, 60, 80])], frame, 100);
  assert.deepEqual(cut?.box, [-20, -10, 60, 80]);
  assert.deepEqual([cut?.picture.width, cut?.picture.height], [90, 110]);
});
