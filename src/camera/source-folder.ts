// A folder of photos: each is a scene of its own, nobody is followed from one to the next.

import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KithError, messageOf } from '../errors.ts';
import { pause } from '../lifecycle.ts';
import { pathOf } from './address.ts';
import { rasterFrame, type Frame, type FrameStream, type Source, type SourceOptions } from './frame.ts';

// Larger photos are reduced while they are decoded: no face needs more.
const MAX_SIDE = 4_096;

export const folderSource: Source = {
  schemes: ['folder'],
  finite: true,
  newestWins: false,
  async open(url, options) {
    const folder = resolve(pathOf(url));
    const names = await readdir(folder).catch((error: unknown) => {
      throw new KithError('invalid', `The folder ${folder} cannot be read (${messageOf(error)}): check "source".`, {
        cause: error,
      });
    });
    const files = names.filter(isPicture).toSorted(new Intl.Collator('en', { numeric: true }).compare);
    const others = names.filter((name) => !isPicture(name));
    if (files.length === 0) {
      const what = others.length === 0 ? 'it is empty' : `only ${some(others)}`;
      throw new KithError(
        'invalid',
        `The folder ${folder} holds no pictures (JPEG, PNG, WebP, …), ${what}: put some into it.`,
      );
    }
    if (others.length > 0)
      options.onProblem(`${folder}: ${some(others)} left out, as their names are not those of pictures.`);
    return openPhotos(
      files.map((name) => join(folder, name)),
      options,
    );
  },
};

export function isPicture(name: string): boolean {
  return /\.(jpe?g|png|webp|avif|gif|tiff?|bmp)$/i.test(name);
}

function some(names: readonly string[]): string {
  const [first = ''] = names;
  return names.length === 1 ? `"${first}"` : `${names.length} entries ("${first}", …)`;
}

/** One frame a photo; those that cannot be read are left out. `onProblem` hears of the first, and at the end how many they were. */
export function openPhotos(files: readonly string[], options: SourceOptions): FrameStream {
  let open = true;
  let broken = 0;
  async function* read(): AsyncGenerator<Frame> {
    for (const [index, file] of files.entries()) {
      if (index > 0 && options.pace === 'realtime') await pause(1000 / options.photosPerSecond, options.signal);
      if (!open || options.signal.aborted) return;
      try {
        const photo = await options.codec.decode(await readFile(file), MAX_SIDE);
        yield rasterFrame(photo, Date.now(), true);
      } catch (error) {
        if (++broken === 1) options.onProblem(`${file} was left out: ${messageOf(error)}`);
      }
    }
    if (broken > 1) options.onProblem(`${broken} of ${files.length} photos could not be read and were left out.`);
  }
  return {
    [Symbol.asyncIterator]: read,
    close() {
      open = false;
      return Promise.resolve();
    },
  };
}
