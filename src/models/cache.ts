// The folder of compiled networks. A file is named for what it was made of and for its own content, so a damaged one is
// noticed before it is used, and it appears whole or not at all.

import { createHash, randomBytes, type Hash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KithError, messageOf } from '../errors.ts';

export interface Cached {
  readonly file: string;
  /** False where the cache had it. */
  readonly compiled: boolean;
}

/** The file whose name begins with `prefix`, whole; otherwise it is made. KithError `unavailable` when the folder cannot be
 * used. */
export async function cached(
  folder: string,
  prefix: string,
  make: () => Uint8Array | Promise<Uint8Array>,
  onDamage?: (file: string) => void,
): Promise<Cached> {
  try {
    await mkdir(folder, { recursive: true });
    const found = (await readdir(folder)).filter((name) => name.startsWith(`${prefix}-`) && name.endsWith('.onnx'));
    for (const name of found) {
      const file = join(folder, name);
      if (name === nameOf(prefix, digest(await hashFile(createHash('sha256'), file)))) return { file, compiled: false };
      onDamage?.(file);
      await rm(file, { force: true });
    }
  } catch (error) {
    throw unusable(folder, error);
  }
  const network = await make();
  const file = join(folder, nameOf(prefix, contentHash(network)));
  await keep(file, network);
  return { file, compiled: true };
}

/** Under a name of its own first: nobody ever sees a part of the file, and two processes may do it at once. */
async function keep(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw unusable(dirname(file), error);
  }
}

/** Of the converter's own sources, so that a change of it cannot leave a stale network in the cache. */
export async function converterHash(): Promise<string> {
  const hash = createHash('sha256');
  const folder = import.meta.dirname;
  for (const file of (await readdir(folder)).toSorted()) {
    if (/(?<!\.test)\.(ts|js)$/.test(file)) hash.update(await readFile(join(folder, file)));
  }
  return hash.digest('hex');
}

export function contentHash(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return digest(hash);
}

const PIECE_BYTES = 1 << 20;

/** Adds the content of a file, piece by piece: as a whole it would want fresh memory, which costs more than the hash does. */
export async function hashFile(hash: Hash, file: string): Promise<Hash> {
  const piece = new Uint8Array(PIECE_BYTES);
  const handle = await open(file, 'r');
  try {
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES);
      if (bytesRead === 0) return hash;
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

function digest(hash: Hash): string {
  return hash.digest('hex').slice(0, 32);
}

function nameOf(prefix: string, content: string): string {
  return `${prefix}-${content}.onnx`;
}

function unusable(folder: string, error: unknown): KithError {
  const why = `The model cache ${folder} cannot be used (${messageOf(error)})`;
  return new KithError('unavailable', `${why}: name a writable folder with enough space.`, { cause: error });
}
