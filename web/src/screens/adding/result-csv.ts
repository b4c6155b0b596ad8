// The result of an import as a file: a row for each photo, as `kith person import --report` writes it.

import i18next from 'i18next';
import { unparse } from 'papaparse';
import type { PhotoResult } from './upload.ts';

export function downloadResults(results: readonly PhotoResult[], label: string): void {
  const fields = (['file', 'name', 'verdict', 'codes', 'messages', 'person', 'reference'] as const).map((field) =>
    i18next.t(`adding.report.${field}`),
  );
  const data = results.map(({ photo, verdict, findings, person, reference }) => [
    photo.file,
    photo.name,
    verdict,
    findings.map(({ code }) => code).join(' '),
    findings.map(({ message }) => message).join(' '),
    person ?? '',
    reference ?? '',
  ]);
  // A name that begins with "=" is no formula of the spreadsheet that opens it. The mark tells Excel that it is UTF-8.
  const text = `\u{feff}${unparse({ fields, data }, { escapeFormulae: true })}`;
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${label.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 80)}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
