// A play with real faces as a video file, for programs that read a camera.

import { Encoder, Muxer } from 'node-av/api';
import { AV_PIX_FMT_YUV420P, type FFEncoderCodec } from 'node-av/constants';
import { Frame as NativeFrame, Rational } from 'node-av/lib';
import type { Raster } from '../src/domain.ts';
import { createPainter, type Person } from './tracking-faces.ts';
import type { Play } from './tracking-scenes.ts';

export async function writePlay(
  file: string,
  play: Play,
  fps: number,
  people: readonly Person[],
  background: Raster,
): Promise<void> {
  const timeBase = new Rational(1, fps);
  const { paint } = createPainter(play, people, background);
  await using muxer = await Muxer.open(file);
  using encoder = await Encoder.create('mpeg4' as FFEncoderCodec, {
    bitrate: '6M',
    gopSize: 12,
    context: { framerate: new Rational(fps, 1), timeBase },
  });
  const stream = muxer.addStream(encoder);
  const frames = Math.floor(play.seconds * fps);
  for (let i = 0; i <= frames; i++) {
    const native = i < frames ? nativeFrame(paint(i / fps).raster, BigInt(i), timeBase) : null;
    for (const packet of await encoder.encodeAll(native)) {
      await muxer.writePacket(packet, stream);
      packet.free();
    }
    native?.free();
  }
}

function nativeFrame(
  { width, height, data }: Raster,
  pts: bigint,
  timeBase: { num: number; den: number },
): NativeFrame {
  const pixels = Buffer.alloc((width * height * 3) / 2);
  const [cb, cr] = [width * height, width * height * 1.25];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const [r = 0, g = 0, b = 0] = [data[at], data[at + 1], data[at + 2]];
      // BT.601, limited range.
      pixels[y * width + x] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      if (x % 2 === 1 || y % 2 === 1) continue;
      const half = (y >> 1) * (width >> 1) + (x >> 1);
      pixels[cb + half] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
      pixels[cr + half] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
  }
  return NativeFrame.fromVideoBuffer(pixels, { width, height, format: AV_PIX_FMT_YUV420P, pts, timeBase });
}
