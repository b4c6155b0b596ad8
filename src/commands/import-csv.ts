// A CSV: columns `name` and `photo` (a path relative to the CSV, several with ";" between them), all others attributes of the person.
// The only file that imports csv-parse.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'csv-parse';
import { KithError, messageOf } from '../errors.ts';
import { columnsOf, createCsvRows, delimiterOf } from '../photo-csv.ts';
import { readPhotoFile } from './import-folder.ts';
import type { SourceKind, SourcePhoto, SourceProblem } from './import-source.ts';

interface Row {
  /** Line of the file that the row ends on. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

export const CSV: SourceKind = {
  means: (path, isFolder) => !isFolder && /\.csv$/i.test(path),
  async open(path) {
    const delimiter = await delimiterIn(path);
    const folder = dirname(path);

    async function* photos(): AsyncGenerator<SourcePhoto | SourceProblem> {
      const photosOf = createCsvRows();
      for await (const { line, cells } of rowsOf(path, delimiter)) {
        for (const one of photosOf(line, cells)) {
          if ('problem' in one) {
            yield one;
            continue;
          }
          const { relative, file, name, attributes } = one;
          yield { file, name, attributes, read: () => readPhotoFile(resolve(folder, relative)) };
        }
      }
    }

    // Once through all of it: a file that is no such CSV is found out before anybody is enrolled.
    let total = 0;
    for await (const _ of photos()) total += 1;
    if (total === 0) throw new KithError('invalid', `${path} has no rows: give one row for each photo.`);
    return { id: `csv ${path}`, total, photos, close: () => Promise.resolve() };
  },
};

/** KithError `invalid` names the line that cannot be read. */
async function* rowsOf(path: string, delimiter: string): AsyncGenerator<Row> {
  const columns = (header: string[]) => columnsOf(path, header).map((name) => (name === '' ? false : name));
  const options = { bom: true, trim: true, delimiter, columns, info: true, skip_empty_lines: true };
  // Spreadsheets leave cells out at the end of a row, and add empty ones.
  const parser = parse({ ...options, relax_column_count: true, max_record_size: 1024 * 1024 });
  const stream = createReadStream(path);
  stream.on('error', (error) => parser.destroy(error));
  try {
    for await (const row of stream.pipe(parser) as AsyncIterable<{
      record: Record<string, string>;
      info: { lines: number };
    }>) {
      yield { line: row.info.lines, cells: row.record };
    }
  } catch (error) {
    if (error instanceof KithError) throw error;
    throw new KithError('invalid', `${path} is no CSV that can be read (${messageOf(error)}): save it as CSV anew.`, {
      cause: error,
    });
  } finally {
    stream.destroy();
  }
}

async function delimiterIn(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0);
    const [first = ''] = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/);
    return delimiterOf(first);
  } catch (error) {
    throw new KithError('invalid', `${path} cannot be read (${messageOf(error)}): check the path.`, { cause: error });
  } finally {
    await file.close();
  }
}
