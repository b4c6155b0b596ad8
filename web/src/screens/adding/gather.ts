// What was dropped or chosen – files, folders, ZIPs, a CSV, in any mixture – as one list of entries.

import i18next from 'i18next';
import { messageOf } from '../../../../src/errors.ts';
import { entryOfFile, type Gathered, type PhotoEntry } from './photo-entry.ts';

export interface GivenFile {
  readonly file: File;
  /** Inside what was dropped or chosen, with the folder's own name first. */
  readonly path: string;
}

/** Folders come as they are dropped, with all that is in them. To be called before the event has ended. */
export async function filesOfDrop(transfer: DataTransfer): Promise<GivenFile[]> {
  const given = [...transfer.items].flatMap((item) => {
    if (item.kind !== 'file') return [];
    return [{ entry: item.webkitGetAsEntry(), file: item.getAsFile() }];
  });
  const files: GivenFile[] = [];
  for (const { entry, file } of given) {
    if (entry) await walk(entry, files);
    else if (file) files.push({ file, path: file.name });
  }
  return files;
}

export function filesOfInput(list: readonly File[]): GivenFile[] {
  return list.map((file) => ({ file, path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath }));
}

async function walk(entry: FileSystemEntry, into: GivenFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    into.push({ file, path: entry.fullPath.replace(/^\//, '') });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A hundred at a time, until there are no more.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const one of some) await walk(one, into);
  }
}

const isZip = ({ path }: GivenFile): boolean => /\.zip$/i.test(path);

/** Throws, in words, where a ZIP is none. */
export async function gather(files: readonly GivenFile[]): Promise<Gathered> {
  const entries: PhotoEntry[] = [];
  const closing: (() => void)[] = [];
  const zips = files.filter(isZip);
  const { openZip } = zips.length > 0 ? await import('./read-zip.ts') : { openZip: null };
  for (const given of files) {
    if (!isZip(given) || !openZip) {
      entries.push(entryOfFile(given.file, given.path));
      continue;
    }
    try {
      const zip = await openZip(given.file);
      closing.push(() => zip.close());
      const before = zips.length > 1 ? `${given.path}/` : '';
      entries.push(...zip.entries.map((entry) => ({ ...entry, path: `${before}${entry.path}` })));
    } catch (error) {
      for (const close of closing) close();
      throw new Error(i18next.t('adding.zipBroken', { name: given.path, why: messageOf(error) }), { cause: error });
    }
  }
  return {
    source: sourceOf(files),
    label: labelOf(files),
    entries: entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    flat: isFlat(files),
    close() {
      for (const close of closing) close();
    },
  };
}

function rootsOf(files: readonly GivenFile[]): string[] {
  return [...new Set(files.map(({ path }) => path.split('/', 1)[0] ?? ''))];
}

function labelOf(files: readonly GivenFile[]): string {
  const roots = rootsOf(files);
  const [first = ''] = roots;
  return roots.length === 1 ? first : i18next.t('adding.andMore', { name: first, count: roots.length - 1 });
}

const MOST_OF_NAME = 400;

/** The same files again give the same text. */
function sourceOf(files: readonly GivenFile[]): string {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const what = files.length === 1 && files.every(isZip) ? 'zip' : 'files';
  const names = rootsOf(files).toSorted().join(', ').slice(0, MOST_OF_NAME);
  return `panel ${what} ${names} (${files.length} of ${bytes} bytes)`;
}

/** One folder with nothing but files in it. */
function isFlat(files: readonly GivenFile[]): boolean {
  return rootsOf(files).length === 1 && files.length > 0 && files.every((given) => given.path.split('/').length === 2);
}
