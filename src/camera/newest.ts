// Between a source and its reader: frames at the speed of the recording, and only the newest one for a reader who is slow.

import { pause } from '../lifecycle.ts';
import type { Frame, FrameStream } from './frame.ts';

/** Gives each frame at its time after the first, as if the recording were live. */
export function atItsTime(stream: FrameStream, signal: AbortSignal): FrameStream {
  async function* read(): AsyncGenerator<Frame> {
    const began = performance.now();
    let first: number | undefined;
    for await (const frame of stream) {
      first ??= frame.capturedAt;
      const wait = frame.capturedAt - first - (performance.now() - began);
      if (wait > 1) await pause(wait, signal);
      if (signal.aborted) {
        frame.release();
        return;
      }
      yield frame;
    }
  }
  return { ...stream, [Symbol.asyncIterator]: read, close: () => stream.close() };
}

/** Reads ahead and holds one frame: a newer one replaces it, which `onDropped` hears. */
export function newestOf(stream: FrameStream, onDropped: () => void): FrameStream {
  let slot: Frame | undefined;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let arrived = Promise.withResolvers<void>();
  let pumping: Promise<void> | undefined;

  async function pump(): Promise<void> {
    try {
      for await (const frame of stream) {
        if (ended) {
          frame.release();
          break;
        }
        if (slot) {
          slot.release();
          onDropped();
        }
        slot = frame;
        arrived.resolve();
      }
    } catch (error) {
      failure = { error };
    }
    ended = true;
    arrived.resolve();
  }

  async function* read(): AsyncGenerator<Frame> {
    pumping ??= pump();
    while (true) {
      if (slot) {
        const frame = slot;
        slot = undefined;
        arrived = Promise.withResolvers();
        // The last frame before an error or the end is still given.
        if (ended) arrived.resolve();
        yield frame;
      } else if (failure) {
        throw failure.error;
      } else if (ended) {
        return;
      } else {
        await arrived.promise;
      }
    }
  }

  return {
    [Symbol.asyncIterator]: read,
    async close() {
      ended = true;
      arrived.resolve();
      await stream.close();
      await pumping;
      slot?.release();
      slot = undefined;
    },
  };
}
