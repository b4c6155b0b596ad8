// The engine's threads without any network: a made-up analyser runs behind the real protocol.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Raster } from '../domain.ts';
import type { AnalyseOptions, FaceEngine } from '../face-port.ts';
import { isKithError } from '../errors.ts';
import { openFaceEngine } from './engine.ts';

/** A thread whose first byte of the picture says what happens: 1 answer, 2 a picture that cannot be read, 3 death, 4 work for a
 * long time, 5 an internal error, 6 an exit. Answers the byte as the width, and how many were embedded together as the height. */
const THREAD = `
import { parentPort, workerData } from 'node:worker_threads';
const { serveFaces } = await import(workerData.thread);
const { KithError } = await import(workerData.errors);
if (workerData.broken) throw new KithError('invalid', 'The model file is damaged: delete it.');
const analyser = {
  embedder: { id: 'made-up', dimensions: 2, metric: 'euclidean', threshold: 0.6 },
  async decode(picture) {
    const data = picture instanceof Uint8Array ? picture : picture.data;
    if (data[0] === 2) throw new KithError('invalid', 'This is not a picture.', { status: 415 });
    return { width: data[0], height: 1, scale: 1, data };
  },
  async prepare(picture, options, signal) {
    if (picture.width === 3) setImmediate(() => { throw new Error('a native crash'); });
    if (picture.width === 6) process.exit(7);
    if (picture.width === 5) throw new TypeError('out of luck');
    for (let i = 0; i < (picture.width === 4 || picture.width === 3 ? 500 : 1); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      signal.throwIfAborted();
    }
    const faces = [{ score: picture.data[1] ?? 0 }];
    return { analysis: { width: picture.width, height: 0, faces }, chips: options.template ? [[new Uint8Array(1)]] : [] };
  },
  async finish(pictures) {
    return pictures.map(({ analysis }) => ({ ...analysis, height: pictures.length }));
  },
};
await serveFaces(parentPort, analyser).closed;
parentPort.close();
`;

async function open(
  t: { after(fn: () => Promise<void>): void },
  options: { threads?: number; broken?: boolean; onCrash?: (error: Error) => void } = {},
): Promise<FaceEngine> {
  const { threads = 1, broken = false, onCrash } = options;
  const engine = await openFaceEngine({
    entry: new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`),
    data: {
      thread: new URL('./thread.ts', import.meta.url).href,
      errors: new URL('../errors.ts', import.meta.url).href,
      broken,
    },
    threads,
    ...(onCrash ? { onCrash } : {}),
  });
  t.after(() => engine.close());
  return engine;
}

function raster(data: Uint8Array): Raster {
  return { width: 1, height: 1, data };
}

function unavailable(error: unknown): boolean {
  return isKithError(error) && error.code === 'unavailable';
}

test('answers pictures and tells the embedder', async (t) => {
  const engine = await open(t, { threads: 2 });
  assert.equal(engine.threads, 2);
  assert.equal(engine.embedder.id, 'made-up');
  const answers = await Promise.all([...Array(20).keys()].map((i) => engine.analyse(Uint8Array.of(1, i))));
  assert.deepEqual(
    answers.map(({ faces }) => faces[0]?.score),
    [...Array(20).keys()],
  );
});

test('embeds queued pictures together', async (t) => {
  const engine = await open(t);
  const options: AnalyseOptions = { template: true };
  const answers = await Promise.all([...Array(9).keys()].map((i) => engine.analyse(Uint8Array.of(1, i), options)));
  assert.ok(answers.some(({ height }) => height > 1));
  assert.deepEqual(
    answers.map(({ faces }) => faces[0]?.score),
    [...Array(9).keys()],
  );
});

test("takes over a raster's memory, but neither a pool's, nor a shared one, nor the bytes of a file", async (t) => {
  const engine = await open(t);
  const own = Uint8Array.of(1, 2, 3);
  await engine.analyse(raster(own));
  assert.equal(own.length, 0);
  const pool = Buffer.from([1, 2, 3]);
  await engine.analyse(raster(pool));
  assert.deepEqual([...pool], [1, 2, 3]);
  const part = new Uint8Array(new ArrayBuffer(10), 2, 3).fill(1);
  await engine.analyse(raster(part));
  assert.equal(part.length, 3);
  const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(1);
  await engine.analyse(raster(shared));
  assert.equal(shared.length, 3);
  const file = Uint8Array.of(1, 2, 3);
  await engine.analyse(file);
  assert.equal(file.length, 3);
});

test('errors of a picture come through as they are, and concern that picture only', async (t) => {
  const engine = await open(t);
  const [bad, good, broken] = await Promise.allSettled([
    engine.analyse(Uint8Array.of(2)),
    engine.analyse(Uint8Array.of(1)),
    engine.analyse(Uint8Array.of(5)),
  ]);
  assert.ok(bad.status === 'rejected' && isKithError(bad.reason));
  assert.deepEqual(
    [bad.reason.code, bad.reason.status, bad.reason.message],
    ['invalid', 415, 'This is not a picture.'],
  );
  assert.equal(good.status, 'fulfilled');
  assert.ok(broken.status === 'rejected' && !isKithError(broken.reason));
});

test('an abort ends the wait at once, in the queue and in work', async (t) => {
  const engine = await open(t);
  const controller = new AbortController();
  const slow = Array.from({ length: 8 }, () => engine.analyse(Uint8Array.of(4), {}, controller.signal));
  const good = engine.analyse(Uint8Array.of(1));
  controller.abort();
  for (const result of await Promise.allSettled(slow)) {
    assert.ok(result.status === 'rejected' && (result.reason as Error).name === 'AbortError');
  }
  assert.equal((await good).width, 1);
  await assert.rejects(engine.analyse(Uint8Array.of(1), {}, controller.signal), { name: 'AbortError' });
});

for (const [how, byte] of [
  ['throws', 3],
  ['exits', 6],
] as const) {
  test(`a thread that ${how} fails its pictures clearly and is replaced once`, async (t) => {
    const crashes: Error[] = [];
    const engine = await open(t, { onCrash: (error) => crashes.push(error) });
    await assert.rejects(engine.analyse(Uint8Array.of(byte)), unavailable);
    assert.equal((await engine.analyse(Uint8Array.of(1))).width, 1);
    assert.equal(crashes.length, 1);
    await assert.rejects(engine.analyse(Uint8Array.of(byte)), unavailable);
    await assert.rejects(engine.analyse(Uint8Array.of(1)), unavailable);
    assert.equal(crashes.length, 3);
  });
}

test('one thread that dies leaves the others their work', async (t) => {
  const engine = await open(t, { threads: 2 });
  const results = await Promise.allSettled([3, 1, 1, 1, 1, 1].map((byte) => engine.analyse(Uint8Array.of(byte))));
  assert.equal(results[0]?.status, 'rejected');
  assert.ok(results.filter(({ status }) => status === 'fulfilled').length >= 3);
});

test('closing ends what waits, may be done twice, and answers nothing afterwards', async (t) => {
  const engine = await open(t, { threads: 2 });
  const waiting = Array.from({ length: 12 }, () => engine.analyse(Uint8Array.of(4)));
  const settled = Promise.allSettled(waiting);
  await Promise.all([engine.close(), engine.close()]);
  for (const result of await settled) assert.ok(result.status === 'rejected' && unavailable(result.reason));
  await assert.rejects(engine.analyse(Uint8Array.of(1)), unavailable);
});

test('an engine whose threads cannot start says why', async (t) => {
  await assert.rejects(open(t, { threads: 2, broken: true }), /The model file is damaged/);
});
