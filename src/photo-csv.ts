// What the rows of a CSV of an import mean: columns `name` and `photo` (several with ";" between them), all others attributes of the
// person. Command line and panel go by the same rule, each with a parser of its own.

import { KithError } from './errors.ts';

export interface CsvPhoto {
  /** As it stands in the row: a path relative to the CSV. */
  readonly relative: string;
  /** What it is called on record; one photo in several rows is as many entries. */
  readonly file: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A row that names nobody or no photo. */
export interface CsvProblem {
  readonly file: string;
  readonly name: string;
  readonly problem: string;
}

/** As the API takes them. */
const ATTRIBUTE = /^[a-z0-9][a-z0-9 ._-]{0,49}$/;

/** By the first line: a tab, else a comma, else the semicolon that spreadsheets use in many countries. */
export function delimiterOf(firstLine: string): string {
  return ['\t', ','].find((delimiter) => firstLine.includes(delimiter)) ?? ';';
}

/** Column names in lower case; '' for a column without one, which is left out. KithError `invalid` names `path`. */
export function columnsOf(path: string, header: readonly string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase());
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new KithError('invalid', `${path} has the column "${twice}" twice: rename one of them.`);
  for (const needed of ['name', 'photo']) {
    if (names.includes(needed)) continue;
    const found = names.map((name) => `"${name}"`).join(', ');
    throw new KithError('invalid', `${path} has no column "${needed}" in its first line, but ${found}: add it.`);
  }
  const strange = names.find((name) => name !== '' && !ATTRIBUTE.test(name));
  if (strange !== undefined) {
    throw new KithError(
      'invalid',
      `${path} has the column "${strange}", which is no name for an attribute: use letters from a to z, digits, spaces, . _ -`,
    );
  }
  return names;
}

/** Called row by row; the line is the one that the row ends on. */
export function createCsvRows(): (line: number, cells: Readonly<Record<string, string>>) => (CsvPhoto | CsvProblem)[] {
  const seen = new Set<string>();
  return (line, cells) => {
    const { name = '', photo = '', ...others } = cells;
    const files = photo.split(';').flatMap((file) => (file.trim() === '' ? [] : [file.trim()]));
    if (name === '' || files.length === 0) {
      const missing = name === '' ? 'no name' : 'no photo';
      return [{ file: `line ${line}`, name, problem: `The row has ${missing}: fill it in.` }];
    }
    const attributes = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== ''));
    return files.map((relative) => {
      const file = seen.has(relative) ? `${relative} (line ${line})` : relative;
      seen.add(relative);
      return { relative, file, name, attributes };
    });
  };
}
