// A ZIP, entry by entry, in the browser: only what is wanted is read, and what an entry claims of itself is not believed. The only file
// that imports zip.js. Without workers, which it would make of strings that the content security policy refuses.

import { BlobReader, configure, ZipReader, type FileEntry } from '@zip.js/zip.js/lib/zip-core-native.js';
import { isKithError, KithError, messageOf } from '../../../../src/errors.ts';
import { damaged, ENCRYPTED, MOST_BYTES, TOO_LARGE } from '../../../../src/photo-names.ts';
import type { PhotoEntry } from './photo-entry.ts';

configure({ useWebWorkers: false, useCompressionStream: true });

/** More is not somebody's collection of photos. */
const MOST_ENTRIES = 100_000;
/** What one bad entry is like says nothing of the others. */
const TOLERANT = { strictness: 'tolerant', filenameValidation: 'tolerant' } as const;

export interface OpenZip {
  readonly entries: readonly PhotoEntry[];
  close(): void;
}

/** Throws where it is no ZIP at all. */
export async function openZip(file: Blob): Promise<OpenZip> {
  const reader = new ZipReader(new BlobReader(file), TOLERANT);
  const entries: PhotoEntry[] = [];
  for await (const entry of reader.getEntriesGenerator()) {
    if (entry.directory) continue;
    entries.push({
      path: entry.filename,
      size: entry.uncompressedSize,
      encrypted: entry.encrypted,
      read: (signal) => readEntry(entry, signal),
    });
    if (entries.length > MOST_ENTRIES) throw new Error(`> ${MOST_ENTRIES}`);
  }
  return { entries, close: () => void reader.close() };
}

async function readEntry(entry: FileEntry, signal?: AbortSignal): Promise<Blob> {
  if (entry.encrypted) throw new KithError('invalid', ENCRYPTED);
  if (entry.uncompressedSize > MOST_BYTES) throw new KithError('invalid', TOO_LARGE);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const collect = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(part) {
      size += part.length;
      if (size > MOST_BYTES) throw new KithError('invalid', TOO_LARGE);
      parts.push(part);
    },
  });
  try {
    await entry.getData(collect, { checkSignature: true, ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    if (size > MOST_BYTES) throw new KithError('invalid', TOO_LARGE);
    throw isKithError(error) ? error : new KithError('invalid', damaged(messageOf(error)), { cause: error });
  }
  return new Blob(parts);
}
