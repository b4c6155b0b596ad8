// For the tests of this folder: little videos, a codec, and an engine that "sees" white squares on black as faces.

import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encoder, Muxer } from 'node-av/api';
import { AV_PIX_FMT_YUV420P, type FFEncoderCodec } from 'node-av/constants';
import { Rational, type Frame as NativeFrame } from 'node-av/lib';
import sharp from 'sharp';
import type { Box, Face, PictureCodec, Raster } from '../domain.ts';
import type { Analysis, FaceEngine } from '../face-port.ts';
import { KithError } from '../errors.ts';
import type { SourceOptions } from './frame.ts';
import { frameOfYuv420 } from './yuv.test-kit.ts';
import { openLog, type Log } from '../log.ts';

/** A temporary folder that goes with the test. */
export function temporaryFolder(t: { after(fn: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'kith-camera-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export function quietLog(): Log {
  return openLog({ level: 'silent', pretty: false });
}

/** A log whose lines can be looked at. */
export function listeningLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const write = (...given: unknown[]): void => {
    lines.push(String(given.findLast((part) => typeof part === 'string')));
  };
  const log = { info: write, warn: write, error: write, debug: () => undefined } as unknown as Log;
  return { log, lines };
}

/** What a source is asked for in tests. */
export function sourceOptions(more: Partial<SourceOptions> = {}): SourceOptions {
  return {
    rate: 1_000_000,
    pace: 'realtime',
    photosPerSecond: 1,
    transport: 'tcp',
    hardware: 'off',
    backEnd: null,
    onNamed: () => () => undefined,
    codec: sharpCodec,
    onProblem: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly frames: number;
  /** White squares of frame `index`. */
  readonly squares: (index: number) => readonly Box[];
}

/** Writes a video with FFmpeg's own MPEG-4 or MJPEG encoder. */
export async function writeVideo(path: string, scene: Scene, codec = 'mpeg4' as FFEncoderCodec): Promise<void> {
  const { width, height, fps, frames, squares } = scene;
  const timeBase = new Rational(1, fps);
  await using muxer = await Muxer.open(path);
  using encoder = await Encoder.create(codec, {
    bitrate: '4M',
    gopSize: 10,
    context: { framerate: new Rational(fps, 1), timeBase },
  });
  const index = muxer.addStream(encoder);
  for (let i = 0; i <= frames; i++) {
    const native = i < frames ? nativeFrame(width, height, squares(i), BigInt(i), timeBase) : null;
    for (const packet of await encoder.encodeAll(native)) {
      await muxer.writePacket(packet, index);
      packet.free();
    }
    native?.free();
  }
}

function nativeFrame(
  width: number,
  height: number,
  squares: readonly Box[],
  pts: bigint,
  timeBase: { num: number; den: number },
): NativeFrame {
  const pixels = Buffer.alloc((width * height * 3) / 2, 128);
  pixels.fill(16, 0, width * height);
  for (const [x, y, w, h] of squares) {
    for (let row = Math.max(0, y); row < Math.min(height, y + h); row++) {
      const from = row * width + Math.max(0, x);
      const to = row * width + Math.min(width, x + w);
      if (to > from) pixels.fill(235, from, to);
    }
  }
  const frame = frameOfYuv420(pixels, { width, height }, AV_PIX_FMT_YUV420P);
  frame.pts = pts;
  frame.timeBase = new Rational(timeBase.num, timeBase.den);
  return frame;
}

/** Black with white squares. */
export function squaresRaster(width: number, height: number, squares: readonly Box[]): Raster {
  const data = new Uint8Array(width * height * 3);
  for (const [x, y, w, h] of squares) {
    for (let row = y; row < y + h; row++) data.fill(255, (row * width + x) * 3, (row * width + x + w) * 3);
  }
  return { width, height, data };
}

export const sharpCodec: PictureCodec = {
  async check(bytes) {
    const { width, height, format } = await sharp(bytes).metadata();
    return { width, height, format };
  },
  async decode(bytes) {
    try {
      const { data, info } = await sharp(bytes)
        .removeAlpha()
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, data, scale: 1 };
    } catch (error) {
      throw new KithError('invalid', 'It is no picture.', { cause: error });
    }
  },
  async encodeJpeg({ width, height, data }, { maxSide = 8_192, quality = 90, overlay } = {}) {
    return sharp(data, { raw: { width, height, channels: 3 } })
      .resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
      .composite(overlay === undefined ? [] : [{ input: Buffer.from(overlay), left: 0, top: 0 }])
      .jpeg({ quality })
      .toBuffer();
  },
};

/** Sees each separate run of bright columns as one face, with the quality given. */
export function squareEngine(options: { quality?: number; delayMs?: number } = {}): FaceEngine & { looks: number } {
  const { quality = 0.9, delayMs = 0 } = options;
  const engine = {
    looks: 0,
    threads: 1,
    embedder: { id: 'none', dimensions: 1, metric: 'euclidean' as const, threshold: 1 },
    async analyse(picture: Uint8Array | Raster): Promise<Analysis> {
      engine.looks++;
      if (picture instanceof Uint8Array) throw new Error('only rasters come here');
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      return {
        width: picture.width,
        height: picture.height,
        faces: brightRuns(picture).map((box) => faceAt(box, quality)),
      };
    },
    close: () => Promise.resolve(),
  };
  return engine;
}

function brightRuns({ width, height, data }: Raster): Box[] {
  const rowsOf = (x: number): number[] =>
    Array.from({ length: height }, (_, y) => y).filter((y) => (data[(y * width + x) * 3] ?? 0) > 128);
  const boxes: Box[] = [];
  let from = -1;
  for (let x = 0; x <= width; x++) {
    const bright = x < width && rowsOf(x).length > 4;
    if (bright && from < 0) from = x;
    if (bright || from < 0) continue;
    const rows = rowsOf((from + x) >> 1);
    const top = rows[0] ?? 0;
    if (x - from > 4) boxes.push([from, top, x - from, (rows.at(-1) ?? 0) - top + 1]);
    from = -1;
  }
  return boxes;
}

export function faceAt(box: Box, quality: number, score = 0.95): Face {
  const [x, y, w, h] = box;
  const at = (u: number, v: number) => [x + u * w, y + v * h] as const;
  return {
    box,
    score,
    points: [at(0.3, 0.4), at(0.7, 0.4), at(0.5, 0.6), at(0.35, 0.8), at(0.65, 0.8)],
    pose: { yaw: 0, pitch: 0, roll: 0 },
    quality: {
      size: quality,
      sharpness: quality,
      light: quality,
      contrast: quality,
      pose: quality,
      occlusion: quality,
      total: quality,
      reason: 'size',
      luminance: 120,
      eyes: 1,
      mouth: 1,
    },
  };
}

/** What a camera posted. */
export async function readPost(request: IncomingMessage): Promise<{ meta: unknown; image: Buffer }> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(Buffer.concat(chunks), { headers }).formData();
  const meta = form.get('meta');
  const image = form.get('image');
  if (typeof meta !== 'string' || !(image instanceof File)) throw new Error('meta or image is missing');
  return { meta: JSON.parse(meta) as unknown, image: Buffer.from(await image.arrayBuffer()) };
}
