import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { isKithError } from '../errors.ts';
import type { Frame } from './frame.ts';
import { head, jpegOf, mjpeg, readSome, serve } from './http.test-kit.ts';
import { createHttpSource } from './source-http.ts';
import { sourceOptions } from './test-kit.ts';

test('MJPEG: pictures that are cut off, parts that are none and wrong lengths are left out, the rest goes on', async (t) => {
  const jpeg = await jpegOf(0);
  const cut = jpeg.subarray(0, jpeg.length >> 1);
  const parts: (readonly [head: string, bytes: Uint8Array])[] = [
    ['Content-Type: image/jpeg', jpeg],
    [`Content-Type: image/jpeg\r\nContent-Length: ${cut.length}`, cut],
    ['Content-Type: text/plain\r\nContent-Length: 5', Buffer.from('hello')],
    [`Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}`, jpeg],
    [`Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length - 100}`, jpeg],
    [`content-length: ${jpeg.length}`, jpeg],
  ];
  const host = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace;boundary="--my-frame"' });
    response.write('\r\n');
    for (let i = 0; i < 10; i++) {
      for (const [head, bytes] of parts) {
        response.write(`----my-frame\r\n${head}\r\n\r\n`);
        response.write(bytes);
        response.write('\r\n');
      }
    }
    response.end('----my-frame--\r\n');
  });
  const problems: string[] = [];
  const frames = await readSome(`http://${host}/`, 1_000, { onProblem: (text) => problems.push(text) });
  assert.equal(frames.length, 30);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /left out/);
});

test('MJPEG is known without its content type, and with the wrong one', async (t) => {
  const jpeg = await jpegOf(0);
  for (const type of ['text/plain', 'image/jpeg', 'video/x-motion-jpeg', '']) {
    const host = await serve(t, (request, response) => {
      if (type !== '') response.setHeader('content-type', type);
      mjpeg(jpeg, 5, {})(request, response);
    });
    assert.equal((await readSome(`http://${host}/`, 1_000)).length, 5, type);
  }
});

test('MJPEG without end or sense, too large, or cut in the middle of a picture ends with words or at its last picture', async (t) => {
  const jpeg = await jpegOf(0);
  const answers: Readonly<Record<string, RequestListener>> = {
    '/header': (request, response) => {
      response.write(`--frame\r\n`);
      const timer = setInterval(() => response.write(`X: ${'y'.repeat(1_000)}\r\n`), 2);
      request.on('close', () => clearInterval(timer));
    },
    '/huge': (_, response) => response.write(head(3e9)),
    '/endless': (request, response) => {
      response.write('--frame\r\n\r\n');
      const chunk = Buffer.alloc(1_000_000);
      const timer = setInterval(() => response.write(chunk), 2);
      request.on('close', () => clearInterval(timer));
    },
    '/words': (_, response) => response.write(`${head(5)}hello\r\n`.repeat(200)),
  };
  const host = await serve(t, (request, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    const { url = '' } = request;
    if (url !== '/middle') return answers[url]?.(request, response);
    for (let i = 0; i < 3; i++)
      response.write(Buffer.concat([Buffer.from(head(jpeg.length)), jpeg, Buffer.from('\r\n')]));
    response.write(Buffer.concat([Buffer.from(head(jpeg.length)), jpeg.subarray(0, 100)]), () => response.destroy());
  });
  for (const [path, words] of [
    ['/header', /a header has no end/],
    ['/huge', /larger than 20 MB/],
    ['/endless', /a picture has no end/],
    ['/words', /something else/],
  ] as const) {
    await assert.rejects(readSome(`http://${host}${path}`, 1), { code: 'unavailable', message: words }, path);
  }
  const seen: Frame[] = [];
  await readSome(`http://${host}/middle`, 1_000, {}, seen).catch((error: unknown) => {
    assert.ok(isKithError(error) && error.code === 'unavailable');
  });
  assert.equal(seen.length, 3);
});

test('a camera that falls silent while it plays is given up', async (t) => {
  const jpeg = await jpegOf(0);
  const host = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
    for (let i = 0; i < 3; i++)
      response.write(Buffer.concat([Buffer.from(`--frame\r\nContent-Length: ${jpeg.length}\r\n\r\n`), jpeg]));
  });
  const stream = await createHttpSource(1_000).open(`http://${host}/`, sourceOptions());
  let frames = 0;
  await assert.rejects(
    async () => {
      for await (const frame of stream) {
        frames++;
        frame.release();
      }
    },
    { code: 'unavailable' },
  );
  assert.equal(frames, 3);
  await stream.close();
});
