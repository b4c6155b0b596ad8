import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { KithError } from '../errors.ts';
import { stubBackEnd } from './back-end-kit.test-suite.ts';
import { runCamera, type CameraPorts } from './camera.ts';
import { readCameraConfig, type CameraConfig } from './config.ts';
import { rasterFrame, type Frame, type Source } from './frame.ts';
import type { CameraStatus } from './status.ts';
import {
  listeningLog,
  quietLog,
  sharpCodec,
  squareEngine,
  squaresRaster,
  temporaryFolder,
  writeVideo,
} from './test-kit.ts';

function config(source: string, server: string, more: Partial<CameraConfig> = {}): CameraConfig {
  const given = { id: 'cam', source, server, rate: 10, minFacePx: 16, pace: 'fast', ...more };
  return { ...readCameraConfig({ env: { KITH_CAMERA_KEY: 'k' }, overrides: given }), id: 'cam' } as CameraConfig;
}

function engineOf(options: Parameters<typeof squareEngine>[0] = {}): CameraPorts['engine'] {
  const engine = squareEngine(options);
  return () => Promise.resolve(engine);
}

function ports(t: TestContext, more: Partial<CameraPorts> = {}): CameraPorts {
  return {
    engine: engineOf(),
    codec: sharpCodec,
    log: quietLog(),
    signal: new AbortController().signal,
    spoolFolder: join(temporaryFolder(t), 'spool'),
    backoff: () => 10,
    ...more,
  };
}

test('a video with two visitors gives shots of two tracks, then the program ends', async (t) => {
  const { server, received } = await stubBackEnd(t);
  const path = join(temporaryFolder(t), 'walk.mp4');
  // One walks through, then nobody for three seconds, then another stands there.
  await writeVideo(path, {
    width: 320,
    height: 180,
    fps: 10,
    frames: 80,
    squares: (i) => (i < 25 ? [[10 + i * 8, 60, 40, 40]] : i > 60 ? [[200 - i, 40, 48, 48]] : []),
  });
  const states: string[] = [];
  const status = await runCamera(
    config(path, server),
    ports(t, { onStatus: ({ state }) => states.at(-1) === state || states.push(state) }),
  );
  assert.deepEqual(states, ['connecting', 'running', 'ended']);
  assert.equal(new Set(received.map((shot) => shot.track)).size, 2);
  assert.equal(status.tracks, 2);
  assert.equal(status.shots, received.length);
  assert.equal(status.delivered, received.length);
  assert.equal(status.waiting, 0);
  assert.equal(status.frames, 80);
  assert.ok(status.still > 20, `${status.still} still frames`);
  for (const shot of received) assert.ok(shot.middle > 200, 'the box points at the face');
});

test('photos of a folder are scenes of their own, what is no picture is left out', async (t) => {
  const { server, received } = await stubBackEnd(t);
  const folder = temporaryFolder(t);
  for (const [index, x] of [10, 12].entries()) {
    const photo = squaresRaster(200, 100, [
      [x, 20, 40, 40],
      [120, 20, 50, 50],
    ]);
    await writeFile(join(folder, `${index + 9}.jpg`), await sharpCodec.encodeJpeg(photo));
  }
  await writeFile(join(folder, 'broken.jpg'), 'no picture');
  await writeFile(join(folder, 'notes.txt'), 'no picture');
  const { log, lines } = listeningLog();
  const status = await runCamera(config(folder, server), ports(t, { log }));
  assert.equal(status.frames, 2);
  assert.equal(received.length, 4);
  assert.equal(new Set(received.map((shot) => shot.track)).size, 4);
  assert.equal(lines.filter((line) => /broken\.jpg was left out/.test(line)).length, 1);
});

test('an empty folder and a damaged file stop the program with words', async (t) => {
  const folder = temporaryFolder(t);
  await mkdir(join(folder, 'none'));
  await writeFile(join(folder, 'empty.mp4'), '');
  const run = (name: string) => runCamera(config(join(folder, name), 'http://127.0.0.1:9'), ports(t));
  await assert.rejects(run('none'), { code: 'invalid', message: /holds no pictures/ });
  await assert.rejects(run('empty.mp4'), { code: 'invalid', message: /is empty/ });
});

async function* passingFace(): AsyncGenerator<Frame> {
  for (let i = 0; i < 5; i++) {
    yield rasterFrame(squaresRaster(160, 90, [[20 + i * 4, 20, 40, 40]]), Date.now() + i * 200);
  }
}

/** A camera that fails as often as told, then shows one face for a while and hangs up. */
function shakySource(failures: number): Source & { opened: number } {
  const source = {
    schemes: ['shaky'],
    finite: false,
    newestWins: false,
    opened: 0,
    async open() {
      if (++source.opened <= failures) throw new KithError('unavailable', 'rtsp://me:pw@cam/1 does not deliver.');
      return { [Symbol.asyncIterator]: passingFace, close: () => Promise.resolve() };
    },
  };
  return source;
}

test('a camera that is away is said once, tried again, and said once when it is back', async (t) => {
  const { server, received } = await stubBackEnd(t);
  const { log, lines } = listeningLog();
  const stop = new AbortController();
  const source = shakySource(4);
  const seen: CameraStatus[] = [];
  const running = runCamera(
    config('shaky:1', server),
    ports(t, {
      log,
      signal: stop.signal,
      sources: [source],
      onStatus(status) {
        seen.push(status);
        if (source.opened >= 6) stop.abort();
      },
    }),
  );
  const status = await running;
  assert.equal(status.state, 'ended');
  const away = lines.filter((line) => line.includes('does not deliver'));
  assert.deepEqual(away, ['rtsp://cam/1 does not deliver. Trying on.']);
  assert.equal(lines.filter((line) => line.includes('delivers pictures again')).length >= 1, true);
  assert.ok(seen.some(({ state, reason }) => state === 'retrying' && reason === 'rtsp://cam/1 does not deliver.'));
  assert.ok(status.shots > 0);
  assert.equal(status.shots, status.delivered + status.waiting);
  assert.equal(received.length, status.delivered);
});

test('while the search is busy older frames give way to the newest', async (t) => {
  const { server } = await stubBackEnd(t);
  const path = join(temporaryFolder(t), 'a.mp4');
  await writeVideo(path, { width: 160, height: 90, fps: 20, frames: 30, squares: (i) => [[i * 3, 20, 40, 40]] });
  const status = await runCamera(
    config(path, server, { pace: 'realtime', rate: 20 }),
    ports(t, { engine: engineOf({ delayMs: 200 }) }),
  );
  assert.ok(status.dropped > 5, `${status.dropped} dropped`);
  assert.equal(status.frames + status.dropped, 30);
});

test('when the back end is away at the end, shots stay and the next run delivers them under the same ids', async (t) => {
  const path = join(temporaryFolder(t), 'a.mp4');
  await writeVideo(path, { width: 160, height: 90, fps: 10, frames: 12, squares: (i) => [[20 + i, 20, 40, 40]] });
  const given = ports(t);
  const first = await runCamera(config(path, 'http://127.0.0.1:9'), { ...given, drainMs: 50 });
  assert.ok(first.waiting > 0);
  const { server, received } = await stubBackEnd(t);
  const second = await runCamera(config(path, server), given);
  assert.equal(second.waiting, 0);
  assert.equal(received.length, first.shots + second.shots);
  assert.equal(new Set(received.map((shot) => shot.id)).size, received.length);
});
