// The files that were chosen, read as far as is needed to say who would get which photos.

import i18next from 'i18next';
import type { CsvPhoto, CsvProblem } from '../../../../src/photo-csv.ts';
import { isPhoto } from '../../../../src/photo-names.ts';
import { gather, type GivenFile } from './gather.ts';
import type { Gathered } from './photo-entry.ts';

export interface Chosen {
  readonly gathered: Gathered;
  readonly rows: readonly (CsvPhoto | CsvProblem)[] | null;
}

/** Throws, in words, where nothing can be made of them. */
export async function readChosen(files: readonly GivenFile[]): Promise<Chosen> {
  const gathered = await gather(files);
  try {
    const [csv, another] = gathered.entries.filter(({ path }) => /\.csv$/i.test(path) && !path.includes('__MACOSX'));
    if (another) throw new Error(i18next.t('adding.manyCsv'));
    const photos = gathered.entries.some(({ path }) => isPhoto(path));
    if (!csv && !photos) throw new Error(i18next.t('adding.noPhotos'));
    if (!csv) return { gathered, rows: null };
    const { rowsOfCsv } = await import('./read-csv.ts');
    const rows = rowsOfCsv(csv.path, await (await csv.read()).text());
    if (!photos) throw new Error(i18next.t('adding.onlyCsv'));
    return { gathered, rows };
  } catch (error) {
    gathered.close();
    throw error;
  }
}
