// A decoded picture as a Frame: conversions are done once, and its memory goes when it was released and nobody converts any more.

import type { Raster } from '../domain.ts';
import type { Converter } from './convert.ts';
import type { NativeFrame } from './ffmpeg.ts';
import type { Frame, Luma } from './frame.ts';
import { sizeOf, type Upright } from './upright.ts';

/** Frames that were not released yet, of all streams: a number that grows is a leak. */
export const alive = { frames: 0 };

/** Takes `native` over. */
export function decodedFrame(
  native: NativeFrame,
  given: {
    readonly capturedAt: number;
    readonly upright: Upright;
    readonly converter: Converter;
    readonly onFreed: () => void;
  },
): Frame {
  const { capturedAt, upright, converter, onFreed } = given;
  const looks = new Map<number, Promise<Raster>>();
  const made: Raster[] = [];
  let luma: Promise<Luma> | undefined;
  let busy = 0;
  let released = false;
  alive.frames++;

  async function using<T>(work: () => Promise<T>): Promise<T> {
    if (released) throw new Error('the frame has been released');
    busy++;
    try {
      return await work();
    } finally {
      busy--;
      freeWhenIdle();
    }
  }

  function freeWhenIdle(): void {
    if (!released || busy > 0) return;
    native.free();
    for (const raster of made) converter.giveBack(raster);
    alive.frames--;
    onFreed();
  }

  const size = sizeOf(native, upright);
  return {
    capturedAt,
    ...size,
    luma() {
      luma ??= using(() => converter.luma(native, upright));
      return luma;
    },
    look(maxSide) {
      const side = Math.min(maxSide, Math.max(size.width, size.height));
      const look = looks.get(side) ?? using(() => converter.look(native, upright, side));
      if (!looks.has(side)) look.then((raster) => made.push(raster)).catch(() => undefined);
      looks.set(side, look);
      return look;
    },
    crop: (box, maxSide = Number.POSITIVE_INFINITY) => using(() => converter.crop(native, upright, box, maxSide)),
    release() {
      if (released) return;
      released = true;
      freeWhenIdle();
    },
  };
}
