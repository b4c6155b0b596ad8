// The rows of a CSV, by the rule that the command line has. The only file that imports papaparse to read.

import { parse } from 'papaparse';
import { columnsOf, createCsvRows, delimiterOf, type CsvPhoto, type CsvProblem } from '../../../../src/photo-csv.ts';

/** KithError `invalid` where its columns cannot be used. */
export function rowsOfCsv(path: string, text: string): (CsvPhoto | CsvProblem)[] {
  const plain = text.replace(/^\u{feff}/u, '');
  const delimiter = delimiterOf(plain.split(/\r?\n/, 1)[0] ?? '');
  const { data } = parse<string[]>(plain, { delimiter, skipEmptyLines: false });
  const [header = [], ...rows] = data;
  const columns = columnsOf(path, header);
  const photosOf = createCsvRows();
  return rows.flatMap((row, i) => {
    if (row.every((cell) => cell.trim() === '')) return [];
    const cells = Object.fromEntries(
      columns.flatMap((column, at) => (column === '' ? [] : [[column, (row[at] ?? '').trim()]])),
    );
    return photosOf(i + 2, cells);
  });
}
