// A ZIP with a folder per person, read entry by entry. Nothing is unpacked to the disk, and what an entry claims is not believed. The
// only file that imports yauzl.

import { crc32 } from 'node:zlib';
import { getFileNameLowLevel, openPromise, validateFileName, type Entry, type ZipFile } from 'yauzl';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { damaged, ENCRYPTED, isPhoto, LEADS_OUT, MOST_BYTES, nameOf, PACKED_ODDLY, TOO_LARGE } from '../photo-names.ts';
import type { SourceKind, SourcePhoto, SourceProblem } from './import-source.ts';

export const ZIP: SourceKind = {
  means: (path, isFolder) => !isFolder && /\.zip$/i.test(path),
  async open(path) {
    // Twice through the directory of the archive: a broken one is found out before anybody is enrolled.
    const counting = await openZip(path);
    let total = 0;
    try {
      for await (const entry of counting.eachEntry()) if (isPhoto(pathOf(entry))) total += 1;
    } catch (error) {
      throw unusable(path, error);
    } finally {
      counting.close();
    }
    if (total === 0) {
      throw new KithError('invalid', `${path} holds no photos: give a .zip with one folder per person, named for her.`);
    }
    const zip = await openZip(path);

    async function* photos(): AsyncGenerator<SourcePhoto | SourceProblem> {
      try {
        for await (const entry of zip.eachEntry()) {
          const file = pathOf(entry);
          if (!isPhoto(file)) continue;
          const name = nameOf(file);
          yield validateFileName(file) === null
            ? { file, name, read: () => readEntry(zip, entry) }
            : { file, name, problem: LEADS_OUT };
        }
      } catch (error) {
        throw isKithError(error) ? error : unusable(path, error);
      }
    }
    return {
      id: `zip ${path}`,
      total,
      photos,
      close() {
        zip.close();
        return Promise.resolve();
      },
    };
  },
};

/** Names are decoded and checked here: yauzl would give up the whole archive over one of them. */
async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, decodeStrings: false });
  } catch (error) {
    throw unusable(path, error);
  }
}

function pathOf(entry: Entry): string {
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
}

/** KithError `invalid` says what is wrong with the entry. */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  if (entry.isEncrypted()) throw new KithError('invalid', ENCRYPTED);
  if (!entry.canDecodeFileData()) {
    throw new KithError('invalid', PACKED_ODDLY);
  }
  if (entry.uncompressedSize > MOST_BYTES) throw new KithError('invalid', TOO_LARGE);
  const parts: Buffer[] = [];
  try {
    // It ends with an error as soon as there is more than the size that was just checked.
    for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
  } catch (error) {
    throw new KithError('invalid', damaged(messageOf(error)), { cause: error });
  }
  const bytes = Buffer.concat(parts);
  if (crc32(bytes) === entry.crc32) return bytes;
  throw new KithError('invalid', damaged('its checksum is wrong'));
}

function unusable(path: string, error: unknown): KithError {
  const message = `${path} is no ZIP that can be read (${messageOf(error)}): pack it anew, or give the unpacked folder.`;
  return new KithError('invalid', message, { cause: error });
}
