// Pictures as a decoder gives them, made of their pixels.

import type { AVPixelFormat, NativeFrame } from './ffmpeg.ts';
import { filledFrame } from './own-frame.ts';
import type { Size } from './upright.ts';

/** 4:2:0, the three planes one behind the other. */
export function frameOfYuv420(pixels: Uint8Array, { width, height }: Size, format: AVPixelFormat): NativeFrame {
  const [across, down] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const colour = { bytes: pixels, stride: across, length: across, count: down };
  return filledFrame({ width, height }, format, [
    { bytes: pixels, from: 0, stride: width, length: width, count: height },
    { ...colour, from: width * height },
    { ...colour, from: width * height + across * down },
  ]);
}
