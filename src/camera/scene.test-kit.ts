// Videos for tests that need more than test-kit.ts writes: two pieces of different sizes or codecs in one transport stream, chosen
// key frames, and pictures lying on their side.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Encoder, Muxer } from 'node-av/api';
import {
  AV_LOG_QUIET,
  AV_PIX_FMT_YUV420P,
  FF_ENCODER_LIBX264,
  type AVPixelFormat,
  type FFEncoderCodec,
} from 'node-av/constants';
import { Log, Rational, type Frame as NativeFrame } from 'node-av/lib';
import type { Box } from '../domain.ts';
import { frameOfYuv420 } from './yuv.test-kit.ts';

export interface Piece {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frames: number;
  readonly keyEvery: number;
  readonly codec?: FFEncoderCodec;
  /** First time stamp, in frames. */
  readonly from?: number;
  /** White squares of frame `index`. */
  readonly squares: (index: number) => readonly Box[];
}

/** As an IP camera does it: no frames that refer to later ones. */
export async function writePiece(path: string, piece: Piece): Promise<void> {
  const { width, height, fps, frames, keyEvery, codec = FF_ENCODER_LIBX264, from = 0, squares } = piece;
  Log.setLevel(AV_LOG_QUIET);
  const timeBase = new Rational(1, fps);
  await using muxer = await Muxer.open(path);
  using encoder = await Encoder.create(codec, {
    gopSize: keyEvery,
    maxBFrames: 0,
    options: codec === FF_ENCODER_LIBX264 ? { preset: 'ultrafast', 'x264-params': 'scenecut=0' } : {},
    context: { framerate: new Rational(fps, 1), timeBase },
  });
  const index = muxer.addStream(encoder);
  for (let i = 0; i <= frames; i++) {
    const native = i < frames ? pictureOf(width, height, squares(i), BigInt(from + i), timeBase) : null;
    for (const packet of await encoder.encodeAll(native)) {
      await muxer.writePacket(packet, index);
      packet.free();
    }
    native?.free();
  }
}

/** Transport streams may simply be put one behind the other. */
export async function joinPieces(folder: string, pieces: readonly Piece[]): Promise<string> {
  const parts: Buffer[] = [];
  for (const [i, piece] of pieces.entries()) {
    const path = join(folder, `piece-${i}.ts`);
    await writePiece(path, piece);
    parts.push(await readFile(path));
  }
  const joined = join(folder, 'joined.ts');
  await writeFile(joined, Buffer.concat(parts));
  return joined;
}

/** Grey with white squares, and a texture that stays, so that key frames have a size. */
export function pictureOf(
  width: number,
  height: number,
  squares: readonly Box[],
  pts: bigint,
  timeBase: { num: number; den: number },
  format: AVPixelFormat = AV_PIX_FMT_YUV420P,
): NativeFrame {
  const pixels = Buffer.alloc((width * height * 3) / 2, 128);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels[y * width + x] = 40 + ((x * 7919 + y * 104_729 + ((x * y) >> 3)) % 61);
  }
  for (const [x, y, w, h] of squares) {
    for (let row = Math.max(0, y); row < Math.min(height, y + h); row++) {
      const left = row * width + Math.max(0, x);
      const right = row * width + Math.min(width, x + w);
      if (right > left) pixels.fill(235, left, right);
    }
  }
  const frame = frameOfYuv420(pixels, { width, height }, format);
  frame.pts = pts;
  frame.timeBase = new Rational(timeBase.num, timeBase.den);
  return frame;
}
