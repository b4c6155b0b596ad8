// USB cameras on Linux: v4l2:/dev/video0, and ?size=1280x720&format=mjpeg for a mode of the device's own list.

import { existsSync } from 'node:fs';
import { KithError } from '../errors.ts';
import { pathOf } from './address.ts';
import type { Source } from './frame.ts';
import { openVideo } from './video.ts';

export const deviceSource: Source = {
  schemes: ['v4l2'],
  finite: false,
  newestWins: true,
  async open(url, options) {
    const [device = '', query = ''] = pathOf(url).split('?', 2);
    const wanted = new URLSearchParams(query);
    if (!existsSync(device)) {
      throw new KithError(
        'unavailable',
        `There is no camera ${device} on this machine: plug it in, or see "ls /dev/video*" for the right name.`,
      );
    }
    const format = wanted.get('format');
    return openVideo(
      {
        address: device,
        name: device,
        live: true,
        format: 'v4l2',
        options: {
          video_size: wanted.get('size') ?? '1280x720',
          ...(format === null ? {} : { input_format: format }),
        },
      },
      options,
    );
  },
};
