import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { KithError } from '../errors.ts';
import { rasterFrame, type Frame, type FrameStream, type Source } from './frame.ts';
import { openPaired, openWithSubstream } from './paired.ts';
import { writePiece } from './scene.test-kit.ts';
import { fileSource } from './source-file.ts';
import { sourceOptions, squaresRaster, temporaryFolder } from './test-kit.ts';
import { openVideo } from './video.ts';

/** The same scene as a camera gives it twice: a square of 80 pixels of 1280 × 720 moves 4 pixels a frame. */
async function camera(t: TestContext): Promise<{ large: string; small: string }> {
  const folder = temporaryFolder(t);
  const common = { fps: 25, frames: 50, keyEvery: 25 };
  const [large, small] = [join(folder, 'large.mp4'), join(folder, 'small.mp4')];
  await writePiece(large, { ...common, width: 1280, height: 720, squares: (i) => [[100 + i * 4, 320, 80, 80]] });
  // Squeezed, as some cameras do it: 4:3 instead of 16:9.
  await writePiece(small, { ...common, width: 320, height: 240, squares: (i) => [[25 + i, 107, 20, 26]] });
  return { large, small };
}

const fileAt = (path: string) => ({ source: fileSource, url: `file:${path}` });

test('the small stream is looked at, parts come from the large one, and coordinates are those of the large one', async (t) => {
  const { large, small } = await camera(t);
  const stream = await openWithSubstream(fileAt(large), fileAt(small), sourceOptions({ rate: 5 }));
  let sharp = 0;
  let frames = 0;
  for await (const frame of stream) {
    frames++;
    assert.deepEqual([frame.width, frame.height], [1280, 720]);
    const look = await frame.look(640);
    assert.deepEqual([look.width, look.height], [320, 180]);
    const row = look.data.subarray(90 * 320 * 3, 91 * 320 * 3).filter((_, i) => i % 3 === 0);
    const middle =
      row.reduce((sum, value, x) => sum + (value > 200 ? x : 0), 0) / row.filter((value) => value > 200).length;
    const part = await frame.crop([middle * 4 - 100, 340, 200, 40]);
    assert.deepEqual([part.width, part.height], [200, 40]);
    // A step from dark to bright within two pixels is one of the large picture; of the small one it is drawn over four and more.
    const line = part.data.subarray(20 * 200 * 3, 21 * 200 * 3).filter((_, i) => i % 3 === 0);
    if (line.some((value, x) => x > 1 && value > 215 && (line[x - 2] ?? 255) < 110)) sharp++;
    const inner = await frame.crop([middle * 4 - 20, 350, 40, 20]);
    assert.ok(
      inner.data.every((value) => value > 180),
      'the part shows what was seen there',
    );
    frame.release();
  }
  await stream.close();
  assert.ok(frames >= 6, `${frames} frames`);
  assert.ok(sharp >= frames - 1, `${sharp} of ${frames} were cut from the large picture`);
});

test('a recording that is read lazily decodes nothing before it is asked, then each frame as it is', async (t) => {
  const { large } = await camera(t);
  const never = new AbortController().signal;
  const read = async (lazy: boolean): Promise<Map<number, number>> => {
    const stream = await openVideo({ address: large, name: large, live: false }, { rate: 1_000, signal: never, lazy });
    const frames: Frame[] = [];
    for await (const frame of stream) frames.push(frame);
    const sums = new Map<number, number>();
    // Backwards too, and across the group.
    for (const index of [40, 3, 30, 31, 4]) {
      const frame = frames[index];
      assert.ok(frame);
      const { data } = await frame.crop([100, 300, 400, 120]);
      sums.set(
        index,
        data.reduce((sum, value) => sum + value, 0),
      );
    }
    for (const frame of frames) frame.release();
    await stream.close();
    return sums;
  };
  assert.deepEqual(await read(true), await read(false));
});

function streamOf(frames: () => AsyncGenerator<Frame>): FrameStream & { closed: boolean } {
  const stream = {
    closed: false,
    [Symbol.asyncIterator]: frames,
    close() {
      stream.closed = true;
      return Promise.resolve();
    },
  };
  return stream;
}

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test('where the large stream has nothing near in time, the small one stands in', async () => {
  const large = streamOf(async function* () {
    yield rasterFrame(squaresRaster(800, 400, []), 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
  });
  const small = streamOf(async function* () {
    for (let i = 0; i < 5; i++) {
      await tick();
      yield rasterFrame(squaresRaster(200, 100, [[50, 50, 20, 20]]), 5_000 + i);
    }
  });
  const paired = openPaired(small, large);
  let frames = 0;
  for await (const frame of paired) {
    frames++;
    const part = await frame.crop([200, 200, 80, 80]);
    assert.deepEqual([part.left, part.top, part.width, part.height], [200, 200, 80, 80]);
    assert.ok(part.data.every((value) => value === 255));
    frame.release();
  }
  assert.ok(frames >= 3);
  await paired.close();
  assert.ok(large.closed && small.closed);
});

const sourceOf = (stream: FrameStream | Error): Source => ({
  schemes: [],
  finite: false,
  newestWins: true,
  open: () => (stream instanceof Error ? Promise.reject(stream) : Promise.resolve(stream)),
});

test('when one of the two cannot be opened, the other is closed and the reason is told; when one fails, both end', async () => {
  const open = streamOf(async function* () {});
  const gone = new KithError('unavailable', 'The small stream is away.');
  await assert.rejects(
    openWithSubstream({ source: sourceOf(open), url: 'a' }, { source: sourceOf(gone), url: 'b' }, sourceOptions()),
    { message: 'The small stream is away.' },
  );
  assert.equal(open.closed, true);

  const large = streamOf(async function* () {
    yield rasterFrame(squaresRaster(80, 40, []), 0);
    await tick();
    throw gone;
  });
  const small = streamOf(async function* () {
    for (;;) {
      await tick();
      yield rasterFrame(squaresRaster(20, 10, []), 0);
    }
  });
  const paired = openPaired(small, large);
  await assert.rejects(async () => {
    for await (const frame of paired) frame.release();
  }, gone);
  await paired.close();
});
