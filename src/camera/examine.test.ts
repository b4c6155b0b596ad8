import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CameraSchema, type CameraSettings } from '../camera-settings.ts';
import type { Box } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import { KithError } from '../errors.ts';
import { pause } from '../lifecycle.ts';
import { validate } from '../validate.ts';
import { examineCamera, type ExaminePorts } from './examine.ts';
import { rasterFrame, type Frame, type Source } from './frame.ts';
import { sharpCodec, squareEngine, squaresRaster, temporaryFolder, writeVideo } from './test-kit.ts';

function camera(source: string, more: Partial<CameraSettings> = {}): CameraSettings {
  return validate(CameraSchema, { id: 'doctor', source, ...more }, 'a camera');
}

function ports(more: Partial<ExaminePorts> = {}): ExaminePorts {
  return { engine: squareEngine(), codec: sharpCodec, signal: new AbortController().signal, seconds: 60, ...more };
}

async function* thenGone(frames: number, squares: readonly Box[]): AsyncGenerator<Frame> {
  for (let i = 0; i < frames; i++) {
    await pause(20);
    yield rasterFrame(squaresRaster(320, 180, squares), Date.now());
  }
  throw new KithError('unavailable', 'test://user:secret@host is gone.');
}

/** A live camera that gives `frames` frames, then breaks. */
function breaking(frames: number, squares: readonly Box[] = []): Source & { opened: number } {
  const source = {
    schemes: ['test'],
    finite: false,
    newestWins: true,
    opened: 0,
    async open() {
      source.opened++;
      return {
        nominalRate: 50,
        [Symbol.asyncIterator]: () => thenGone(frames, squares),
        close: () => Promise.resolve(),
      };
    },
  };
  return source;
}

test('a recording: size, rates, faces, where they are, and a picture with them', async (t) => {
  const file = join(temporaryFolder(t), 'walk.mp4');
  await writeVideo(file, {
    width: 640,
    height: 360,
    fps: 20,
    frames: 40,
    squares: (i) => [[100 + i * 4, 140, 60, 60]],
  });
  const { examination, view } = await examineCamera(camera(file), ports());
  assert.equal(examination.source, file);
  assert.equal(examination.cutShort, 'ended');
  assert.deepEqual([examination.day.width, examination.day.height], [640, 360]);
  const { stream, day, faces, closer } = examination;
  assert.equal(stream.frames, 40);
  assert.equal(day.decoded, 40);
  assert.equal(stream.nominalRate, 20);
  assert.ok(stream.frameRate !== null && stream.frameRate > 1);
  assert.equal(stream.longestGapMs, null, 'a recording does not come unevenly');
  assert.deepEqual([day.tracks, day.usableTracks], [1, 1]);
  assert.ok(day.faces > 0 && day.usable === day.faces);
  assert.equal(closer, null);
  assert.deepEqual(faces.fixed, []);
  assert.ok(view && view.faces.length > 0);
  assert.deepEqual([view.picture.width, view.picture.height], [640, 360]);
});

test('a live camera that breaks is opened again, and the breaks are told without its password', async () => {
  const source = breaking(10, [[100, 60, 50, 50]]);
  let told = 0;
  const { examination } = await examineCamera(
    camera('test://user:secret@host/x?token=abc'),
    ports({ seconds: 3, sources: [source], onProgress: () => told++ }),
  );
  assert.ok(source.opened >= 2);
  assert.ok(examination.stream.breaks.length >= 1);
  assert.equal(examination.stream.breaks[0], 'test://host is gone.');
  assert.ok(!JSON.stringify(examination).includes('secret') && !JSON.stringify(examination).includes('abc'));
  assert.equal(examination.stream.nominalRate, 50);
  assert.equal(examination.cutShort, null);
  assert.ok(told > 0);
  assert.ok(examination.stream.longestGapMs !== null && examination.stream.longestGapMs < 1_000, 'a break is no pause');
});

test('a camera that gives no picture is an error, at once or after a while', async () => {
  await assert.rejects(examineCamera(camera('test://host/x'), ports({ sources: [breaking(0)] })), /is gone/);
  const silent: Source = {
    ...breaking(0),
    async open(_url, { signal }) {
      async function* read() {
        await pause(60_000, signal);
        yield* [];
      }
      return { [Symbol.asyncIterator]: read, close: () => Promise.resolve() };
    },
  };
  await assert.rejects(
    examineCamera(camera('test://user:secret@host/x'), ports({ sources: [silent], patienceMs: 300 })),
    (error: Error) => /test:\/\/host\/x was opened but gave no picture/.test(error.message),
  );
  await assert.rejects(examineCamera(camera('/no/such.mp4'), ports()), /no file/);
});

test('stopped early, it tells what it has seen', async () => {
  const stop = new AbortController();
  const { examination } = await examineCamera(
    camera('test://host/x'),
    ports({ sources: [breaking(10_000)], signal: stop.signal, onProgress: () => stop.abort() }),
  );
  assert.equal(examination.cutShort, 'stopped');
  assert.ok(examination.stream.frames > 0);
  assert.equal(examination.day.faces, 0);
  assert.deepEqual(examination.closer?.faces, 0);
});

test('when nobody was seen, some pictures are looked at more closely', async () => {
  // A thing that only the search for small faces sees.
  const engine = squareEngine();
  const fussy: FaceEngine = {
    ...engine,
    analyse: async (picture, options, signal) =>
      options?.minScore === 0.3 ? { width: 320, height: 180, faces: [] } : engine.analyse(picture, options, signal),
  };
  const { examination } = await examineCamera(
    camera('test://host/x'),
    ports({ engine: fussy, seconds: 1, sources: [breaking(10_000, [[100, 60, 20, 24]])] }),
  );
  assert.equal(examination.day.faces, 0);
  assert.ok(examination.closer && examination.closer.faces > 0);
  assert.equal(examination.closer.medianPx, 24);
});
