import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import type { FFEncoderCodec } from 'node-av/constants';
import type { Frame, SourceOptions } from './frame.ts';
import { jpegOf, mjpeg, readSome, serve } from './http.test-kit.ts';
import { httpSource } from './source-http.ts';
import { sharpCodec, sourceOptions, squaresRaster, temporaryFolder, writeVideo } from './test-kit.ts';

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

/** Listens to what a source gives until `enough` says so. */
async function watchStill(
  url: string,
  options: Partial<SourceOptions>,
  enough: (frames: readonly Frame[]) => boolean,
): Promise<{ frames: Frame[]; problems: string[] }> {
  const problems: string[] = [];
  const stop = new AbortController();
  const stream = await httpSource.open(
    url,
    sourceOptions({ photosPerSecond: 50, onProblem: (text) => problems.push(text), signal: stop.signal, ...options }),
  );
  assert.equal(stream.quiet, true);
  const frames: Frame[] = [];
  const timer = setInterval(() => {
    if (enough(frames)) stop.abort();
  }, 5);
  try {
    for await (const frame of stream) {
      frames.push(frame);
      frame.release();
    }
  } finally {
    clearInterval(timer);
    await stream.close();
  }
  return { frames, problems };
}

test('a still picture is fetched again and again, and given when it has changed', async (t) => {
  const pictures = await Promise.all([0, 0, 0, 30, 30, 60].map(jpegOf));
  let asked = 0;
  // A wrong content type, as some cameras have it: the bytes say what it is.
  const host = await serve(t, (_, response) => {
    response.setHeader('content-type', 'text/plain').end(pictures[Math.min(asked++, pictures.length - 1)]);
  });
  const { frames } = await watchStill(`http://${host}/snap.jpg`, {}, () => asked >= 10);
  assert.equal(frames.length, 3);
  assert.ok(frames.every(({ width, height, alone }) => width === 160 && height === 96 && alone === false));
  // Once a second nobody can be followed from one to the next.
  asked = 0;
  const slow = await watchStill(`http://${host}/snap.jpg`, { photosPerSecond: 1 }, (seen) => seen.length === 1);
  assert.equal(slow.frames[0]?.alone, true);
});

test('a still picture is not sent again by a camera that knows it has not changed', async (t) => {
  const jpeg = await jpegOf(0);
  const seen: (readonly (string | undefined)[])[] = [];
  const host = await serve(t, (request, response) => {
    const { 'if-none-match': tag, 'if-modified-since': since } = request.headers;
    seen.push([tag, since]);
    if (tag === '"one"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"one"', 'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT' }).end(jpeg);
  });
  const began = Date.now();
  const { frames } = await watchStill(`http://${host}/snap.jpg`, {}, () => seen.length >= 5);
  assert.equal(frames.length, 1);
  assert.deepEqual(seen[0], [undefined, undefined]);
  assert.deepEqual(seen[4], ['"one"', 'Thu, 01 Jan 1970 00:00:00 GMT']);
  assert.ok((frames[0]?.capturedAt ?? 0) >= began, 'the time is that of its arrival');
});

for (const kind of ['basic', 'digest', 'digest-sha256', 'digest-2069'] as const) {
  test(`a camera gets its user and password by ${kind}, raw and encoded`, async (t) => {
    const jpeg = await jpegOf(0);
    let refused = 0;
    let answered = 0;
    const host = await serve(t, (request, response) => {
      if (permits(kind, request, 'admin', 'p@s:s%w#rd')) {
        answered++;
        response.setHeader('content-type', 'image/jpeg').end(jpeg);
      } else {
        refused++;
        response.writeHead(401, { 'www-authenticate': CHALLENGES[kind] }).end('no');
      }
    });
    for (const login of ['admin:p@s:s%w#rd', 'admin:p%40s%3As%25w%23rd']) {
      answered = refused = 0;
      await watchStill(`http://${login}@${host}/snap.jpg?channel=1`, {}, () => answered >= 4);
      assert.equal(refused, 1, 'it asks once and remembers');
    }
    await assert.rejects(
      watchStill(`http://admin:wr0ng@${host}/snap.jpg`, {}, () => true),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'unavailable');
        assert.match(error.message, /401.*refuses this user or this password/);
        assert.doesNotMatch(error.message, /wr0ng/);
        return true;
      },
    );
  });
}

const NONCE = 'f00d';
const CHALLENGES = {
  basic: 'Basic realm="camera"',
  digest: `Basic realm="x", Digest realm="camera", qop="auth,auth-int", nonce="${NONCE}", opaque="op"`,
  'digest-sha256': `Digest realm="camera", qop="auth", nonce="${NONCE}", algorithm=SHA-256`,
  'digest-2069': `Digest realm="camera", nonce="${NONCE}"`,
} as const;

/** Written from RFC 7616, not from our side. */
function permits(kind: keyof typeof CHALLENGES, request: IncomingMessage, user: string, password: string): boolean {
  const given = request.headers.authorization ?? '';
  if (kind === 'basic') return given === `Basic ${btoa(`${user}:${password}`)}`;
  const field = (name: string): string => new RegExp(`\\b${name}="?([^",]*)`).exec(given)?.[1] ?? '';
  const of = (text: string): string =>
    createHash(kind === 'digest-sha256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const secret = of(`${user}:camera:${password}`);
  const what = of(`GET:${request.url}`);
  const middle = kind === 'digest-2069' ? NONCE : `${NONCE}:${field('nc')}:${field('cnonce')}:auth`;
  return (
    given.startsWith('Digest ') &&
    field('username') === user &&
    field('uri') === request.url &&
    field('response') === of(`${secret}:${middle}:${what}`)
  );
}

test('cameras with certificates of their own are read: still and stream', async (t) => {
  const jpeg = await jpegOf(0);
  const host = await serve(
    t,
    (request, response) => (request.url === '/snap' ? response.end(jpeg) : mjpeg(jpeg, 5)(request, response)),
    true,
  );
  const { frames } = await watchStill(`https://${host}/snap`, {}, (seen) => seen.length === 1);
  assert.equal(frames.length, 1);
  assert.equal((await readSome(`https://${host}/video`, 1_000)).length, 5);
});

test('redirects are followed a few times, only to web addresses, and the password goes to the camera alone', async (t) => {
  const jpeg = await jpegOf(0);
  const heard: string[] = [];
  const other = await serve(t, (request, response) => {
    heard.push(request.headers.authorization ?? 'none');
    response.writeHead(401, { 'www-authenticate': 'Basic realm="give me"' }).end();
  });
  const host = await serve(t, (request, response) => {
    const to = {
      '/once': '/snap',
      '/round': '/round',
      '/file': 'file:///etc/passwd',
      '/nowhere': 'http://',
      '/away': '',
    };
    const path = (request.url ?? '') as keyof typeof to;
    if (path in to)
      response
        .writeHead(302, { location: path === '/away' ? `http://localhost:${other.split(':')[1]}/` : to[path] })
        .end();
    else response.end(jpeg);
  });
  const { frames } = await watchStill(`http://${host}/once`, {}, (seen) => seen.length === 1);
  assert.equal(frames.length, 1);
  await assert.rejects(readSome(`http://${host}/round`, 1), { code: 'unavailable', message: /redirects more than/ });
  await assert.rejects(readSome(`http://${host}/file`, 1), { code: 'unavailable', message: /"file:"/ });
  await assert.rejects(readSome(`http://${host}/nowhere`, 1), { code: 'unavailable', message: /no address/ });
  await assert.rejects(readSome(`http://admin:secret@${host}/away`, 1), { code: 'unavailable', message: /401/ });
  assert.deepEqual(heard, ['none']);
});

test('what is no picture is said in words', async (t) => {
  const answers: Readonly<Record<string, RequestListener>> = {
    '/page': (_, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Login</title>'),
    '/empty': (_, response) => response.end(),
    '/gone': (_, response) => response.writeHead(404).end(),
    '/forbidden': (_, response) => response.writeHead(403).end(),
    '/busy': (_, response) => response.writeHead(503).end(),
    '/bytes': (_, response) => response.end(randomBytes(100_000)),
    '/huge': (_, response) =>
      response
        .writeHead(200, { 'content-type': 'image/jpeg', 'content-length': 3e9 })
        .write(Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Array.from({ length: 20 }, () => 0)])),
    '/header': (request, response) => {
      const { socket } = response;
      socket?.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket?.write(`X-${Math.random()}: ${'x'.repeat(1_000)}\r\n`), 5);
      request.on('close', () => clearInterval(timer));
    },
    '/nonsense': (_, response) => response.socket?.end(randomBytes(2_000)),
  };
  const host = await serve(t, (request, response) => answers[request.url ?? '']?.(request, response));
  for (const [path, words] of [
    ['/page', /answers text\/html, no pictures: see the camera's manual/],
    ['/empty', /no pictures/],
    ['/gone', /404.*nothing under this path/],
    ['/forbidden', /403.*refuses this user/],
    ['/busy', /503.*too many/],
    ['/bytes', /does not deliver pictures/],
    ['/huge', /larger than 20 MB/],
    ['/header', /does not deliver pictures/],
    ['/nonsense', /nothing that can be read/],
  ] as const) {
    await assert.rejects(readSome(`http://${host}${path}`, 1), { code: 'unavailable', message: words }, path);
  }
});

test('a still that is cut off now and then is left out; one that is always broken ends it', async (t) => {
  const good = await Promise.all([0, 10, 20, 30].map(jpegOf));
  let asked = 0;
  const host = await serve(t, (request, response) => {
    asked++;
    const jpeg = good[asked % good.length] ?? Buffer.alloc(0);
    const cut = request.url === '/always' || asked % 2 === 0;
    // Broken in a new way each time: an unchanged picture is not looked at.
    response
      .setHeader('content-type', 'image/jpeg')
      .end(cut ? Buffer.concat([jpeg.subarray(0, 200), randomBytes(3)]) : jpeg);
  });
  const { frames, problems } = await watchStill(`http://${host}/sometimes`, {}, (seen) => seen.length >= 4);
  assert.ok(frames.length >= 4);
  assert.ok(problems.some((text) => /left out/.test(text)));
  await assert.rejects(
    watchStill(`http://${host}/always`, {}, () => false),
    {
      code: 'unavailable',
      message: /5 pictures in a row/,
    },
  );
});

test('closing a still ends its requests, also between two pictures that are far apart', async (t) => {
  const jpeg = await jpegOf(0);
  const host = await serve(t, (_, response) => response.end(jpeg));
  const stream = await httpSource.open(`http://${host}/`, sourceOptions({ photosPerSecond: 0.01 }));
  const frames = stream[Symbol.asyncIterator]();
  assert.equal((await frames.next()).done, false);
  const next = frames.next();
  await stream.close();
  assert.equal((await next).done, true);
});
