import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import type { Frame, SourceOptions } from './frame.ts';
import { browserSource, kioskPage } from './source-browser.ts';
import { sharpCodec, sourceOptions, squaresRaster } from './test-kit.ts';

const TYPE = 'multipart/x-mixed-replace; boundary=frame';

async function serve(t: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = (more: Partial<SourceOptions> = {}): SourceOptions =>
    sourceOptions({ backEnd: { server: url, key: 'secret', cameraId: 'hall' }, ...more });
  return { server, url, options };
}

function send(response: ServerResponse, type: string, bytes: Uint8Array): void {
  response.write(`--frame\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.length}\r\n\r\n`);
  response.write(bytes);
  response.write('\r\n');
}

test('the frames of the page are followed like those of any camera; what is no picture is left out', async (t) => {
  const jpeg = await sharpCodec.encodeJpeg(squaresRaster(160, 96, [[20, 20, 40, 40]]));
  const asked: string[] = [];
  const { options } = await serve(t, (request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    response.writeHead(200, { 'content-type': TYPE });
    send(response, 'text/plain', new Uint8Array());
    send(response, 'image/jpeg', jpeg.subarray(0, 30));
    send(response, 'image/jpeg', jpeg);
    send(response, 'image/jpeg', jpeg);
    response.end();
  });
  const problems: string[] = [];
  const began = Date.now();
  const stream = await browserSource.open('browser:', options({ onProblem: (message) => problems.push(message) }));
  const frames: Frame[] = [];
  await assert.rejects(
    async () => {
      for await (const frame of stream) frames.push(frame);
    },
    { code: 'unavailable', message: /ended the stream/ },
  );
  await stream.close();
  assert.deepEqual(asked, ['/api/v1/cameras/hall/frames Bearer secret']);
  assert.deepEqual(
    frames.map(({ width, height, alone, event }) => [width, height, alone ?? false, event]),
    [
      [160, 96, false, undefined],
      [160, 96, false, undefined],
    ],
  );
  assert.ok(frames.every(({ capturedAt }) => capturedAt >= began && capturedAt <= Date.now()));
  assert.equal(problems.length, 1);
});

test('more frames than are wanted are passed over', async (t) => {
  const jpeg = await sharpCodec.encodeJpeg(squaresRaster(64, 48, []));
  const { options } = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-type': TYPE });
    for (let i = 0; i < 50; i++) send(response, 'image/jpeg', jpeg);
    response.end();
  });
  const stream = await browserSource.open('browser:', options({ rate: 0.1 }));
  let frames = 0;
  await assert.rejects(async () => {
    for await (const _ of stream) frames++;
  });
  assert.equal(frames, 1);
});

test('without a page the source stays open and says which page to open', async (t) => {
  const { options, url } = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-type': TYPE });
    send(response, 'text/plain', new Uint8Array());
  });
  const waiting: (string | null)[] = [];
  const stream = await browserSource.open('browser:', options({ onWaiting: (reason) => waiting.push(reason) }));
  const reading = (async () => {
    for await (const _ of stream) assert.fail('there is no frame');
  })();
  for (const deadline = Date.now() + 30_000; waiting.length === 0; await sleep(50)) assert.ok(Date.now() < deadline);
  assert.deepEqual(waiting, [`No kiosk page is open for this camera: open ${url}/kiosk/hall`]);
  await stream.close();
  await reading;
});

test('a back end that does not let it in says why, without the key', async (t) => {
  let status = 403;
  const { options, server } = await serve(t, (_, response) => response.writeHead(status).end('{}'));
  const expected = async (pattern: RegExp): Promise<void> =>
    assert.rejects(browserSource.open('browser:', options()), (error: Error & { code: string }) => {
      assert.equal(error.code, 'unavailable');
      assert.match(error.message, pattern);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  await expected(/the key is not accepted \(403\)\. Check "key"\.$/);
  status = 404;
  await expected(/what answers there \(status 404\) is not Kith/);
  status = 302;
  await expected(/status 302/);
  server.close();
  server.closeAllConnections();
  await expected(/no frames of a kiosk page: http:\/\/127.0.0.1:\d+: ./);
  await assert.rejects(browserSource.open('browser:', sourceOptions()), { code: 'invalid' });
});

test('the page stands below the address of the back end', () => {
  const backEnd = { key: '', cameraId: 'front.door' };
  assert.equal(kioskPage({ ...backEnd, server: 'https://x.example/kith' }), 'https://x.example/kith/kiosk/front.door');
  assert.equal(kioskPage({ ...backEnd, server: 'http://x:8080/' }), 'http://x:8080/kiosk/front.door');
});
