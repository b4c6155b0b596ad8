// Who gets which photos, before anything is sent: the entries and the names that they give, and whatever is odd about them. Pure.

import { KithError } from '../../../../src/errors.ts';
import { isPhoto, LEADS_OUT, MOST_BYTES, nameOf } from '../../../../src/photo-names.ts';
import type { CsvPhoto, CsvProblem } from '../../../../src/photo-csv.ts';
import type { PhotoEntry } from './photo-entry.ts';

/** What names the person: the folder that a photo lies in, or the photo's own file name. */
export type Naming = 'folder' | 'file';

export interface PlannedPhoto {
  readonly file: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  read(signal?: AbortSignal): Promise<Blob>;
}

export type OddKind =
  | 'passedOver'
  | 'empty'
  | 'tooLarge'
  | 'encrypted'
  | 'missing'
  | 'notNamed'
  | 'badRow'
  | 'longName'
  | 'spelling';

export interface PlannedPerson {
  readonly name: string;
  readonly photos: readonly PlannedPhoto[];
}

export interface Plan {
  readonly photos: readonly PlannedPhoto[];
  /** In the order in which they come. */
  readonly people: readonly PlannedPerson[];
  readonly odd: ReadonlyMap<OddKind, readonly string[]>;
}

const MOST_OF_NAME = 200;

export function planOf(
  entries: readonly PhotoEntry[],
  naming: Naming,
  csv: readonly (CsvPhoto | CsvProblem)[] | null,
): Plan {
  const odd = new Map<OddKind, string[]>();
  function note(kind: OddKind, what: string): void {
    const held = odd.get(kind);
    if (held) held.push(what);
    else odd.set(kind, [what]);
  }

  const photos = csv ? ofRows(entries, csv, note) : ofEntries(entries, naming, note);
  const people = new Map<string, { name: string; photos: PlannedPhoto[] }>();
  for (const photo of photos) {
    // The API compares names without case.
    const key = photo.name.toLowerCase();
    const held = people.get(key);
    if (held && held.name !== photo.name) note('spelling', `${held.name} / ${photo.name}`);
    if (held) held.photos.push(photo);
    else people.set(key, { name: photo.name, photos: [photo] });
  }
  if (odd.has('spelling')) odd.set('spelling', [...new Set(odd.get('spelling'))]);
  return { photos, people: [...people.values()], odd };
}

type Note = (kind: OddKind, what: string) => void;

function ofEntries(entries: readonly PhotoEntry[], naming: Naming, note: Note): PlannedPhoto[] {
  return entries.flatMap((entry) => {
    const { path } = entry;
    if (!isPhoto(path)) {
      note('passedOver', path);
      return [];
    }
    const name = nameOf(naming === 'folder' ? path : (path.split('/').at(-1) ?? path));
    return planned(entry, path, name, {}, note);
  });
}

function ofRows(entries: readonly PhotoEntry[], rows: readonly (CsvPhoto | CsvProblem)[], note: Note): PlannedPhoto[] {
  const find = finderOf(entries);
  const used = new Set<PhotoEntry>();
  const photos = rows.flatMap((row) => {
    if ('problem' in row) {
      note('badRow', `${row.file}: ${row.problem}`);
      return [];
    }
    const entry = find(row.relative);
    if (!entry) {
      note('missing', row.relative);
      const message = `The CSV names this photo, but it is not among the files: add ${row.relative} and import again.`;
      const read = (): Promise<Blob> => Promise.reject(new KithError('invalid', message));
      return [{ file: row.file, name: row.name, attributes: row.attributes, read }];
    }
    used.add(entry);
    return planned(entry, row.file, row.name, row.attributes, note);
  });
  for (const entry of entries) {
    if (!used.has(entry) && !/\.csv$/i.test(entry.path))
      note(isPhoto(entry.path) ? 'notNamed' : 'passedOver', entry.path);
  }
  return photos;
}

function planned(
  entry: PhotoEntry,
  file: string,
  name: string,
  attributes: Readonly<Record<string, string>>,
  note: Note,
): PlannedPhoto[] {
  if (name === '' || name.length > MOST_OF_NAME) {
    note('longName', file);
    return [];
  }
  if (entry.encrypted) note('encrypted', file);
  else if (entry.size === 0) note('empty', file);
  else if (entry.size > MOST_BYTES) note('tooLarge', file);
  const leadsOut = file.split(/[/\\]/).includes('..') || /^([/\\]|[a-z]:)/i.test(file);
  const read = leadsOut
    ? (): Promise<Blob> => Promise.reject(new KithError('invalid', LEADS_OUT))
    : (signal?: AbortSignal): Promise<Blob> => entry.read(signal);
  return [{ file, name, attributes, read }];
}

/** By the whole path, else by its end, else by the file name where only one has it. */
function finderOf(entries: readonly PhotoEntry[]): (relative: string) => PhotoEntry | undefined {
  const byEnd = new Map<string, PhotoEntry | null>();
  for (const entry of entries) {
    const parts = entry.path.split('/');
    for (let from = 0; from < parts.length; from += 1) {
      const end = parts.slice(from).join('/').toLowerCase();
      byEnd.set(end, byEnd.has(end) && from > 0 ? null : entry);
    }
  }
  return (relative) => {
    const path = relative.replaceAll('\\', '/').replace(/^\.\//, '').toLowerCase();
    return byEnd.get(path) ?? byEnd.get(path.split('/').at(-1) ?? '') ?? undefined;
  };
}
