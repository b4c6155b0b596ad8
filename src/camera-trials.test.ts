// Cameras tried and examined in child processes: what comes out, and that nothing a camera or a decoder does reaches the one who asks.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startRtspServer } from './camera/rtsp-server.test-kit.ts';
import { startOnvifServer } from './camera/onvif.test-kit.ts';
import { writePiece } from './camera/scene.test-kit.ts';
import { temporaryFolder, writeVideo } from './camera/test-kit.ts';
import { CameraSchema, type CameraSettings } from './camera-settings.ts';
import { openCameraTrials, type TrialLimits } from './camera-trials.ts';
import { validate } from './validate.ts';

const CLIP = join(import.meta.dirname, '..', '..', 'shared', 'data', 'video', 'asl-walk.mkv');
const skip = existsSync(CLIP) ? false : `${CLIP} is not here`;

function open(t: TestContext, limits: Partial<TrialLimits> = {}, program?: string) {
  const data = temporaryFolder(t);
  const trials = openCameraTrials({ data, connection: () => null, limits, ...(program !== undefined && { program }) });
  t.after(() => trials.close());
  return trials;
}

function camera(source: string): CameraSettings {
  return validate(CameraSchema, { id: 'new', source }, 'the camera');
}

const at = (password: string, url: string): string => url.replace('://', `://admin:${password}@`);
const never = (): AbortSignal => new AbortController().signal;

test('a recording is tried: size, rate, codec, one picture', async (t) => {
  const file = join(temporaryFolder(t), 'walk.mp4');
  await writeVideo(file, { width: 320, height: 180, fps: 20, frames: 60, squares: (i) => [[i * 3, 60, 40, 40]] });
  const { source, width, height, frameRate, codec, jpeg, profiles } = await open(t).probe(camera(file), never());
  assert.deepEqual([source, width, height, codec, profiles], [file, 320, 180, 'mpeg4', []]);
  assert.ok(frameRate !== null && frameRate > 0);
  assert.deepEqual(Array.from(jpeg.slice(0, 3)), [0xff, 0xd8, 0xff]);
});

test('a clip of a real camera is tried and examined; faces in the picture are hidden', { skip }, async (t) => {
  const trials = open(t);
  const probed = await trials.probe(camera(CLIP), never());
  assert.deepEqual([probed.width, probed.height, probed.codec], [640, 480, 'h264']);
  const seen: number[] = [];
  const wish = {
    seconds: 30,
    showFaces: false,
    signal: never(),
    onProgress: (watched: number) => void seen.push(watched),
  };
  const { advice, findings, examination, jpeg } = await trials.examine(camera(CLIP), wish);
  assert.equal(advice.verdict, 'good');
  assert.ok(findings.some(({ topic }) => topic === 'usable') && seen.length > 0);
  assert.deepEqual([examination.cutShort, examination.day.width], ['ended', 640]);
  assert.ok(jpeg && jpeg.length > 1_000);
});

test('RTSP and ONVIF with a login: right, wrong, and no word of it in what is said', async (t) => {
  const clip = join(temporaryFolder(t), 'clip.mp4');
  await writePiece(clip, { width: 320, height: 192, fps: 10, frames: 40, keyEvery: 5, squares: () => [] });
  const rtsp = await startRtspServer(t, { clip, user: 'admin', password: 's3cr@t', loop: true });
  const trials = open(t);
  const probed = await trials.probe(camera(at('s3cr%40t', rtsp.url)), never());
  assert.deepEqual([probed.width, probed.height, probed.codec, probed.source], [320, 192, 'h264', rtsp.url]);
  await assert.rejects(trials.probe(camera(at('wrong-one', rtsp.url)), never()), (error: Error) => {
    assert.match(error.message, /user or password/);
    assert.doesNotMatch(error.message, /wrong-one|admin/);
    return true;
  });
  const onvif = await startOnvifServer(t, {
    user: 'admin',
    password: 's3cr@t',
    profiles: [{ token: 'main', width: 320, height: 192, stream: rtsp.url }],
  });
  const found = await trials.probe(camera(`onvif://admin:s3cr%40t@127.0.0.1:${onvif.port}`), never());
  assert.deepEqual([found.width, found.profiles.map(({ token, width }) => [token, width])], [320, [['main', 320]]]);
});

test('a camera that takes the connection and says nothing is given up, and so is one that nobody waits for', async (t) => {
  const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const silent = camera(`rtsp://me:s3cret@127.0.0.1:${(server.address() as AddressInfo).port}/x`);
  const trials = open(t, { probeMs: 1_500 });
  await assert.rejects(trials.probe(silent, never()), { code: 'unavailable', message: /^Nothing came of it in 2 s/ });
  const gone = new AbortController();
  const waiting = assert.rejects(trials.probe(silent, gone.signal), { message: /Given up/ });
  gone.abort();
  await waiting;
});

test('children that hang, crash, grow or are too many do no harm', async (t) => {
  const folder = temporaryFolder(t);
  const program = async (name: string, body: string): Promise<string> => {
    const file = join(folder, `${name}.mjs`);
    await writeFile(file, body);
    return file;
  };
  const begin = "process.on('message', () => { process.send({ kind: 'memory', megabytes: 10 }); BODY });";
  const hanging = await program('hang', begin.replace('BODY', 'for (;;);'));
  const limits = { probeMs: 300, examineMs: 300, graceMs: 300 };
  await assert.rejects(open(t, limits, hanging).probe(camera('x.mp4'), never()), { message: /Nothing came of it/ });
  const stop = AbortSignal.abort();
  const wish = { seconds: 60, showFaces: false, signal: stop, onProgress: () => undefined };
  await assert.rejects(open(t, limits, hanging).examine(camera('x.mp4'), wish), { message: /Nothing came of it/ });
  const crashing = await program('crash', begin.replace('BODY', "process.kill(process.pid, 'SIGSEGV');"));
  await assert.rejects(open(t, {}, crashing).probe(camera('x.mp4'), never()), { message: /The decoder crashed .*SIG/ });
  const growing = await program('grow', begin.replace('BODY', '').replace('10', '9999'));
  await assert.rejects(open(t, {}, growing).probe(camera('x.mp4'), never()), { message: /more than 700 MB/ });
  const patient = await program('wait', begin.replace('BODY', ''));
  const trials = open(t, { probes: 1 }, patient);
  const first = assert.rejects(trials.probe(camera('x.mp4'), never()), { message: /Given up/ });
  await assert.rejects(trials.probe(camera('x.mp4'), never()), { status: 429 });
  await trials.close();
  await first;
});

test(
  'no password stands in the list of processes',
  { skip: process.platform !== 'linux' && 'only Linux has /proc' },
  async (t) => {
    const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const gone = new AbortController();
    const connected = once(server, 'connection');
    const waiting = assert.rejects(open(t).probe(camera(`rtsp://me:s3cret@127.0.0.1:${port}/x`), gone.signal));
    await connected;
    const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
    const lines = await Promise.all(
      children
        .trim()
        .split(' ')
        .map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
    );
    assert.ok(lines.some((line) => line.includes('camera-trial-child')));
    assert.ok(lines.every((line) => !line.includes('s3cret')));
    gone.abort();
    await waiting;
  },
);
