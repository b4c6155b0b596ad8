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

/** `planes`: for each its rows, packed, and the bytes of a row. */
export function filledFrame(
  size: Size,
  format: AVPixelFormat,
  planes: readonly { readonly rows: Uint8Array; readonly length: number }[],
): NativeFrame {
  const frame = newFrame(size, format);
  const { data, linesize } = frame;
  for (const [index, { rows, length }] of planes.entries()) {
    const [target, stride] = [data?.[index], linesize[index] ?? 0];
    if (!target || stride < length) throw new Error('the format has other planes');
    for (let from = 0, to = 0; from < rows.length; from += length, to += stride) {
      target.set(rows.subarray(from, from + length), to);
    }
  }
  return frame;
}

/** 4:2:0, the three planes one behind the other. */
export function frameOfYuv420(pixels: Uint8Array, { width, height }: Size, format: AVPixelFormat): NativeFrame {
  const [across, down] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const [luma, colour] = [width * height, across * down];
  return filledFrame({ width, height }, format, [
    { rows: pixels.subarray(0, luma), length: width },
    { rows: pixels.subarray(luma, luma + colour), length: across },
    { rows: pixels.subarray(luma + colour, luma + 2 * colour), length: across },
  ]);
}
