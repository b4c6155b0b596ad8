import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { AV_LOG_QUIET, type FFEncoderCodec } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { SourceOptions } from './frame.ts';
import { splitJpegs } from './jpeg-split.ts';
import { lastWords } from './program-stream.ts';
import { createLibcameraSource, libcameraSource } from './source-libcamera.ts';
import { findSource } from './sources.ts';
import { sharpCodec, sourceOptions, squaresRaster, temporaryFolder, writeVideo } from './test-kit.ts';

const folder = temporaryFolder({ after });
const bin = join(folder, 'bin');
const path = process.env['PATH'] ?? '';
const pictures = { h264: join(folder, 'clip.h264'), mjpeg: join(folder, 'clip.mjpeg') };

before(async () => {
  Log.setLevel(AV_LOG_QUIET);
  const scene = { width: 320, height: 240, fps: 25, frames: 50, squares: () => [] };
  await writeVideo(pictures.h264, scene, 'libx264' as FFEncoderCodec);
  const jpegs = await Promise.all(
    [0, 1, 2].map((i) => sharpCodec.encodeJpeg(squaresRaster(320, 240, [[i, 20, 40, 40]]))),
  );
  await writeFile(pictures.mjpeg, Buffer.concat(jpegs));
});

/** A program of that name first on the path; it writes its arguments and process number down, then runs `body`. */
async function install(name: string, body: string): Promise<{ calls: () => { pid: number; args: string[] }[] }> {
  const { mkdir, rm } = await import('node:fs/promises');
  await rm(bin, { recursive: true, force: true });
  await mkdir(bin, { recursive: true });
  const calls = join(folder, `calls-${performance.now()}`);
  await writeFile(calls, '');
  const script = `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
fs.appendFileSync(${JSON.stringify(calls)}, JSON.stringify({ pid: process.pid, args }) + '\\n');
const codec = args[args.indexOf('--codec') + 1];
const play = () => {
  const bytes = fs.readFileSync(codec === 'h264' ? ${JSON.stringify(pictures.h264)} : ${JSON.stringify(pictures.mjpeg)});
  const step = Math.ceil(bytes.length / 7);
  let at = 0;
  setInterval(() => {
    process.stdout.write(bytes.subarray(at, at + step));
    at = at + step >= bytes.length ? 0 : at + step;
  }, 20);
};
process.stderr.write('[0:06:16.583445990] [1264]  INFO Camera camera_manager.cpp:284 libcamera v0.1.0\\n');
${body}
`;
  await writeFile(join(bin, name), script);
  await chmod(join(bin, name), 0o755);
  process.env['PATH'] = `${bin}${delimiter}${path}`;
  return {
    calls: () =>
      readFileSync(calls, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { pid: number; args: string[] }),
  };
}

async function watch(
  url: string,
  count: number,
  more: Partial<SourceOptions> = {},
  source = libcameraSource,
  onFirst: () => Promise<void> = async () => undefined,
): Promise<number> {
  const stream = await source.open(url, sourceOptions({ rate: 8, ...more }));
  let frames = 0;
  try {
    for await (const frame of stream) {
      assert.deepEqual([frame.width, frame.height], [320, 240]);
      frame.release();
      if (++frames === 1) await onFirst();
      if (frames === count) break;
    }
  } finally {
    await stream.close();
  }
  return frames;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

for (const [name, codec] of [
  ['rpicam-vid', 'mjpeg'],
  ['libcamera-vid', 'h264'],
] as const) {
  test(`${name} is watched (${codec}), with the settings of the address, and ended with its stream`, async () => {
    const { calls } = await install(name, 'play();');
    const { source, url } = findSource(`libcamera:1?size=1920x1080&rate=25&rotation=180&hflip=1&codec=${codec}`);
    let cmdline = '';
    const frames = await watch(url, 10, { rate: 1_000 }, source, async () => {
      cmdline = await readFile(`/proc/${calls()[0]?.pid}/cmdline`, 'utf8').catch(() => '');
    });
    assert.equal(frames, 10);
    const [call] = calls();
    assert.ok(call);
    const args = call.args.join(' ');
    assert.match(args, /--camera 1 --width 1920 --height 1080 --framerate 25 --rotation 180 --hflip --codec/);
    assert.match(args, codec === 'h264' ? /--inline --intra 25 / : /--codec mjpeg --flush --output -$/);
    assert.ok(!isAlive(call.pid), 'the program still runs');
    if (process.platform === 'linux') assert.match(cmdline, /--codec/);
  });
}

test('no more pictures are encoded than are looked at', async () => {
  const { calls } = await install('rpicam-vid', 'play();');
  await watch('libcamera:', 2, { rate: 7.5 });
  assert.match(calls()[0]?.args.join(' ') ?? '', /--camera 0 --width 1280 --height 720 --framerate 8 /);
});

test('where H.264 needs to be told its container, it is told', async () => {
  const { calls } = await install(
    'rpicam-vid',
    `if (args.includes('--libav-format')) play();
     else { process.stderr.write('ERROR: *** libav: cannot allocate output context, try setting with --libav-format ***\\n'); process.exitCode = 255; }`,
  );
  assert.equal(await watch('libcamera:?codec=h264', 3), 3);
  assert.equal(calls().length, 2);
});

test('what the program says last is said, with what to do', async () => {
  await install(
    'rpicam-vid',
    `process.stderr.write('ERROR: *** no cameras available ***\\n'); process.exitCode = 255;`,
  );
  await assert.rejects(watch('libcamera:', 1), {
    code: 'unavailable',
    message: /\(no cameras available\): is the cable in/,
  });
  await install(
    'rpicam-vid',
    `process.stderr.write('[0:1:2.3] [99] ERROR V4L2 v4l2_device.cpp:390 Unable to set: Device or resource busy\\nERROR: *** failed to acquire camera /base/imx708@1a ***\\n'); process.exitCode = 255;`,
  );
  await assert.rejects(watch('libcamera:', 1), {
    code: 'unavailable',
    message: /failed to acquire camera.*another program/,
  });
});

test('a program that dies while it plays is told from one that ends', async () => {
  const { calls } = await install(
    'rpicam-vid',
    `play(); setTimeout(() => { process.stderr.write('ERROR: *** Camera frontend has timed out! ***\\n', () => process.exit(255)); }, 1500);`,
  );
  await assert.rejects(watch('libcamera:', 100_000), {
    code: 'unavailable',
    message: /Camera frontend has timed out!/,
  });
  assert.ok(!isAlive(calls()[0]?.pid ?? 0));
});

test('a program that gives nothing is ended, and so is one that does not want to', async () => {
  const hanging = await install(
    'rpicam-vid',
    `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000);`,
  );
  await assert.rejects(watch('libcamera:', 1, {}, createLibcameraSource(1_500)), {
    code: 'unavailable',
    message: /gave nothing for 2 s/,
  });
  assert.ok(!isAlive(hanging.calls()[0]?.pid ?? 0));
  const stubborn = await install('rpicam-vid', `process.on('SIGTERM', () => undefined); play();`);
  await watch('libcamera:', 2);
  assert.ok(!isAlive(stubborn.calls()[0]?.pid ?? 0));
});

test('stopping ends the program, also while it has given nothing yet', async () => {
  const { calls } = await install('rpicam-vid', `setInterval(() => undefined, 1000);`);
  const stop = new AbortController();
  const opening = watch('libcamera:', 1, { signal: stop.signal });
  opening.catch(() => undefined);
  const until = performance.now() + 10_000;
  while (calls().length === 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  stop.abort();
  await assert.rejects(opening, { name: 'AbortError' });
  while (isAlive(calls()[0]?.pid ?? 0) && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(!isAlive(calls()[0]?.pid ?? 0));
});

test('without the program it says what to install', async () => {
  process.env['PATH'] = folder;
  await assert.rejects(watch('libcamera:', 1), { code: 'unavailable', message: /sudo apt install rpicam-apps/ });
  process.env['PATH'] = path;
});

test('wrong words in the address are named, and nothing of them reaches the program', async () => {
  const { calls } = await install('rpicam-vid', 'play();');
  for (const [url, words] of [
    ['libcamera:?colour=1', /does not know "colour": there are camera, size, rate/],
    ['libcamera:?size=big', /"size".*"big": width x height, like 1280x720/],
    ['libcamera:?rotation=90', /"rotation".*"90": 0 or 180/],
    ['libcamera:?rate=0', /"rate"/],
    ['libcamera:front', /"camera".*"front"/],
    ['libcamera:?size=1280x720%20--post-process-file%20x', /"size"/],
    ['libcamera:?output=/etc/passwd', /does not know "output"/],
  ] as const) {
    await assert.rejects(watch(url, 1), { code: 'invalid', message: words }, url);
  }
  assert.equal(calls().length, 0);
});

test('JPEGs without anything in between are taken apart wherever the pieces begin', async () => {
  const jpegs = await Promise.all([1, 2, 3].map((i) => sharpCodec.encodeJpeg(squaresRaster(64, 48, [[i, 2, 20, 20]]))));
  const bytes = Buffer.concat([Buffer.from('noise'), ...jpegs]);
  for (const size of [1, 2, 7, 500, bytes.length]) {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const found: Buffer[] = [];
    for await (const jpeg of splitJpegs(pieces())) found.push(Buffer.from(jpeg));
    assert.equal(found.length, 3);
    assert.ok(
      found.every((jpeg, i) => jpeg.equals(Buffer.from(jpegs[i] ?? []))),
      `pieces of ${size}`,
    );
  }
});

test('the last words that sound like trouble are taken, without stars and stamps', () => {
  assert.equal(lastWords(['ERROR: *** no cameras available ***']), 'no cameras available');
  assert.equal(
    lastWords(['[0:1:2.3] [99]  INFO Camera x', 'it failed: y', '[0:1:2.4] [99]  INFO bye']),
    'it failed: y',
  );
  assert.equal(lastWords([]), null);
});
