// RTSP and HTTP cameras (MJPEG, HLS). They may come back, so every problem is worth another try.

import { nameOf } from './address.ts';
import type { Source } from './frame.ts';
import { openVideo } from './video.ts';

// Microseconds. A camera that says nothing for so long is gone.
const SILENCE = 15_000_000;

export const networkSource: Source = {
  schemes: ['rtsp', 'rtsps', 'http', 'https'],
  finite: false,
  newestWins: true,
  open(url, options) {
    const rtsp = url.toLowerCase().startsWith('rtsp');
    return openVideo(
      {
        address: url,
        name: nameOf(url),
        live: true,
        // No `nobuffer`: it throws the packets away that were read to learn the format, the first key frame among them, and
        // the picture would come seconds later.
        options: rtsp
          ? { rtsp_transport: 'tcp', timeout: SILENCE }
          : // A playlist must not be able to name files of this machine.
            { rw_timeout: SILENCE, protocol_whitelist: 'http,https,tcp,tls,crypto' },
      },
      options,
    );
  },
};
