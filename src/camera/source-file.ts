// Recordings. What is wrong with a file stays wrong, so it ends the program.

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KithError, messageOf } from '../errors.ts';
import { pathOf } from './address.ts';
import type { Source } from './frame.ts';
import { isPicture, openPhotos } from './source-folder.ts';
import { openVideo } from './video.ts';

export const fileSource: Source = {
  schemes: ['file'],
  finite: true,
  newestWins: true,
  async open(url, options) {
    const path = resolve(pathOf(url));
    await mustBeReadable(path);
    if (isPicture(path)) return openPhotos([path], options);
    return openVideo(
      {
        address: path,
        name: path,
        live: false,
        // A playlist in disguise must not reach into the network.
        options: { protocol_whitelist: 'file,crypto,data' },
      },
      { ...options, endsNow: options.pace === 'fast' },
    );
  },
};

async function mustBeReadable(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new KithError('invalid', `There is no file ${path}: check the path.`);
  if (found.size === 0 && found.isFile()) {
    throw new KithError('invalid', `${path} is empty (0 bytes): the recording has failed, name another one.`);
  }
  await access(path, constants.R_OK).catch((error: unknown) => {
    throw new KithError('invalid', `${path} may not be read (${messageOf(error)}): change its rights.`, {
      cause: error,
    });
  });
}
