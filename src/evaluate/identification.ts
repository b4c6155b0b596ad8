// Open-set identification (one to many): who of the enrolled is it, or nobody? Protocol: CSV rows role,person,file with
// role enroll | known | unknown.

import { join } from 'node:path';
import type { Candidate, FaceEngine } from '../domain.ts';
import { KithError } from '../errors.ts';
import { lowQuantile, share } from './metrics.ts';
import { readProtocol, templatesOf, type Progress } from './templates.ts';

/** Nearest person of a gallery; a gallery is made of templates with their persons. */
export type SearchIn = (
  entries: readonly { personId: string; vector: Float32Array }[],
) => (template: Float32Array) => Candidate | undefined;

export interface IdentificationResult {
  /** Enrolled persons and templates. */
  readonly gallery: { readonly persons: number; readonly templates: number };
  readonly probes: { readonly known: number; readonly unknown: number };
  /** Share of the known probes whose nearest person is the right one, whatever the distance. */
  readonly rank1: number;
  /** Detection and identification rate: share of known probes named rightly at a threshold that names only this share of
   * the strangers (FPIR). */
  readonly dirAtFpir: { readonly '0.01': number; readonly '0.1': number };
  /** The threshold at FPIR 0.01. */
  readonly threshold: number;
  /** At the model's own threshold: share of known probes named rightly, share of strangers given a name. */
  readonly atModelThreshold: { readonly threshold: number; readonly dir: number; readonly fpir: number };
  readonly noFace: number;
  readonly model: string;
}

interface Row {
  readonly role: 'enroll' | 'known' | 'unknown';
  readonly person: string;
  readonly file: string;
}

export async function evaluateIdentification(
  engine: FaceEngine,
  searchIn: SearchIn,
  protocolFile: string,
  images: string,
  progress?: Progress,
): Promise<IdentificationResult> {
  const rows = parseProtocol(await readProtocol(protocolFile, 'a CSV with --protocol'), protocolFile);
  const templates = await templatesOf(
    engine,
    rows.map(({ file }) => join(images, file)),
    progress,
  );
  const templateOf = (row: Row) => templates.get(join(images, row.file)) ?? null;
  const entries = rows
    .filter(({ role }) => role === 'enroll')
    .flatMap((row) => {
      const vector = templateOf(row);
      return vector ? [{ personId: row.person, vector }] : [];
    });
  const search = searchIn(entries);
  const probe = (role: Row['role']) =>
    rows
      .filter((row) => row.role === role)
      .map((row) => {
        const template = templateOf(row);
        const nearest = template ? search(template) : undefined;
        return { right: nearest?.personId === row.person, distance: nearest?.distance ?? Infinity };
      });
  const known = probe('known');
  const unknown = probe('unknown');
  const dir = (threshold: number) => share(known, ({ right, distance }) => right && distance < threshold);
  const strangers = unknown.map(({ distance }) => distance);
  const own = engine.embedder.threshold;
  return {
    gallery: { persons: new Set(entries.map(({ personId }) => personId)).size, templates: entries.length },
    probes: { known: known.length, unknown: unknown.length },
    rank1: share(known, ({ right }) => right),
    dirAtFpir: { '0.01': dir(lowQuantile(strangers, 0.01)), '0.1': dir(lowQuantile(strangers, 0.1)) },
    threshold: lowQuantile(strangers, 0.01),
    atModelThreshold: { threshold: own, dir: dir(own), fpir: share(strangers, (distance) => distance < own) },
    noFace: [...templates.values()].filter((template) => template === null).length,
    model: engine.embedder.id,
  };
}

export function parseProtocol(text: string, file: string): readonly Row[] {
  const rows: Row[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || (i === 0 && /^role\s*,/i.test(line))) continue;
    const [role, person, ...rest] = line.split(',').map((part) => part.trim());
    const name = rest.join(',');
    if ((role !== 'enroll' && role !== 'known' && role !== 'unknown') || !name) {
      throw new KithError(
        'invalid',
        `${file}, line ${i + 1}: expected "role,person,file" with role enroll, known or unknown.`,
      );
    }
    rows.push({ role, person: person ?? '', file: name });
  }
  for (const role of ['enroll', 'known', 'unknown'] as const) {
    if (!rows.some((row) => row.role === role))
      throw new KithError('invalid', `${file} has no row with the role "${role}".`);
  }
  return rows;
}
