import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { FF_ENCODER_MPEG2VIDEO } from 'node-av/constants';
import { alive } from './decoded.ts';
import type { Frame, FrameStream } from './frame.ts';
import { joinPieces, writePiece, type Piece } from './scene.test-kit.ts';
import { temporaryFolder } from './test-kit.ts';
import { openVideo, type VideoOptions } from './video.ts';

const never = new AbortController().signal;
const piece = (more: Partial<Piece> = {}): Piece => ({
  width: 320,
  height: 180,
  fps: 25,
  frames: 50,
  keyEvery: 25,
  squares: (i) => [[10 + i * 2, 60, 50, 50]],
  ...more,
});

function open(path: string, more: Partial<VideoOptions> = {}, live = false): Promise<FrameStream> {
  return openVideo({ address: path, name: path, live }, { rate: 1_000, signal: never, ...more });
}

async function readAll<T>(stream: FrameStream, look: (frame: Frame) => Promise<T> | T): Promise<T[]> {
  const found: T[] = [];
  try {
    for await (const frame of stream) {
      try {
        found.push(await look(frame));
      } finally {
        frame.release();
      }
    }
  } finally {
    await stream.close();
  }
  return found;
}

/** Column and row of the middle of what is bright, in the full picture. */
async function brightest(frame: Frame): Promise<{ x: number; y: number; size: string }> {
  const { width, height, data } = await frame.look(160);
  let [sum, sx, sy] = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    if ((data[i * 3] ?? 0) < 200) continue;
    sum++;
    sx += i % width;
    sy += Math.floor(i / width);
  }
  const scale = frame.width / width;
  return { x: (sx / sum) * scale, y: (sy / sum) * scale, size: `${frame.width}x${frame.height}` };
}

test('a stream that changes its resolution in the middle goes on, and so do looks and crops', async (t) => {
  const path = await joinPieces(temporaryFolder(t), [
    piece(),
    piece({ width: 640, height: 360, from: 50, squares: (i) => [[10 + i * 2, 200, 80, 80]] }),
  ]);
  const seen = await readAll(await open(path), async (frame) => {
    const { x, y, size } = await brightest(frame);
    const crop = await frame.crop([x - 10, y - 10, 20, 20]);
    return { size, y, luma: (await frame.luma()).height, middle: crop.data[(10 * 20 + 10) * 3] ?? 0 };
  });
  const small = seen.filter(({ size }) => size === '320x180');
  const large = seen.filter(({ size }) => size === '640x360');
  assert.equal(small.length, 50);
  assert.ok(large.length >= 45, `${large.length} large frames`);
  assert.ok(seen.every(({ luma, middle }) => luma === 45 && middle > 200));
  assert.ok(Math.abs((large[10]?.y ?? 0) - 240) < 6);
});

test('a stream that changes its codec in the middle goes on', async (t) => {
  const path = await joinPieces(temporaryFolder(t), [
    piece(),
    piece({ codec: FF_ENCODER_MPEG2VIDEO, from: 50, width: 352, height: 288 }),
  ]);
  const seen = await readAll(await open(path), async (frame) => (await brightest(frame)).size);
  const before = seen.filter((size) => size === '320x180').length;
  assert.ok(before >= 48, `${before} frames before the change`);
  assert.ok(seen.filter((size) => size === '352x288').length >= 20, `${seen.length} frames`);
});

test('an HLS playlist with two sizes is followed over HTTP', async (t) => {
  const folder = temporaryFolder(t);
  await writePiece(join(folder, '0.ts'), piece());
  await writePiece(join(folder, '1.ts'), piece({ width: 640, height: 360 }));
  await writeFile(
    join(folder, 'list.m3u8'),
    '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n0.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\n1.ts\n#EXT-X-ENDLIST\n',
  );
  const server = createServer((request, response) => {
    readFile(join(folder, request.url ?? '')).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const stream = await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/list.m3u8`, {}, true);
  const sizes = await readAll(stream, (frame) => frame.width);
  assert.ok(sizes.filter((width) => width === 320).length >= 45, sizes.join());
  assert.ok(sizes.filter((width) => width === 640).length >= 45, sizes.join());
});

test('time stamps that jump back and far ahead neither stop a recording nor turn its order', async (t) => {
  const path = await joinPieces(temporaryFolder(t), [
    piece({ from: 1_000_000 }),
    piece({ from: 0 }),
    piece({ from: 50_000_000 }),
  ]);
  const times = await readAll(await open(path, { rate: 25 }), (frame) => frame.capturedAt);
  assert.ok(times.length >= 140, `${times.length} frames`);
  assert.ok(times.every((at, i) => i === 0 || at > (times[i - 1] ?? 0)));
  assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) < 10_000, 'six seconds stay about six seconds');
});

test('a live frame is captured when it arrives, whatever the stream says', async (t) => {
  const path = join(temporaryFolder(t), '1970.ts');
  await writePiece(path, piece({ from: 5 }));
  const began = Date.now();
  const times = await readAll(await open(path, {}, true), (frame) => frame.capturedAt);
  assert.ok(times.length >= 45);
  assert.ok(times.every((at) => at >= began && at <= Date.now()));
});

test('a stream that begins in the middle of a picture group waits for the next key frame', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'whole.ts');
  await writePiece(path, piece());
  const bytes = await readFile(path);
  // Whole packets of a transport stream, from a third of the file on.
  const cut = join(folder, 'cut.ts');
  await writeFile(cut, bytes.subarray(Math.floor(bytes.length / 3 / 188) * 188));
  const found = await readAll(await open(cut), async (frame) => {
    const raster = await frame.look(320);
    // The background is no darker than 40 and no green of missing pictures is in it.
    return Math.abs((raster.data[0] ?? 0) - (raster.data[1] ?? 0));
  });
  assert.ok(found.length > 5);
  assert.ok(
    found.every((difference) => difference < 12),
    found.join(),
  );
});

test('a recording in real time that cannot keep up leaves out what is late', async (t) => {
  const path = join(temporaryFolder(t), 'a.mp4');
  await writePiece(path, piece({ frames: 100, keyEvery: 10 }));
  const stream = await open(path, { pace: 'realtime' });
  let held = false;
  const ages = await readAll(stream, async (frame) => {
    const age = Date.now() - frame.capturedAt;
    // A reader that takes each frame itself and is away for two seconds once.
    if (!held) await new Promise((resolve) => setTimeout(resolve, 2_500));
    held = true;
    return age;
  });
  assert.ok(ages.length < 95, `${ages.length} of 100 frames`);
});

test('every frame is freed, also those that are given back while they are converted', async (t) => {
  const path = join(temporaryFolder(t), 'a.mp4');
  await writePiece(path, piece());
  const before = alive.frames;
  const stream = await open(path);
  const pending: Promise<unknown>[] = [];
  for await (const frame of stream) {
    pending.push(frame.look(100), frame.crop([0, 0, 40, 40]), frame.luma());
    frame.release();
    if (pending.length > 60) break;
  }
  await stream.close();
  const results = await Promise.allSettled(pending);
  assert.ok(results.some(({ status }) => status === 'fulfilled'));
  assert.equal(alive.frames, before);
});
