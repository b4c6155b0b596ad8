// What is imported: photos with the names of their persons, one after the other, whatever they come in.

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KithError, messageOf } from '../errors.ts';

export interface SourcePhoto {
  /** Path inside the source; the same from run to run. */
  readonly file: string;
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Its bytes. KithError `invalid` says why there are none. */
  read(): Promise<Uint8Array>;
}

/** Something in the source that is no photo of anybody. */
export interface SourceProblem {
  readonly file: string;
  readonly name: string;
  readonly problem: string;
}

export interface PhotoSource {
  /** Names the source, so that it is taken up again. */
  readonly id: string;
  /** How many photos and problems there are. */
  readonly total: number;
  photos(): AsyncIterable<SourcePhoto | SourceProblem>;
  close(): Promise<void>;
}

/** A kind of source: whether it is meant by this path, and how it is opened. KithError `invalid` when it cannot be used. */
export interface SourceKind {
  readonly means: (path: string, isFolder: boolean) => boolean;
  readonly open: (path: string) => Promise<PhotoSource>;
}

export async function openSource(path: string, kinds: readonly SourceKind[]): Promise<PhotoSource> {
  const full = resolve(path);
  let isFolder: boolean;
  try {
    isFolder = (await stat(full)).isDirectory();
  } catch (error) {
    throw new KithError('invalid', `${path} cannot be read (${messageOf(error)}): check the path.`, { cause: error });
  }
  const kind = kinds.find(({ means }) => means(full, isFolder));
  if (kind) return kind.open(full);
  throw new KithError(
    'invalid',
    `${path} is none of these: a folder with one folder per person, a .zip of such, a .csv.`,
  );
}
