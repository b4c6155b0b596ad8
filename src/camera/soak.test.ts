import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCamera } from './camera.ts';
import { readCameraConfig } from './config.ts';
import { alive } from './decoded.ts';
import type { Source } from './frame.ts';
import { writePiece } from './scene.test-kit.ts';
import { quietLog, readPost, sharpCodec, squareEngine, temporaryFolder } from './test-kit.ts';
import { openVideo } from './video.ts';

const SPEED = 10;
const WARM_UP_MS = 6_000;
const RUN_MS = 16_000;

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

// The long version, with the real engine for hours: node scripts/soak.ts.
test('minutes of video at ten times the speed leave no frame behind and do not grow', async (t) => {
  const server = createServer((request, response) => {
    if (!request.url?.endsWith('/detections')) {
      response.writeHead(404).end();
      return;
    }
    void readPost(request).then(({ meta }) => response.end(JSON.stringify({ id: (meta as { id: string }).id })));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const path = join(temporaryFolder(t), 'a.mp4');
  // Somebody comes, goes, and then nobody does: it also falls asleep and wakes.
  await writePiece(path, {
    width: 640,
    height: 360,
    fps: 10,
    frames: 600,
    keyEvery: 20,
    squares: (i) => (i < 150 ? [[i * 4, 100, 80, 80]] : []),
  });
  const video: Source = {
    schemes: ['fast'],
    finite: true,
    newestWins: true,
    open: (_, options) => openVideo({ address: path, name: path, live: false }, { ...options, speed: SPEED }),
  };
  const stop = new AbortController();
  const before = alive.frames;
  let most = 0;
  const rss: number[] = [];
  const began = performance.now();
  const timer = setInterval(() => {
    most = Math.max(most, alive.frames - before);
    if (performance.now() - began > WARM_UP_MS) rss.push(process.memoryUsage.rss() / 1e6);
    if (performance.now() - began > RUN_MS) stop.abort();
  }, 50);
  t.after(() => clearInterval(timer));
  const status = await runCamera(
    {
      ...readCameraConfig({
        env: { KITH_CAMERA_KEY: 'k' },
        overrides: {
          source: 'fast:x',
          server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          rate: 60,
          minFacePx: 16,
          loop: true,
        },
      }),
      id: 'cam',
    },
    {
      engine: () => Promise.resolve(squareEngine()),
      codec: sharpCodec,
      log: quietLog(),
      signal: stop.signal,
      spoolFolder: join(temporaryFolder(t), 'spool'),
      sources: [video],
    },
  );
  clearInterval(timer);
  assert.ok(status.analysed > 50 && status.shots > 0, `${status.analysed} looks, ${status.shots} shots`);
  assert.ok(most <= 6, `${most} frames at once`);
  assert.equal(alive.frames, before);
  const [early, late] = [middle(rss.slice(0, 60)), middle(rss.slice(-60))];
  t.diagnostic(`${Math.round(early)} → ${Math.round(late)} MB`);
  assert.ok(late < early + 80, `${Math.round(early)} → ${Math.round(late)} MB`);
});
