// Between a source and its reader: only the newest frame for a reader who is slow.

import type { Frame, FrameStream } from './frame.ts';

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
