import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDoze, type Doze } from './doze.ts';
import type { Luma } from './frame.ts';
import { writePiece } from './scene.test-kit.ts';
import { temporaryFolder } from './test-kit.ts';
import { openVideo } from './video.ts';

const luma = (x: number | null): Luma => {
  const data = new Uint8Array(80 * 45).fill(60);
  if (x !== null) for (let y = 20; y < 30; y++) data.fill(200, y * 80 + x, y * 80 + x + 8);
  return { width: 80, height: 45, data };
};

interface Scene {
  readonly seconds: number;
  /** Bytes of packet `i` that is no key frame. */
  readonly bytes: (i: number) => number;
  readonly keyBytes?: number;
  /** Where somebody is in frame `i`. */
  readonly where?: (i: number) => number | null;
}

/** 25 packets a second, a key frame every two seconds; the frames that are decoded are shown to it. Answers what was kept. */
function play(doze: Doze, { seconds, bytes, keyBytes = 60_000, where = () => null }: Scene, from = 0) {
  const steps: ('decode' | 'keep' | 'wake')[] = [];
  for (let i = 0; i < seconds * 25; i++) {
    const at = from + i * 40;
    const step = doze.packet(i % 50 === 0 ? keyBytes : bytes(i), i % 50 === 0, at);
    steps.push(step);
    if (step !== 'keep') doze.picture(luma(where(i)), at);
  }
  return steps;
}

test('a still scene falls asleep after some seconds, and only key frames are decoded', () => {
  const steps = play(createDoze(), { seconds: 30, bytes: (i) => 300 + (i % 7) * 20 });
  const asleep = steps.indexOf('keep');
  assert.ok(asleep > 100 && asleep < 260, `asleep after ${asleep} packets`);
  const rest = steps.slice(asleep);
  assert.ok(rest.filter((step) => step === 'decode').length <= rest.length / 25);
  assert.ok(!rest.includes('wake'));
});

test('larger packets wake it within five of them', () => {
  const comes = 20 * 25 + 13;
  const steps = play(createDoze(), {
    seconds: 24,
    bytes: (i) => (i < comes ? 300 : 1_500),
    where: (i) => (i < comes ? null : (i - comes) % 70),
  });
  const woke = steps.indexOf('wake');
  assert.ok(woke >= comes && woke < comes + 5, `${woke - comes} packets later`);
  assert.ok(!steps.slice(woke).includes('keep'), 'it stays awake while something moves');
});

test('a clock in the picture, which makes one packet a second larger, is part of the stillness', () => {
  const steps = play(createDoze(), { seconds: 40, bytes: (i) => (i % 25 === 7 ? 900 : 300) });
  assert.ok(steps.includes('keep'));
  assert.ok(!steps.includes('wake'));
});

test('noise, or a camera that fills its bit rate, never falls asleep', () => {
  assert.ok(!play(createDoze(), { seconds: 60, bytes: () => 16_000, keyBytes: 190_000 }).includes('keep'));
});

test('movement that the sizes did not tell is seen in the next key frame, and they are not trusted for a minute', () => {
  const comes = 20 * 25 + 13;
  const doze = createDoze();
  const steps = play(doze, { seconds: 30, bytes: () => 300, where: (i) => (i < comes ? null : 30) });
  const lastKept = steps.lastIndexOf('keep');
  assert.ok(lastKept >= comes && lastKept < comes + 50, 'until the next key frame');
  const later = play(doze, { seconds: 50, bytes: () => 300, where: () => 30 }, 30_000);
  assert.ok(!later.includes('keep'));
  assert.ok(play(doze, { seconds: 40, bytes: () => 300, where: () => 30 }, 90_000).includes('keep'), 'then again');
});

test('a clock that is set does not keep it awake or asleep for ever', () => {
  const doze = createDoze();
  play(doze, { seconds: 20, bytes: () => 300 }, 10_000_000);
  assert.ok(play(doze, { seconds: 20, bytes: () => 300 }, 0).includes('keep'));
});

test('with a key frame a minute it still gives a picture every ten seconds, and falls asleep again', () => {
  const doze = createDoze();
  const given: number[] = [];
  let kept = 0;
  // Five packets a second, as a small stream has them.
  for (let at = 0; at < 600_000; at += 200) {
    const key = at % 60_000 === 0;
    const step = doze.packet(key ? 60_000 : 300, key, at);
    if (step === 'keep') {
      kept++;
      continue;
    }
    given.push(at);
    doze.picture(luma(null), at);
  }
  const longest = Math.max(...given.slice(1).map((at, i) => at - (given[i] ?? 0)));
  assert.ok(longest <= 10_000, `${longest} ms without a picture`);
  assert.ok(kept > 300, `${kept} packets were kept`);
});

test('while somebody watches, a still scene goes on', async (t) => {
  const path = join(temporaryFolder(t), 'still.mp4');
  await writePiece(path, { width: 160, height: 90, fps: 25, frames: 200, keyEvery: 25, squares: () => [] });
  const signal = new AbortController().signal;
  let watched = false;
  const stream = await openVideo(
    { address: path, name: path, live: false },
    { rate: 25, pace: 'realtime', signal, awake: () => watched },
  );
  const times: number[] = [];
  for await (const frame of stream) {
    times.push(frame.capturedAt - (times[0] ?? 0));
    watched = frame.capturedAt - (times[0] ?? 0) >= 6_500;
    frame.release();
  }
  await stream.close();
  const [began = 0] = times;
  const between = (from: number, to: number): number => times.slice(1).filter((at) => at >= from && at < to).length;
  assert.ok(began > 0);
  assert.ok(between(5_500, 6_500) < 5, `${between(5_500, 6_500)} frames while nobody did`);
  assert.ok(between(6_600, 7_600) > 10, `${between(6_600, 7_600)} frames afterwards`);
});

test('of a still recording few frames are decoded, and who comes in is seen within half a second', async (t) => {
  const path = join(temporaryFolder(t), 'door.mp4');
  const comes = 300;
  await writePiece(path, {
    width: 320,
    height: 180,
    fps: 50,
    frames: 400,
    keyEvery: 50,
    squares: (i) => (i < comes ? [] : [[(i - comes) * 3, 60, 50, 50]]),
  });
  const never = new AbortController().signal;
  const stream = await openVideo(
    { address: path, name: path, live: false },
    { rate: 25, pace: 'realtime', signal: never },
  );
  const bright: boolean[] = [];
  const times: number[] = [];
  for await (const frame of stream) {
    const { data } = await frame.luma();
    bright.push(data.some((value) => value > 200));
    times.push(frame.capturedAt);
    frame.release();
  }
  await stream.close();
  const first = bright.indexOf(true);
  const began = times[0] ?? 0;
  assert.ok(first > 0, 'seen');
  const late = (times[first] ?? 0) - began - (comes / 50) * 1_000;
  assert.ok(late >= -20 && late <= 500, `${late} ms after it came in`);
  // Six still seconds at 25 frames are 150; it slept in the last of them.
  assert.ok(first < 140, `${first} frames before`);
  // Nothing is missing afterwards.
  const after = times.slice(first);
  assert.ok(after.length >= 40, `${after.length} frames afterwards`);
  assert.ok(after.every((at, i) => i === 0 || at > (after[i - 1] ?? 0)));
});
