import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AV_LOG_QUIET, type FFEncoderCodec } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { isKithError } from '../errors.ts';
import { openLog } from '../log.ts';
import type { SourceOptions } from './frame.ts';
import { startRtspServer, type RtspServerOptions } from './rtsp-server.test-kit.ts';
import { createRtspSource, rtspSource } from './source-rtsp.ts';
import { sourceOptions, temporaryFolder, writeVideo } from './test-kit.ts';

const PASSWORD = 'p@ss%wo:rd/#?';
const REAL = join(import.meta.dirname, '../../../shared/data/video/two-actors-10s.mp4');

const squares = (i: number) => [[i, 40, 60, 60]] as const;
let clip = '';
const folder = temporaryFolder({ after });
before(async () => {
  Log.setLevel(AV_LOG_QUIET);
  clip = join(folder, 'clip.mp4');
  await writeVideo(clip, { width: 320, height: 240, fps: 25, frames: 50, squares }, 'libx264' as FFEncoderCodec);
});

interface Seen {
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** Of the middle of the last picture's bright part; null when it is dark. */
  readonly bright: number | null;
  readonly late: number;
}

async function watch(
  url: string,
  count: number,
  more: Partial<SourceOptions> = {},
  source = rtspSource,
): Promise<Seen> {
  const stream = await source.open(url, sourceOptions(more));
  let seen: Seen = { frames: 0, width: 0, height: 0, bright: null, late: 0 };
  try {
    for await (const frame of stream) {
      const { width, data } = await frame.luma();
      const columns = [...data.keys()].filter((at) => (data[at] ?? 0) > 150).map((at) => at % width);
      const bright = columns.length > 0 ? columns.reduce((sum, x) => sum + x, 0) / columns.length : null;
      seen = {
        frames: seen.frames + 1,
        width: frame.width,
        height: frame.height,
        bright,
        late: Math.max(seen.late, Date.now() - frame.capturedAt),
      };
      frame.release();
      if (seen.frames === count) break;
    }
  } finally {
    await stream.close();
  }
  return seen;
}

const withLogin = (url: string, login: string): string => url.replace('://', `://${login}@`);

for (const transport of ['tcp', 'udp'] as const) {
  test(`a camera is watched over ${transport}`, async (t) => {
    const server = await startRtspServer(t, { clip, loop: true });
    // More than the clip has: it goes round.
    const seen = await watch(server.url, 70, { transport });
    assert.deepEqual([seen.frames, seen.width, seen.height], [70, 320, 240]);
    assert.ok(seen.bright !== null, 'the square is not in the picture');
    assert.deepEqual([...server.transports], [transport]);
  });
}

test('a real clip arrives whole', { skip: !existsSync(REAL) && 'no ../shared/data' }, async (t) => {
  const server = await startRtspServer(t, { clip: REAL });
  const seen = await watch(server.url, 60);
  assert.deepEqual([seen.frames, seen.width, seen.height], [60, 640, 360]);
});

for (const auth of ['digest', 'basic'] as const) {
  test(`a password with "@", "%", ":" and more is understood, raw and encoded (${auth})`, async (t) => {
    const server = await startRtspServer(t, { clip, loop: true, user: 'admin', password: PASSWORD, auth });
    for (const written of [PASSWORD.replace('/', '%2F'), encodeURIComponent(PASSWORD)]) {
      assert.equal((await watch(withLogin(server.url, `admin:${written}`), 3)).frames, 3, written);
    }
    assert.ok(server.requests.every((request) => !request.includes('admin')));
  });
}

test('a camera with a certificate of its own is watched over TLS', async (t) => {
  const server = await startRtspServer(t, { clip, tls: true, user: 'admin', password: PASSWORD });
  assert.equal((await watch(withLogin(server.url, `admin:${encodeURIComponent(PASSWORD)}`), 5)).frames, 5);
});

const TROUBLES: readonly (readonly [what: string, options: Partial<RtspServerOptions>, words: RegExp])[] = [
  ['a wrong password', { user: 'admin', password: 'right' }, /401.*refuses/],
  ['a camera that says nothing', { misbehaves: 'silent' }, /said nothing/],
  ['a camera that answers nonsense', { misbehaves: 'garbage' }, /does not deliver pictures \(.*\)/],
  ['a camera that plays but sends nothing', { misbehaves: 'mute' }, /no picture arrives/],
];

for (const [what, options, words] of TROUBLES) {
  test(`${what} is said in words, without the password in message, stack, cause or log`, async (t) => {
    const server = await startRtspServer(t, { clip, ...options });
    const url = withLogin(`${server.url}?token=t0psecret`, 'admin:s3cr@t%word');
    // Two seconds instead of fifteen.
    await assert.rejects(watch(url, 1, {}, createRtspSource(2_000)), (error: unknown) => {
      assert.ok(isKithError(error));
      assert.equal(error.code, 'unavailable');
      assert.match(error.message, words);
      assert.match(error.message, new RegExp(`rtsp://127\\.0\\.0\\.1:${server.port}/stream`));
      let logged = '';
      const to = { write: (line: string) => void (logged += line) };
      openLog({ level: 'debug', to }).error({ err: error }, error.message);
      openLog({ level: 'debug', to }).error({ err: new Error(`of ${url}`, { cause: error }) }, `opening ${url}`);
      assert.match(logged, /does not deliver pictures/);
      assert.doesNotMatch(logged, /s3cr|word@|t0psecret/);
      return true;
    });
  });
}

test('nobody listens, nobody of that name, no host at all: each is said', async () => {
  await assert.rejects(watch('rtsp://127.0.0.1:9/x', 1), { code: 'unavailable', message: /nothing listens there/ });
  await assert.rejects(watch('rtsp://no.such.host.invalid/x', 1), {
    code: 'unavailable',
    message: /no\.such\.host\.invalid/,
  });
  await assert.rejects(watch('rtsp://me:secret@/x', 1), { code: 'invalid', message: /no address of a camera/ });
});

test('a connection that breaks in the middle of a frame ends the stream, and the camera can be opened again', async (t) => {
  const server = await startRtspServer(t, { clip, dropAfter: 20 });
  for (const again of [false, true]) {
    const { frames } = await watch(server.url, 1_000);
    assert.ok(frames >= 10 && frames <= 21, `${frames} frames, again: ${again}`);
  }
});

test('stopping does not wait for a camera that says nothing', async (t) => {
  const server = await startRtspServer(t, { clip, misbehaves: 'silent' });
  const stop = new AbortController();
  const opening = watch(server.url, 1, { signal: stop.signal }, createRtspSource(5_000));
  const closed = performance.now();
  setTimeout(() => stop.abort(), 100);
  await assert.rejects(opening, { name: 'AbortError' });
  assert.ok(performance.now() - closed < 4_000);
});

test('closing hangs up, so that the camera has a connection to spare', async (t) => {
  const server = await startRtspServer(t, { clip, loop: true });
  await watch(server.url, 2);
  const until = performance.now() + 10_000;
  while (server.connections() > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(server.connections(), 0);
});
