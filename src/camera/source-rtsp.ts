// RTSP cameras, over TCP or UDP. They may come back, so every problem is worth another try.

import { cleanAddress, nameOf } from './address.ts';
import type { Source } from './frame.ts';
import { withHint } from './trouble.ts';
import { openVideo } from './video.ts';

// A camera that says nothing for so long is gone.
const SILENCE_MS = 15_000;

export const rtspSource = createRtspSource(SILENCE_MS);

export function createRtspSource(silenceMs: number): Source {
  return {
    schemes: ['rtsp', 'rtsps'],
    finite: false,
    newestWins: true,
    async open(url, { rate, signal, transport }) {
      return openVideo(
        {
          address: cleanAddress(url),
          name: nameOf(url),
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
        { rate, signal },
      ).catch((error: unknown) => {
        throw withHint(error);
      });
    },
  };
}
