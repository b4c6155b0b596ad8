// The camera program with the settings that the back end keeps, and a back end that comes and goes.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { join } from 'node:path';
import { stubBackEnd, until, type StubBackEnd } from './back-end-kit.test-suite.ts';
import { runCamera, type CameraPorts } from './camera.ts';
import { readCameraConfig } from './config.ts';
import { rasterFrame, type Frame, type FrameStream, type Source, type SourceOptions } from './frame.ts';
import type { CameraAlive, CameraStatus } from './status.ts';
import { listeningLog, sharpCodec, squareEngine, squaresRaster, temporaryFolder } from './test-kit.ts';

interface Opened {
  readonly url: string;
  readonly rate: number;
  closed: boolean;
}

/** A camera at any rtsp:// address, in front of which somebody walks up and down; `dead` addresses are none. */
function walkingSource(dead: (url: string) => boolean = () => false): Source & { opened: Opened[] } {
  const opened: Opened[] = [];
  return {
    schemes: ['rtsp'],
    finite: false,
    newestWins: false,
    opened,
    async open(url, { rate, signal }: SourceOptions): Promise<FrameStream> {
      if (dead(url)) throw new Error(`${url} does not answer`);
      const entry: Opened = { url, rate, closed: false };
      opened.push(entry);
      async function* read(): AsyncGenerator<Frame> {
        for (let i = 0; !entry.closed && !signal.aborted; i++) {
          const x = 20 + Math.abs((i % 40) - 20) * 4;
          // Somebody else after a while, with nobody in between.
          const squares = i % 60 < 40 ? ([[x, 20, 40, 40]] as const) : [];
          yield rasterFrame(squaresRaster(160, 90, squares), Date.now());
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
      return {
        [Symbol.asyncIterator]: read,
        close() {
          entry.closed = true;
          return Promise.resolve();
        },
      };
    },
  };
}

async function start(
  t: TestContext,
  options: {
    own?: Record<string, unknown>;
    prepare?: (stub: StubBackEnd) => unknown;
    source?: Source;
    folder?: string;
  } & Partial<CameraPorts> = {},
) {
  const stub = await stubBackEnd(t);
  await options.prepare?.(stub);
  const stop = new AbortController();
  const { log, lines } = listeningLog();
  const statuses: CameraStatus[] = [];
  const alive: CameraAlive[] = [];
  let engines = 0;
  const engine = squareEngine();
  const read = readCameraConfig({
    env: { KITH_SERVER: stub.server, KITH_CAMERA_KEY: 'k' },
    overrides: options.own ?? {},
  });
  const source = options.source ?? walkingSource();
  // Before the folder, whose removal comes in the same order: a camera that still runs would write into it.
  let ended: Promise<unknown> = Promise.resolve();
  t.after(async () => {
    stop.abort();
    await ended;
  });
  const running = runCamera(
    { ...read, id: 'cam' },
    {
      engine() {
        engines++;
        return Promise.resolve(engine);
      },
      codec: sharpCodec,
      log,
      signal: stop.signal,
      spoolFolder: options.folder ?? join(temporaryFolder(t), 'spool'),
      sources: [source],
      backoff: () => 20,
      onStatus: (status) => statuses.push(status),
      onAlive: (report) => alive.push(report),
      ...options,
    },
  );
  ended = running.catch(() => undefined);
  const end = (): Promise<CameraStatus> => {
    stop.abort();
    return running;
  };
  const last = (): CameraStatus | undefined => statuses.at(-1);
  return { stub, lines, statuses, alive, last, running, end, source, engines: () => engines };
}

const kept = (version: number, settings: object | null) => ({ version, name: 'Door', settings });

test('a program that knows only its key takes its settings from the back end and follows them', async (t) => {
  const source = walkingSource();
  const { stub, last, end } = await start(t, { source });
  await until('it says what it lacks', () => last()?.state === 'retrying');
  assert.match(last()?.reason ?? '', /keeps no settings for camera "cam"/);
  assert.equal(source.opened.length, 0);

  stub.say('settings', kept(2, { source: 'rtsp://me:secret@cam/1', rate: 5 }));
  await until('it runs', () => last()?.state === 'running' && stub.received.length > 0);
  assert.deepEqual(source.opened, [{ url: 'rtsp://me:secret@cam/1', rate: 5, closed: false }]);
  await until('it reports', () => stub.reports.at(-1)?.state === 'running');
  const report = stub.reports.at(-1);
  assert.equal(report?.settingsVersion, 2);
  assert.equal(report?.source, 'rtsp://cam/1');
  assert.ok((report?.days[0]?.decoded ?? 0) > 0);

  stub.say('settings', kept(3, { source: 'rtsp://me:secret@cam/1', rate: 7 }));
  await until('the new rate', () => source.opened.length === 2);
  assert.equal(source.opened[1]?.rate, 7);
  assert.equal(source.opened[0]?.closed, true);
  await until('it reports', () => stub.reports.at(-1)?.settingsVersion === 3);
  // The same again (a reconnection), and what has nothing to do with the source.
  stub.say('settings', kept(3, { source: 'rtsp://me:secret@cam/1', rate: 7 }));
  stub.say('settings', kept(4, { source: 'rtsp://me:secret@cam/1', rate: 7, spoolShots: 9, memoryMegabytes: 300 }));
  await until('the next version', () => stub.reports.at(-1)?.settingsVersion === 4, 30_000);
  assert.equal(source.opened.length, 2, 'nothing was opened anew');

  stub.say('settings', kept(5, { source: 'rtsp://cam/2', rate: 7 }));
  await until('the other camera', () => source.opened.at(-1)?.url === 'rtsp://cam/2');
  const status = await end();
  assert.equal(status.shots, status.delivered + status.waiting);
  assert.equal(source.opened.at(-1)?.closed, true);
});

test('settings that cannot be used are said, and the next ones are heard', async (t) => {
  const source = walkingSource((url) => url.includes('dead'));
  const { stub, last, lines } = await start(t, {
    source,
    prepare: (stub) => (stub.settings = kept(1, { source: 'rtsp://cam/1' })),
  });
  await until('it runs', () => last()?.state === 'running');
  const bad: [object, RegExp][] = [
    [{ source: '/etc/passwd' }, /may only use rtsp/],
    [{ source: 'rtsp://cam/1', ratte: 3 }, /"ratte"/],
    [{ source: 'rtsp://me:pw@dead/1' }, /rtsp:\/\/dead\/1 does not answer/],
  ];
  for (const [index, [settings, words]] of bad.entries()) {
    const { length } = source.opened;
    stub.say('settings', kept(2 + index * 2, settings));
    await until(String(words), () => last()?.state === 'retrying' && words.test(last()?.reason ?? ''));
    assert.equal(source.opened[length - 1]?.closed, true, 'the old one was closed');
    stub.say('settings', kept(3 + index * 2, { source: `rtsp://cam/${index}` }));
    await until('it runs again', () => last()?.state === 'running');
  }
  assert.ok(!lines.some((line) => line.includes('pw@')));
});

test('a program with settings of its own does not mind what the back end keeps', async (t) => {
  const source = walkingSource();
  const { stub, last } = await start(t, {
    source,
    own: { id: 'cam', source: 'rtsp://own/1', rate: 10 },
    prepare: (stub) => (stub.settings = kept(9, { source: 'rtsp://kept/1' })),
  });
  await until('it runs and reports', () => last()?.state === 'running' && stub.reports.at(-1)?.state === 'running');
  assert.deepEqual(
    source.opened.map(({ url }) => url),
    ['rtsp://own/1'],
  );
  assert.equal(stub.reports.at(-1)?.settingsVersion, null);
});

test('kept settings are there again while the back end is away at the start', async (t) => {
  const folder = join(temporaryFolder(t), 'spool');
  const first = await start(t, { folder, prepare: (stub) => (stub.settings = kept(4, { source: 'rtsp://cam/1' })) });
  await until('it runs', () => first.last()?.state === 'running');
  await first.end();
  const source = walkingSource();
  const { stub, last, lines } = await start(t, { folder, source, prepare: (stub) => stub.leave() });
  await until('it runs with what it knows', () => last()?.state === 'running');
  assert.ok(lines.some((line) => /running with the settings that it gave last/.test(line)));
  stub.settings = kept(5, { source: 'rtsp://cam/2' });
  await stub.comeBack();
  await until('it hears the new ones', () => source.opened.at(-1)?.url === 'rtsp://cam/2');
});

test('a camera that was removed in the back end stops looking', async (t) => {
  const { stub, last, source } = await start(t, {
    prepare: (stub) => (stub.settings = kept(4, { source: 'rtsp://cam/1' })),
  });
  await until('it runs', () => last()?.state === 'running');
  const gone = { status: 404, body: { error: { code: 'not_found', message: 'There is no camera "cam".' } } };
  stub.instead = (what) => (what === 'POST detections' ? null : gone);
  stub.hangUp();
  await until('it stops', () => last()?.state === 'retrying');
  assert.equal(last()?.reason, 'There is no camera "cam".');
  assert.equal((source as ReturnType<typeof walkingSource>).opened.at(-1)?.closed, true);
  stub.instead = () => null;
  await until('it runs again', () => last()?.state === 'running');
});

test('of two programs with one id the second waits until the first has gone', async (t) => {
  const message = 'Another program runs as camera "cam": stop it, or give this one another id.';
  const source = walkingSource();
  const { stub, last } = await start(t, {
    source,
    own: { source: 'rtsp://own/1' },
    prepare: (stub) => {
      stub.instead = (what) =>
        what.includes('cameras/') ? { status: 409, body: { error: { code: 'conflict', message } } } : null;
    },
  });
  await until('it says why', () => last()?.state === 'retrying');
  assert.equal(last()?.reason, message);
  await until('it does not look', () => source.opened.every(({ closed }) => closed));
  stub.instead = () => null;
  await until('it runs', () => last()?.state === 'running');
});

test('the back end pulled away twice, and new settings in the middle: nothing is lost, nothing comes twice', async (t) => {
  const source = walkingSource();
  const { stub, last, end } = await start(t, {
    source,
    prepare: (stub) => (stub.settings = kept(1, { source: 'rtsp://cam/1', minFacePx: 16 })),
  });
  await until('shots arrive', () => stub.received.length > 0);
  await stub.leave();
  await until('shots wait', () => (last()?.waiting ?? 0) > 0);
  stub.settings = kept(2, { source: 'rtsp://cam/2', minFacePx: 16, rate: 20 });
  await stub.comeBack();
  await until('the other camera', () => source.opened.at(-1)?.url === 'rtsp://cam/2');
  const there = stub.received.length;
  await stub.leave();
  await until('shots wait', () => (last()?.waiting ?? 0) > 0);
  await stub.comeBack();
  await until('all that waited has arrived, and more', () => stub.received.length > there + 1 && last()?.waiting === 0);
  const status = await end();
  assert.equal(status.lost, 0);
  assert.equal(status.refused, 0);
  assert.equal(status.shots, status.delivered + status.waiting);
  const ids = stub.received.map(({ id }) => id);
  assert.ok(new Set(ids).size >= status.delivered);
  assert.ok(new Set(ids).size <= status.shots);
  assert.equal(new Set(stub.received.map(({ camera }) => camera)).size, 1);
});

test('a source that stalls is opened anew, and one that hangs ends the program', async (t) => {
  let opened = 0;
  const silent = (close: () => Promise<void>): Source => ({
    schemes: ['rtsp'],
    finite: false,
    newestWins: true,
    open() {
      opened++;
      return Promise.resolve({
        async *[Symbol.asyncIterator]() {
          yield rasterFrame(squaresRaster(16, 16, []), Date.now());
          await new Promise(() => undefined);
        },
        close,
      });
    },
  });
  const own = { source: 'rtsp://own/1', rate: 60, photosPerSecond: 100 };
  // newestOf waits for its pump, which the guard ends.
  const first = await start(t, { own, source: silent(() => Promise.resolve()), stallMs: 100 });
  await until('it was opened anew', () => opened > 2);
  assert.ok(first.statuses.some(({ state, reason }) => state === 'retrying' && /No frame came for/.test(reason ?? '')));
  assert.ok(first.alive.some(({ framesAt, quiet }) => framesAt !== null && !quiet));
  await first.end();
  const second = await start(t, { own, source: silent(() => new Promise(() => undefined)), stallMs: 100, closeMs: 50 });
  await assert.rejects(second.running, { code: 'unavailable', message: /source hangs/ });
});
