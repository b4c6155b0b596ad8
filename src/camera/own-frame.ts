// Pictures in memory of their own. `NativeFrame.fromVideoBuffer` only points into the buffer that it is given: once the garbage collector
// has taken that away, the picture shows whatever came after it. And FFmpeg's scaler wants rows with room behind them.

import { NativeFrame, type AVPixelFormat } from './ffmpeg.ts';
import type { Size } from './upright.ts';

/** Whatever stands in it. Throws where there is no memory. */
export function newFrame({ width, height }: Size, format: AVPixelFormat): NativeFrame {
  const frame = new NativeFrame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = format;
  if (frame.getBuffer(0) < 0) throw new Error('there is no memory for a picture');
  return frame;
}

/** Rows of `length` bytes in `bytes`, the first at `from`, each `stride` behind the one before it. */
export interface Rows {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly stride: number;
  readonly length: number;
  readonly count: number;
}

/** `planes`: the rows of each, which are copied. */
export function filledFrame(size: Size, format: AVPixelFormat, planes: readonly Rows[]): NativeFrame {
  const frame = newFrame(size, format);
  const { data, linesize } = frame;
  for (const [index, { bytes, from, stride, length, count }] of planes.entries()) {
    const [target, step] = [data?.[index], linesize[index] ?? 0];
    if (!target || step < length) throw new Error('the format has other planes');
    for (let row = 0; row < count; row++) {
      const at = from + row * stride;
      target.set(bytes.subarray(at, at + length), row * step);
    }
  }
  return frame;
}
