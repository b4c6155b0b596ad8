// A folder per person with her photos, or photos named for their persons.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { KithError, messageOf } from '../errors.ts';
import { isPhoto, MOST_BYTES, nameOf, TOO_LARGE } from '../photo-names.ts';
import type { SourceKind, SourcePhoto } from './import-source.ts';

export const FOLDER: SourceKind = {
  means: (_path, isFolder) => isFolder,
  async open(folder) {
    const files: string[] = [];
    try {
      for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
        const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
        if (entry.isFile() && isPhoto(path)) files.push(path);
      }
    } catch (error) {
      const message = `${folder} cannot be read (${messageOf(error)}): give a folder with one folder per person.`;
      throw new KithError('invalid', message, { cause: error });
    }
    if (files.length === 0) {
      throw new KithError(
        'invalid',
        `${folder} holds no photos: give a folder with one folder per person, named for her, with her photos in it.`,
      );
    }
    files.sort();
    async function* photos(): AsyncGenerator<SourcePhoto> {
      for (const file of files) yield { file, name: nameOf(file), read: () => readPhotoFile(join(folder, file)) };
    }
    return { id: `folder ${folder}`, total: files.length, photos, close: () => Promise.resolve() };
  },
};

/** KithError `invalid` when it is too large or cannot be read. */
export async function readPhotoFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size <= MOST_BYTES) return await readFile(path);
  } catch (error) {
    const message = `The file cannot be read (${messageOf(error)}): check its path and rights.`;
    throw new KithError('invalid', message, { cause: error });
  }
  throw new KithError('invalid', TOO_LARGE);
}
