// RTSP cameras, over TCP or UDP. They may come back, so every problem is worth another try.

import { isKithError } from '../errors.ts';
import { cleanAddress, nameOf } from './address.ts';
import type { Frame, FrameStream, Source, SourceOptions } from './frame.ts';
import { noPictures, withHint } from './trouble.ts';
import { openVideo } from './video.ts';

// A camera that says nothing for so long is gone.
const SILENCE_MS = 15_000;

export const rtspSource = createRtspSource(SILENCE_MS);

export function createRtspSource(silenceMs: number): Source {
  return {
    schemes: ['rtsp', 'rtsps'],
    finite: false,
    newestWins: true,
    async open(url, options) {
      const { transport, signal } = options;
      const name = nameOf(url);
      const began = performance.now();
      try {
        const stream = await openVideo(
          {
            address: cleanAddress(url),
            name,
            live: true,
            // No `nobuffer`: it throws the packets away that were read to learn the format, the first key frame among them, and
            // the picture would come seconds later.
            options: {
              rtsp_transport: transport,
              timeout: silenceMs * 1_000,
              allowed_media_types: 'video',
              // What the camera says of itself is enough; else seconds are spent on measuring its rate.
              fpsprobesize: 0,
              // Packets of UDP overtake each other; nobody waits longer for one that is missing.
              ...(transport === 'udp' ? { max_delay: 200_000, buffer_size: 1_000_000 } : {}),
            },
          },
          options,
        );
        return mustDeliver(stream, name, options);
      } catch (error) {
        signal.throwIfAborted();
        // FFmpeg calls both invalid data.
        if (isKithError(error) && performance.now() - began >= silenceMs) {
          const why = `it said nothing, or nothing that makes sense, for ${Math.round(silenceMs / 1_000)} s`;
          throw noPictures(name, why, error.cause);
        }
        throw withHint(error);
      }
    },
  };
}

/** A stream that ends before its first picture is no stream that has ended. */
function mustDeliver(stream: FrameStream, name: string, { transport, signal }: SourceOptions): FrameStream {
  const what = 'it plays, but no picture arrives';
  const hint = transport === 'udp' ? ': something in between holds UDP back, try "transport": "tcp"' : '';
  async function* read(): AsyncGenerator<Frame> {
    let came = false;
    try {
      for await (const frame of stream) {
        came = true;
        yield frame;
      }
    } catch (error) {
      if (came || signal.aborted) throw error;
      throw noPictures(name, `${what}${hint}`, error);
    }
    if (!came && !signal.aborted) throw noPictures(name, `${what}${hint}`);
  }
  return { ...stream, [Symbol.asyncIterator]: read };
}
