// What is asked of a decoded picture, made straight from its planes: a tiny grey one, a reduced one in RGB, or a part of it.
// Nothing is made of the whole at full size.

import type { Box, Raster } from '../domain.ts';
import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_NV21,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_RGB,
  SoftwareScaleContext,
  type NativeFrame,
  SWS_AREA,
  type AVPixelFormat,
} from './ffmpeg.ts';
import { LUMA_WIDTH, partOf, wholePixels, type Luma, type Part } from './frame.ts';
import { filledFrame, newFrame, type Rows } from './own-frame.ts';
import { sizeOf, turnedBack, turnPixels, type Size, type Upright } from './upright.ts';

export interface Converter {
  luma(native: NativeFrame, upright: Upright): Promise<Luma>;
  /** Into memory that `giveBack` takes for a later picture. */
  look(native: NativeFrame, upright: Upright, maxSide: number): Promise<Raster>;
  giveBack(raster: Raster): void;
  crop(native: NativeFrame, upright: Upright, box: Box, maxSide: number): Promise<Part>;
  close(): void;
}

/** Planes that can be cut without knowing more: bytes per sample, and how many pixels share one (horizontally, vertically). */
type Plane = readonly [bytes: number, across: number, down: number];
const WHOLE: Plane = [1, 1, 1];
const PLANES = new Map<number, readonly Plane[]>([
  [AV_PIX_FMT_YUV420P, [WHOLE, [1, 2, 2], [1, 2, 2]]],
  [AV_PIX_FMT_YUVJ420P, [WHOLE, [1, 2, 2], [1, 2, 2]]],
  [AV_PIX_FMT_YUV422P, [WHOLE, [1, 2, 1], [1, 2, 1]]],
  [AV_PIX_FMT_YUVJ422P, [WHOLE, [1, 2, 1], [1, 2, 1]]],
  [AV_PIX_FMT_YUV444P, [WHOLE, WHOLE, WHOLE]],
  [AV_PIX_FMT_YUVJ444P, [WHOLE, WHOLE, WHOLE]],
  [AV_PIX_FMT_NV12, [WHOLE, [2, 2, 2]]],
  [AV_PIX_FMT_NV21, [WHOLE, [2, 2, 2]]],
  [AV_PIX_FMT_GRAY8, [WHOLE]],
]);
/** Samples of a cell of the grey picture are taken in so many rows and columns: enough against noise. */
const SAMPLES = 6;

/** Sizes that scalers and targets are kept for; a stream that changes its resolution shall not pile them up. */
const KEPT = 4;

/** One for each stream: it keeps scalers and memory that pictures of the same size share. */
export function createConverter(): Converter {
  const kept = new Map<string, { scaler: SoftwareScaleContext; target: NativeFrame }>();
  const cutter = openScaler();
  const pool: Uint8Array[] = [];
  let closed = false;
  // One conversion at a time: a scaler has one state, and one target.
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(() => {
      if (closed) throw new Error('the stream has been closed');
      return work();
    });
    last = next.catch(() => undefined);
    return next;
  }

  function forget(): void {
    for (const { scaler, target } of kept.values()) {
      scaler.freeContext();
      target.free();
    }
    kept.clear();
  }

  /** Scales into a target of this size that is used again; `use` copies out of it. */
  function scaled<T>(
    native: NativeFrame,
    { width, height }: Size,
    format: AVPixelFormat,
    use: (out: NativeFrame) => T,
  ): Promise<T> {
    return inTurn(async () => {
      const key = `${format} ${width}x${height}`;
      let way = kept.get(key);
      if (!way) {
        if (kept.size >= KEPT) forget();
        way = { scaler: openScaler(), target: openTarget({ width, height }, format) };
        kept.set(key, way);
      }
      await scale(way.scaler, native, way.target);
      return use(way.target);
    });
  }

  function memory(length: number): Uint8Array {
    const at = pool.findIndex((bytes) => bytes.length === length);
    const [reused] = at < 0 ? [] : pool.splice(at, 1);
    return reused ?? new Uint8Array(new SharedArrayBuffer(length));
  }

  async function look(native: NativeFrame, upright: Upright, maxSide: number): Promise<Raster> {
    const full = sizeOf(native, upright);
    const size = reduced(full, maxSide);
    const lying = upright.quarters % 2 === 1 ? { width: size.height, height: size.width } : size;
    const data = memory(size.width * size.height * 3);
    await scaled(native, lying, AV_PIX_FMT_RGB24, (out) => turned(out, 3, upright, data));
    return { ...size, data };
  }

  function giveBack({ data }: Raster): void {
    // The newest are kept: after a change of resolution nobody asks for the old ones.
    pool.push(data);
    if (pool.length > 3) pool.shift();
  }

  async function crop(native: NativeFrame, upright: Upright, box: Box, maxSide: number): Promise<Part> {
    const [left, top, width, height] = wholePixels(box, sizeOf(native, upright));
    const lying = turnedBack([left, top, width, height], native, upright.quarters);
    const cut = upright.stretch === 1 ? cutPlanes(native, lying) : null;
    if (!cut) {
      // Seldom: pixels that are not square, or a format whose planes are not known here.
      const whole = await look(native, upright, Number.POSITIVE_INFINITY);
      const part = partOf(whole, box);
      giveBack(whole);
      return part;
    }
    try {
      return await inTurn(async () => {
        const target = openTarget(reduced(cut.frame, maxSide), AV_PIX_FMT_RGB24);
        try {
          await scale(cutter, cut.frame, target);
          // Colours have fewer samples, so a pixel more was cut at the edges.
          const whole = { width: target.width, height: target.height, data: packed(target, 3) };
          const smaller = target.width / cut.frame.width;
          const inner = partOf(whole, [
            Math.round((lying[0] - cut.left) * smaller),
            Math.round((lying[1] - cut.top) * smaller),
            Math.round(lying[2] * smaller),
            Math.round(lying[3] * smaller),
          ]);
          if (upright.quarters === 0) return { ...inner, left, top };
          const data = new Uint8Array(inner.data.length);
          turnPixels(inner.data, inner, upright.quarters, 3, data);
          const sideways = upright.quarters % 2 === 1;
          return {
            left,
            top,
            width: sideways ? inner.height : inner.width,
            height: sideways ? inner.width : inner.height,
            data,
          };
        } finally {
          target.free();
        }
      });
    } finally {
      cut.frame.free();
    }
  }

  async function luma(native: NativeFrame, upright: Upright): Promise<Luma> {
    const full = sizeOf(native, upright);
    const width = Math.min(LUMA_WIDTH, full.width);
    const size = { width, height: Math.max(1, Math.round((width * full.height) / full.width)) };
    const data = new Uint8Array(size.width * size.height);
    if (PLANES.has(native.format)) {
      sampleLuma(native, upright.quarters, size, data);
    } else {
      const lying = upright.quarters % 2 === 1 ? { width: size.height, height: size.width } : size;
      await scaled(native, lying, AV_PIX_FMT_GRAY8, (out) => turned(out, 1, upright, data));
    }
    return { ...size, data };
  }

  return {
    luma,
    look,
    giveBack,
    crop,
    close() {
      if (closed) return;
      closed = true;
      void last.finally(() => {
        forget();
        cutter.freeContext();
      });
    },
  };
}

function reduced({ width, height }: Size, maxSide: number): Size {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Sizes, formats and colours are those of the pictures that come: a scaler adapts itself to each. */
function openScaler(): SoftwareScaleContext {
  const scaler = new SoftwareScaleContext();
  scaler.allocContext();
  scaler.setOption('sws_flags', SWS_AREA);
  return scaler;
}

function openTarget(size: Size, format: AVPixelFormat): NativeFrame {
  const target = newFrame(size, format);
  target.colorRange = AVCOL_RANGE_JPEG;
  if (format === AV_PIX_FMT_RGB24) target.colorSpace = AVCOL_SPC_RGB;
  return target;
}

async function scale(scaler: SoftwareScaleContext, from: NativeFrame, to: NativeFrame): Promise<void> {
  const result = await scaler.scaleFrame(to, from);
  if (result < 0) throw new Error(`the picture could not be converted (${result})`);
}

function turned(out: NativeFrame, bytes: number, { quarters }: Upright, target: Uint8Array): void {
  if (quarters === 0) packed(out, bytes, target);
  else turnPixels(packed(out, bytes), out, quarters, bytes, target);
}

/** Each access to a picture's planes is megabytes that the garbage collector believes to be new: a tenth of a core went into
 * collecting them. So they are asked for once. */
const planes = new WeakMap<NativeFrame, Buffer[] | null>();

function planesOf(native: NativeFrame): Buffer[] | null {
  const known = planes.get(native);
  if (known !== undefined) return known;
  const { data } = native;
  planes.set(native, data);
  return data;
}

/** The pixels without the padding of FFmpeg's rows. */
function packed(
  out: NativeFrame,
  bytes: number,
  target: Uint8Array = new Uint8Array(out.width * out.height * bytes),
): Uint8Array {
  const plane = planesOf(out)?.[0];
  const stride = out.linesize[0] ?? 0;
  const row = out.width * bytes;
  if (!plane || stride < row) throw new Error('the picture has no pixels');
  if (stride === row) target.set(plane.subarray(0, target.length));
  else for (let y = 0; y < out.height; y++) target.set(plane.subarray(y * stride, y * stride + row), y * row);
  return target;
}

/** The part of a picture around `box` as a picture of its own, or null when the format's planes are not known. */
function cutPlanes(native: NativeFrame, box: Box): { frame: NativeFrame; left: number; top: number } | null {
  const format = PLANES.get(native.format);
  const sources = planesOf(native);
  if (!format || !sources) return null;
  const across = Math.max(...format.map((plane) => plane[1]));
  const down = Math.max(...format.map((plane) => plane[2]));
  const left = Math.floor(box[0] / across) * across;
  const top = Math.floor(box[1] / down) * down;
  // Some pixels of colour beside the wanted ones, so that they are interpolated at the edges as they are in the whole.
  const width = Math.min(Math.ceil((box[0] + box[2]) / across) * across, native.width) - left;
  const height = Math.min(Math.ceil((box[1] + box[3]) / down) * down, native.height) - top;
  const planes: Rows[] = [];
  for (const [index, [bytes, x, y]] of format.entries()) {
    const source = sources[index];
    if (!source) return null;
    const stride = native.linesize[index] ?? 0;
    const from = (top / y) * stride + (left / x) * bytes;
    planes.push({ bytes: source, from, stride, length: Math.ceil(width / x) * bytes, count: Math.ceil(height / y) });
  }
  const frame = filledFrame({ width, height }, native.format as AVPixelFormat, planes);
  frame.colorSpace = native.colorSpace;
  frame.colorRange = native.colorRange;
  frame.chromaLocation = native.chromaLocation;
  return { frame, left, top };
}

/** Means over some samples of each cell of the plane of luminance: enough against noise, and nothing is copied. */
function sampleLuma(native: NativeFrame, quarters: Upright['quarters'], size: Size, target: Uint8Array): void {
  const plane = planesOf(native)?.[0];
  const stride = native.linesize[0] ?? 0;
  if (!plane || stride < native.width) throw new Error('the picture has no pixels');
  const sideways = quarters % 2 === 1;
  // Of the upright picture: offsets of the sampled columns and of the sampled rows.
  const columns = places(size.width, sideways ? native.height : native.width, quarters === 1 || quarters === 2);
  const rows = places(size.height, sideways ? native.width : native.height, quarters === 2 || quarters === 3);
  const [columnStep, rowStep] = sideways ? [stride, 1] : [1, stride];
  const half = (SAMPLES * SAMPLES) / 2;
  for (let row = 0, at = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++, at++) {
      let sum = half;
      for (let y = row * SAMPLES; y < (row + 1) * SAMPLES; y++) {
        const line = (rows[y] as number) * rowStep;
        for (let x = column * SAMPLES; x < (column + 1) * SAMPLES; x++) {
          sum += plane[line + (columns[x] as number) * columnStep] as number;
        }
      }
      target[at] = sum / (SAMPLES * SAMPLES);
    }
  }
}

/** Where `cells` cells of `length` pixels are sampled, backwards if the picture stands on its head. */
function places(cells: number, length: number, backwards: boolean): Int32Array {
  const count = cells * SAMPLES;
  const found = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const place = Math.min(length - 1, Math.floor(((i + 0.5) / count) * length));
    found[i] = backwards ? length - 1 - place : place;
  }
  return found;
}
