// The pictures of a backup. They are never changed, only made and removed, so a second name for the same file is as good as a copy and
// takes no room; where the disk is another one they are copied.

import {
  constants,
  closeSync,
  copyFileSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

export interface TakenPictures {
  count: number;
  bytes: number;
  linked: number;
  missing: number;
}

const NAME = /^[0-9a-f]{64}$/;
const NO_LINKS = ['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK', 'EOPNOTSUPP', 'ENOSYS', 'EACCES'];

export function picturePath(root: string, id: string): string {
  return join(root, id.slice(0, 2), id.slice(2, 4), id);
}

/** Those that are not there are counted, no more: somebody may have erased them meanwhile. */
export function takePictures(
  from: string,
  to: string,
  ids: Iterable<string>,
  onTaken: (taken: TakenPictures) => void,
): TakenPictures {
  const taken: TakenPictures = { count: 0, bytes: 0, linked: 0, missing: 0 };
  const made = new Set<string>();
  let links = true;
  for (const id of ids) {
    if (!NAME.test(id)) continue;
    const source = picturePath(from, id);
    const target = picturePath(to, id);
    const folder = join(to, id.slice(0, 2), id.slice(2, 4));
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      made.add(folder);
    }
    try {
      if (links) links = tryLink(source, target);
      if (!links) copy(source, target);
      taken.bytes += statSync(target).size;
      taken.count++;
      if (links) taken.linked++;
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
      taken.missing++;
    }
    onTaken(taken);
  }
  return taken;
}

/** All that lie in a folder of pictures. */
export function* picturesIn(root: string): Generator<string> {
  for (const first of foldersIn(root)) {
    for (const second of foldersIn(join(root, first))) {
      for (const name of namesIn(join(root, first, second))) if (NAME.test(name)) yield name;
    }
  }
}

function foldersIn(path: string): string[] {
  return namesIn(path).filter((name) => /^[0-9a-f]{2}$/.test(name));
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Whether this disk can. */
function tryLink(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch (error) {
    if (isCode(error, ...NO_LINKS)) return false;
    throw error;
  }
}

function copy(source: string, target: string): void {
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  sync(target);
}

/** What is in it is on the disk. */
export function sync(path: string): void {
  // Windows cannot open folders; NTFS journals its names.
  if (process.platform === 'win32') return;
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
