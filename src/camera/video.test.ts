import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Demuxer, Encoder, Muxer } from 'node-av/api';
import { AV_CHANNEL_ORDER_NATIVE, AV_SAMPLE_FMT_S16, FF_ENCODER_PCM_S16LE } from 'node-av/constants';
import { Frame as NativeFrame } from 'node-av/lib';
import type { Frame, SourceOptions } from './frame.ts';
import { findSource } from './sources.ts';
import { sourceOptions, temporaryFolder, writeVideo } from './test-kit.ts';
import { createRateCap } from './video.ts';

const options = (more: Partial<SourceOptions> = {}): SourceOptions =>
  sourceOptions({ rate: 100, pace: 'fast', ...more });

async function read<T>(address: string, opts: SourceOptions, look: (frame: Frame) => Promise<T>): Promise<T[]> {
  const { source, url } = findSource(address);
  const stream = await source.open(url, opts);
  const found: T[] = [];
  try {
    for await (const frame of stream) {
      found.push(await look(frame));
      frame.release();
    }
  } finally {
    await stream.close();
  }
  return found;
}

test('a recording gives upright RGB frames with their times', async (t) => {
  const path = join(temporaryFolder(t), 'a.mp4');
  // A width that FFmpeg pads its rows for.
  await writeVideo(path, { width: 162, height: 90, fps: 10, frames: 12, squares: (i) => [[i * 4, 20, 40, 40]] });
  const frames = await read(path, options(), async (frame) => {
    const luma = await frame.luma();
    const raster = await frame.look(Number.POSITIVE_INFINITY);
    // Its memory is used again for a later frame.
    return { at: frame.capturedAt, raster: { ...raster, data: Uint8Array.from(raster.data) }, luma };
  });
  assert.equal(frames.length, 12);
  const [first, second] = frames;
  assert.ok(first && second);
  assert.equal(second.at - first.at, 100);
  assert.ok(
    frames.every(({ at }) => at <= Date.now()),
    'a recording that runs fast must not reach into the future',
  );
  assert.deepEqual([first.raster.width, first.raster.height, first.raster.data.length], [162, 90, 162 * 90 * 3]);
  const pixel = (x: number, y: number) => [...first.raster.data.subarray((y * 162 + x) * 3, (y * 162 + x) * 3 + 3)];
  assert.ok(
    pixel(20, 40).every((value) => value > 230),
    `inside ${pixel(20, 40).join()}`,
  );
  assert.ok(
    pixel(100, 40).every((value) => value < 25),
    `outside ${pixel(100, 40).join()}`,
  );
  assert.equal(first.luma.width, 80);
  assert.equal(first.luma.data.length, first.luma.width * first.luma.height);
  assert.ok((first.luma.data[20 * 80 + 10] ?? 0) > 200);
});

test('the rate is capped by the times of the frames', async (t) => {
  const path = join(temporaryFolder(t), 'a.mkv');
  await writeVideo(path, { width: 64, height: 48, fps: 30, frames: 60, squares: () => [] });
  const frames = await read(path, options({ rate: 5 }), async (frame) => frame.capturedAt);
  assert.ok(frames.length >= 9 && frames.length <= 11, `${frames.length} frames of 2 s`);
});

test('the cap keeps the mean rate and survives a clock that jumps back', () => {
  const due = createRateCap(8);
  const passed = Array.from({ length: 300 }, (_, i) => i * 33.3).filter((at) => due(at));
  assert.ok(Math.abs(passed.length - 80) <= 6, `${passed.length} of 10 s`);
  assert.equal(due(1_000_000), true);
  assert.equal(due(5_000), true);
  assert.equal(due(5_010), false);
});

test('an empty file, a file of words and a missing file say what they are and what to do', async (t) => {
  const folder = temporaryFolder(t);
  await writeFile(join(folder, 'empty.mp4'), '');
  await writeFile(join(folder, 'words.mp4'), 'these are words\n'.repeat(500));
  const open = (name: string) => read(join(folder, name), options(), async () => 0);
  await assert.rejects(open('empty.mp4'), { code: 'invalid', message: /is empty \(0 bytes\)/ });
  await assert.rejects(open('words.mp4'), { code: 'invalid', message: /words\.mp4 cannot be read as a video/ });
  await assert.rejects(open('missing.mp4'), { code: 'invalid', message: /There is no file .*missing\.mp4/ });
});

test('a file with only sound says so', async (t) => {
  const path = join(temporaryFolder(t), 'sound.wav');
  const layout = { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n };
  {
    await using muxer = await Muxer.open(path);
    using encoder = await Encoder.create(FF_ENCODER_PCM_S16LE);
    const index = muxer.addStream(encoder);
    const sound = { nbSamples: 800, format: AV_SAMPLE_FMT_S16, sampleRate: 8_000, channelLayout: layout };
    using native = NativeFrame.fromAudioBuffer(Buffer.alloc(1_600, 1), {
      ...sound,
      timeBase: { num: 1, den: 8_000 },
      pts: 0n,
    });
    for (const packet of [...(await encoder.encodeAll(native)), ...(await encoder.encodeAll(null))]) {
      await muxer.writePacket(packet, index);
      packet.free();
    }
  }
  await using check = await Demuxer.open(path);
  assert.ok(check.audio(), 'the test made no sound');
  await assert.rejects(
    read(path, options(), async () => 0),
    { code: 'invalid', message: /has no video in it/ },
  );
});

test('an unknown scheme names the known ones, a device that is absent says where to look', async () => {
  assert.throws(() => findSource('gopher://x/y'), { code: 'invalid', message: /rtsp:.*file:/ });
  await assert.rejects(
    read('v4l2:/dev/video987', options(), async () => 0),
    {
      code: 'unavailable',
      message: /\/dev\/video987.*ls \/dev\/video\*/,
    },
  );
});

test('a password in an address is in no error', async () => {
  const address = 'rtsp://admin:s3cret@127.0.0.1:9/stream?token=abc';
  await assert.rejects(
    read(address, options(), async () => 0),
    (error: Error) => {
      assert.match(error.message, /rtsp:\/\/127\.0\.0\.1:9\/stream/);
      assert.doesNotMatch(error.message, /s3cret|abc/);
      return true;
    },
  );
});

test('every frame that comes is told of, also those above the wanted rate', async (t) => {
  const path = join(temporaryFolder(t), 'a.mp4');
  await writeVideo(path, { width: 160, height: 90, fps: 25, frames: 50, squares: () => [] });
  let arrived = 0;
  const given = await read(path, options({ rate: 5, onArrived: () => arrived++ }), async () => undefined);
  assert.equal(arrived, 50);
  assert.ok(given.length <= 11, `${given.length} given`);
});
