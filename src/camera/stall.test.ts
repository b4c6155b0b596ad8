import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rasterFrame, type Frame, type FrameStream } from './frame.ts';
import { closeWithin, guarded, isStuck, openWithin } from './stall.ts';
import { squaresRaster } from './test-kit.ts';

const never = new AbortController().signal;

/** So many frames, then silence until it is closed. */
function silentAfter(frames: number): FrameStream & { released: number; closed: boolean } {
  const closing = Promise.withResolvers<void>();
  const stream = {
    released: 0,
    closed: false,
    async *[Symbol.asyncIterator](): AsyncGenerator<Frame> {
      for (let i = 0; i < frames; i++) {
        yield { ...rasterFrame(squaresRaster(8, 8, []), i), release: () => void stream.released++ };
      }
      await closing.promise;
      yield { ...rasterFrame(squaresRaster(8, 8, []), frames), release: () => void stream.released++ };
    },
    close() {
      stream.closed = true;
      closing.resolve();
      return Promise.resolve();
    },
  };
  return stream;
}

test('a stream that gives nothing ends with words, and what comes too late is released', async () => {
  const source = silentAfter(3);
  let arrived = 0;
  const stream = guarded(source, { limitMs: 50, onFrame: () => arrived++, signal: never });
  await assert.rejects(
    async () => {
      for await (const frame of stream) frame.release();
    },
    { code: 'unavailable', message: /No frame came for 0 s/ },
  );
  assert.equal(arrived, 3);
  await stream.close();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(source.released, 4, 'the late one, too');
});

test('a slow reader is no fault of the source, nor is a source that may be quiet', async () => {
  const slow = guarded(silentAfter(3), { limitMs: 100, onFrame: () => undefined, signal: never });
  let read = 0;
  await assert.rejects(async () => {
    for await (const frame of slow) {
      frame.release();
      await new Promise((resolve) => setTimeout(resolve, 150));
      read++;
    }
  });
  assert.equal(read, 3);
  const stop = new AbortController();
  const quiet = guarded(silentAfter(0), { limitMs: null, onFrame: () => undefined, signal: stop.signal });
  setTimeout(() => stop.abort(new Error('stopped')), 200);
  await assert.rejects(async () => {
    for await (const frame of quiet) frame.release();
  }, /stopped/);
});

test('what cannot be closed is said to be stuck', async () => {
  const stream = { ...silentAfter(0), close: () => new Promise<void>(() => undefined) };
  const error: unknown = await closeWithin(stream, 20).catch((problem: unknown) => problem);
  assert.ok(isStuck(error));
  assert.match(String(error), /cannot be closed/);
  await closeWithin(silentAfter(0), 1_000);
});

test('an opening that hangs is left, and what is opened after all is closed', async () => {
  const opened = Promise.withResolvers<FrameStream>();
  const late = silentAfter(0);
  await assert.rejects(
    openWithin(() => opened.promise, { limitMs: 20, signal: never }),
    { message: /did not open/ },
  );
  opened.resolve(late);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(late.closed, true);
  const stop = new AbortController();
  const opening = openWithin(() => new Promise(() => undefined), { limitMs: null, signal: stop.signal });
  stop.abort(new Error('stopped'));
  await assert.rejects(opening, /stopped/);
});
