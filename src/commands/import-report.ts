// What an import says at its end: counts, what was refused and why, who cannot be recognised, and what to do next.

import { open } from 'node:fs/promises';
import type { Client } from '../client.ts';
import type { GateCode } from '../domain.ts';
import type { GateFinding } from '../gallery-port.ts';
import { KithError, messageOf } from '../errors.ts';
import { readRecord, type RecordedPhoto } from './import-record.ts';

/** What could not even be put on record. */
export interface Problem {
  readonly file: string;
  readonly name: string;
  readonly message: string;
}

export interface RefusedPhoto {
  readonly file: string;
  readonly name: string;
  readonly code: GateCode | 'invalid';
  readonly reason: string;
  readonly findings: readonly GateFinding[];
}

export interface ImportReport {
  readonly import: string;
  readonly source: string;
  /** In the source; those of earlier runs are part of all counts. */
  readonly photos: number;
  readonly persons: number;
  readonly accepted: number;
  readonly warned: number;
  readonly refused: readonly RefusedPhoto[];
  readonly refusedBy: Readonly<Record<string, number>>;
  readonly warnedBy: Readonly<Record<string, number>>;
  /** Named in the source, but none of their photos could be used. */
  readonly withoutReference: readonly string[];
  /** At least half of their photos are not like the others. */
  readonly disagreeing: readonly string[];
  readonly lookedAtNow: number;
  readonly seconds: number;
  readonly interrupted: boolean;
  readonly next: string;
  /** The same for people. */
  readonly lines: readonly string[];
}

interface Run {
  readonly id: string;
  readonly source: string;
  readonly total: number;
  readonly seen: number;
  readonly looked: number;
  readonly problems: readonly Problem[];
  readonly interrupted: boolean;
  readonly seconds: number;
  /** Where the rows are written to. */
  readonly file: string | undefined;
  /** There are sightings that somebody new may explain. */
  readonly sightings: boolean;
}

interface Tally {
  taken: number;
  unlike: number;
  known: boolean;
}

const REASONS_SHOWN = 8;
const FILES_SHOWN = 5;
const NAMES_SHOWN = 20;

export async function reportOf(client: Client, run: Run): Promise<ImportReport> {
  const refused: RefusedPhoto[] = run.problems.map(({ file, name, message }) => {
    return { file, name, code: 'invalid', reason: message, findings: [] };
  });
  const persons = new Map<string, Tally>();
  const refusedBy: Record<string, number> = {};
  const warnedBy: Record<string, number> = {};
  let [accepted, warned] = [0, 0];
  if (run.problems.length > 0) refusedBy['invalid'] = run.problems.length;
  for await (const { file, name, person, verdict, findings } of readRecord(client, run.id)) {
    const tally = persons.get(name) ?? { taken: 0, unlike: 0, known: false };
    persons.set(name, tally);
    tally.known ||= person !== null;
    const [worst] = findings;
    if (verdict === 'refused') {
      const code = worst?.code ?? 'invalid';
      refused.push({ file, name, code, reason: worst?.message ?? '', findings });
      count(refusedBy, code);
      continue;
    }
    tally.taken += 1;
    if (verdict === 'accepted') accepted += 1;
    else warned += 1;
    for (const { code } of findings) count(warnedBy, code);
    if (findings.some(({ code }) => code === 'unlike_her_others')) tally.unlike += 1;
  }
  const named = (test: (tally: Tally) => boolean) =>
    [...persons].flatMap(([name, tally]) => (test(tally) ? [name] : []));
  const report = {
    import: run.id,
    source: run.source,
    photos: run.total,
    persons: persons.size,
    accepted,
    warned,
    refused,
    refusedBy,
    warnedBy,
    withoutReference: named(({ taken, known }) => taken === 0 && !known),
    disagreeing: named(({ taken, unlike }) => unlike > 0 && unlike * 2 >= taken - 1),
    lookedAtNow: run.looked,
    seconds: Math.round(run.seconds * 10) / 10,
    interrupted: run.interrupted && run.seen < run.total,
  };
  const next = nextStep(report, run);
  return { ...report, next, lines: linesOf({ ...report, next }) };
}

function count(by: Record<string, number>, code: string): void {
  by[code] = (by[code] ?? 0) + 1;
}

type Figures = Omit<ImportReport, 'next' | 'lines'>;

function nextStep({ interrupted, refused, disagreeing, warned }: Figures, { file, sightings }: Run): string {
  if (interrupted) return 'Next: run the same command again; it goes on where it was broken off.';
  if (refused.length > 0) {
    const where = file === undefined ? 'add --report FILE.csv for a row per photo' : `see ${file}`;
    return `Next: replace the refused photos (${where}), then run the same command with --retry.`;
  }
  if (disagreeing.length > 0) return 'Next: look whether the photos of those who disagree show the same person.';
  if (warned > 0)
    return 'Next: better photos of those with warnings are recognised more often; all can be recognised now.';
  if (sightings) return 'Next: "npx kith rerun" looks for them in the sightings of before.';
  return 'Next: everybody can be recognised now; try "npx kith identify PHOTO".';
}

function linesOf(report: Omit<ImportReport, 'lines'>): string[] {
  const { photos, persons, accepted, warned, refused, refusedBy, warnedBy, lookedAtNow, seconds } = report;
  const speed = seconds > 0 ? `, ${(lookedAtNow / seconds).toFixed(1)} a second` : '';
  const lines = [
    `${photos} photos, ${persons} persons: ${accepted} accepted, ${warned} accepted with warnings, ${refused.length} refused.`,
    `${lookedAtNow} of them were looked at in this run (${seconds} s${speed}).`,
  ];
  for (const [code, number] of mostFirst(refusedBy)) {
    lines.push(`Refused, ${code}: ${number}`);
    lines.push(...byReason(refused.filter((photo) => photo.code === code)));
  }
  if (warned > 0) {
    lines.push(
      `Warnings: ${mostFirst(warnedBy)
        .map(([code, number]) => `${code} ${number}`)
        .join(', ')}`,
    );
  }
  lines.push(...names('Left without a reference', report.withoutReference));
  lines.push(...names('Photos disagree', report.disagreeing));
  return [...lines, report.next];
}

/** What is said of many files is said once. */
function byReason(refused: readonly RefusedPhoto[]): string[] {
  const reasons = [...Map.groupBy(refused, ({ reason }) => reason)];
  return [
    ...reasons.slice(0, REASONS_SHOWN).flatMap(([reason, photos]) => {
      const files = photos.slice(0, FILES_SHOWN).map(({ file }) => `    ${file}`);
      return [`  ${reason}`, ...files, ...more(photos.length - FILES_SHOWN, '    ')];
    }),
    ...more(
      reasons.slice(REASONS_SHOWN).reduce((sum, [, photos]) => sum + photos.length, 0),
      '  ',
    ),
  ];
}

function more(number: number, indent: string): string[] {
  return number > 0 ? [`${indent}… and ${number} more`] : [];
}

function mostFirst(by: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(by).toSorted(([, a], [, b]) => b - a);
}

function names(what: string, list: readonly string[]): string[] {
  if (list.length === 0) return [];
  const more = list.length > NAMES_SHOWN ? `, and ${list.length - NAMES_SHOWN} more` : '';
  return [`${what}, ${list.length}: ${list.slice(0, NAMES_SHOWN).join(', ')}${more}`];
}

/** A row for each photo, as CSV. KithError `invalid` when the file cannot be written. */
export async function writeRows(
  file: string,
  photos: AsyncIterable<RecordedPhoto>,
  problems: readonly Problem[],
): Promise<void> {
  try {
    const out = await open(file, 'w');
    try {
      await out.write('file,name,verdict,codes,messages,person,reference\r\n');
      for (const { file: photo, name, message } of problems) {
        await out.write(row([photo, name, 'refused', 'invalid', message, '', '']));
      }
      for await (const { file: photo, name, verdict, findings, person, reference } of photos) {
        const codes = findings.map(({ code }) => code).join(' ');
        const messages = findings.map(({ message }) => message).join(' ');
        await out.write(row([photo, name, verdict, codes, messages, person ?? '', reference ?? '']));
      }
    } finally {
      await out.close();
    }
  } catch (error) {
    throw new KithError('invalid', `${file} cannot be written (${messageOf(error)}): check its folder and rights.`, {
      cause: error,
    });
  }
}

function row(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
