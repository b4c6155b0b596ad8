// Pictures as files named for their content: ab/cd/abcd…, written beside and renamed, so that a file which is there is whole.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { PictureStore } from '../domain.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';

export interface PictureOptions {
  /** Other processes write into the same folder: only temporary files older than an hour are left over. */
  readonly shared?: boolean;
  /** Writes a file and fsyncs it; tests put a full disk here. */
  readonly writeFile?: (path: string, bytes: Uint8Array) => Promise<void>;
}

const OLD_MS = 3_600_000;

/** Makes the folder, and removes what an earlier process left half written. Errors of `put`: KithError `unavailable`, with
 * status 507 when the disk is full. */
export async function openPictureStore(dir: string, options: PictureOptions = {}): Promise<PictureStore> {
  const root = resolve(dir);
  const temporary = join(root, 'tmp');
  const writeFile = options.writeFile ?? writeAndSync;
  /** Folders known to be on the disk together with their parents' entries. */
  const durable = new Set<string>();
  /** The same picture posted twice at once is written once. */
  const writing = new Map<string, Promise<void>>();
  try {
    await makeDurable(temporary);
    await removeLeftovers(temporary, options.shared ? Date.now() - OLD_MS : Infinity);
  } catch (error) {
    throw translate(error, root);
  }

  function pathOf(id: string): string {
    if (!/^[0-9a-f]{64}$/.test(id)) throw noPicture(id);
    return join(root, id.slice(0, 2), id.slice(2, 4), id);
  }

  /** Also syncs folders that were there before: whoever made them may have died before he did. */
  async function makeDurable(folder: string): Promise<void> {
    if (durable.has(folder)) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (folder !== root) await makeDurable(dirname(folder));
    await syncFolder(dirname(folder));
    durable.add(folder);
  }

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    const folder = dirname(path);
    const temp = join(temporary, randomUUID());
    try {
      await makeDurable(folder);
      if ((await sizeOf(path)) !== bytes.byteLength) {
        await writeFile(temp, bytes);
        await rename(temp, path);
      }
      await syncFolder(folder);
    } catch (error) {
      await rm(temp, { force: true });
      throw translate(error, root);
    }
  }

  return {
    async put(bytes) {
      const id = createHash('sha256').update(bytes).digest('hex');
      let writer = writing.get(id);
      if (!writer) {
        writer = write(pathOf(id), bytes).finally(() => writing.delete(id));
        writing.set(id, writer);
      }
      await writer;
      return id;
    },
    async get(id) {
      try {
        return await readFile(pathOf(id));
      } catch (error) {
        throw isCode(error, 'ENOENT') ? noPicture(id) : translate(error, root);
      }
    },
    async has(id) {
      return /^[0-9a-f]{64}$/.test(id) && (await sizeOf(pathOf(id))) !== undefined;
    },
    async remove(id) {
      await rm(pathOf(id), { force: true });
    },
  };
}

async function writeAndSync(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name in a folder is durable only once the folder itself is. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; NTFS journals its names.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeLeftovers(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (before === Infinity || (await stat(path)).mtimeMs < before) await rm(path, { force: true, recursive: true });
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function noPicture(id: string): KithError {
  return new KithError('not_found', `There is no picture ${id.slice(0, 64)}: it may have been removed.`);
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

function translate(error: unknown, root: string): unknown {
  if (isKithError(error)) return error;
  if (isCode(error, 'ENOSPC', 'EDQUOT')) {
    const message = `The disk of ${root} is full: make room, then try again; nothing was lost.`;
    return new KithError('unavailable', message, { cause: error, status: 507 });
  }
  if (isCode(error, 'EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOTDIR', 'EEXIST')) {
    const message = `Pictures cannot be kept in ${root} (${messageOf(error)}): check the folder and its rights.`;
    return new KithError('unavailable', message, { cause: error });
  }
  return error;
}
