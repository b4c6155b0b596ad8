import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FFEncoderCodec } from 'node-av/constants';
import type { Frame } from './frame.ts';
import { httpSource } from './source-http.ts';
import { sharpCodec, sourceOptions, squaresRaster, temporaryFolder, writeVideo } from './test-kit.ts';

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends JPEGs as cameras do, until the reader or `count` ends it. */
function mjpeg(jpeg: Uint8Array, count: number): RequestListener {
  return (request, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    let sent = 0;
    const timer = setInterval(() => {
      if (sent++ >= count) {
        clearInterval(timer);
        response.end();
        return;
      }
      response.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
      response.write(jpeg);
      response.write('\r\n');
    }, 20);
    request.on('close', () => clearInterval(timer));
  };
}

async function readSome(url: string, count: number): Promise<Frame[]> {
  const stream = await httpSource.open(url, sourceOptions());
  const frames: Frame[] = [];
  try {
    for await (const frame of stream) {
      frames.push(frame);
      await frame.luma();
      frame.release();
      if (frames.length === count) break;
    }
  } finally {
    await stream.close();
  }
  return frames;
}

test('an MJPEG camera gives frames as they arrive, and ends when the camera hangs up', async (t) => {
  const jpeg = await sharpCodec.encodeJpeg(squaresRaster(160, 96, [[20, 20, 40, 40]]));
  const host = await serve(t, mjpeg(jpeg, 30));
  const began = Date.now();
  const frames = await readSome(`http://user:p%40ss@${host}/video`, 1_000);
  assert.ok(frames.length >= 20, `${frames.length} frames`);
  assert.ok(frames.every(({ capturedAt }) => capturedAt >= began && capturedAt <= Date.now()));
});

test('an HLS stream is read', async (t) => {
  const folder = temporaryFolder(t);
  const scene = { width: 160, height: 96, fps: 10, frames: 40, squares: () => [] };
  await writeVideo(join(folder, 'live.m3u8'), scene, 'mpeg2video' as FFEncoderCodec);
  assert.ok(
    (await readdir(folder)).some((name) => name.endsWith('.ts')),
    'the test made no segments',
  );
  const host = await serve(t, (request, response) => {
    createReadStream(join(folder, basename(request.url ?? ''))).pipe(response);
  });
  const frames = await readSome(`http://${host}/live.m3u8`, 1_000);
  assert.equal(frames.length, 40);
});

test('a playlist that names a file of this machine is not followed', async (t) => {
  const folder = temporaryFolder(t);
  const secret = join(folder, 'secret.ts');
  await writeVideo(secret, { width: 160, height: 96, fps: 10, frames: 10, squares: () => [] });
  const list = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${secret}\n#EXT-X-ENDLIST\n`;
  const host = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' }).end(list);
  });
  await assert.rejects(readSome(`http://${host}/list.m3u8`, 1), { code: 'unavailable' });
});

test('a camera that wants a password, one that answers words and one that is gone can be tried again', async (t) => {
  const locked = await serve(t, (_, response) => response.writeHead(401).end());
  await assert.rejects(readSome(`http://me:secret@${locked}/video`, 1), (error: Error & { code: string }) => {
    assert.equal(error.code, 'unavailable');
    assert.match(error.message, /401/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
  const words = await serve(t, (_, response) => response.end('hello'));
  await assert.rejects(readSome(`http://${words}/video`, 1), { code: 'unavailable' });
  await assert.rejects(readSome('http://127.0.0.1:9/video', 1), { code: 'unavailable', message: /127\.0\.0\.1:9/ });
});

test('stopping does not wait for a camera that says nothing', async (t) => {
  const host = await serve(t, (_, response) => response.writeHead(200, { 'content-type': 'video/mp4' }).flushHeaders());
  const stop = new AbortController();
  const opening = httpSource.open(`http://${host}/silent`, sourceOptions({ signal: stop.signal }));
  setTimeout(() => stop.abort(), 100);
  const began = performance.now();
  await assert.rejects(opening, { name: 'AbortError' });
  assert.ok(performance.now() - began < 2_000);
});
