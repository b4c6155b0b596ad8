// A file of whatever was given – files, a folder, a ZIP – before anybody has looked at it.

import { KithError } from '../../../../src/errors.ts';
import { MOST_BYTES, TOO_LARGE } from '../../../../src/photo-names.ts';

export interface PhotoEntry {
  /** Inside the source, with `/`. */
  readonly path: string;
  /** Bytes, as far as is known before it is read. */
  readonly size: number;
  readonly encrypted?: boolean;
  /** Reads it when it is wanted and not before. KithError says why there is no picture. */
  read(signal?: AbortSignal): Promise<Blob>;
}

export interface Gathered {
  /** Names the source to the API, so that the same again is taken up where it was broken off. */
  readonly source: string;
  /** For people. */
  readonly label: string;
  readonly entries: readonly PhotoEntry[];
  /** Photos lie directly in the only folder: is it named for a person, or is each photo? */
  readonly flat: boolean;
  close(): void;
}

export function entryOfFile(file: File, path: string): PhotoEntry {
  return {
    path,
    size: file.size,
    async read() {
      if (file.size > MOST_BYTES) throw new KithError('invalid', TOO_LARGE);
      return file;
    },
  };
}
