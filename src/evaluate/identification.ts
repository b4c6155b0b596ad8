// Open-set identification (one to many): who of the enrolled is it, or nobody? Protocol: CSV rows role,person,file with
// role enroll | known | unknown.

import { join } from 'node:path';
import type { Calibration, Probe } from '../gallery-port.ts';
import type { Candidate, Match } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import { KithError } from '../errors.ts';
import { proportion, type Proportion } from './intervals.ts';
import { lowQuantile, share } from './metrics.ts';
import { readProtocol, templatesOf, type Progress } from './templates.ts';

/** A gallery of these people, as the program itself would hold it, and beside it the textbook's: nearest reference, raw numbers. */
export type GalleryIn = (entries: readonly { personId: string; vector: Float32Array }[]) => Promise<{
  readonly calibration: Calibration;
  /** The nearest two. */
  search(shots: readonly Probe[]): readonly Candidate[];
  decide(candidates: readonly Candidate[]): Match;
  readonly textbook: { readonly threshold: number; search(shots: readonly Probe[]): Candidate | undefined };
}>;

/** Shares at a rate of strangers who are given a name (FPIR). */
export interface AtFpir {
  readonly '0.001': number;
  readonly '0.01': number;
  readonly '0.1': number;
}

export interface IdentificationResult {
  /** Enrolled persons and templates. */
  readonly gallery: { readonly persons: number; readonly templates: number };
  readonly probes: { readonly known: number; readonly unknown: number };
  /** At most so many photos of a person make one probe: the shots of a track, which decide together. */
  readonly shots: number;
  /** Share of the known probes whose nearest person is the right one, whatever the distance. */
  readonly rank1: number;
  /** Detection and identification rate: share of known probes named rightly at a threshold that names only this share of
   * the strangers (FPIR). */
  readonly dirAtFpir: AtFpir;
  /** 95 % confidence intervals of the above. */
  readonly intervals: {
    readonly rank1: Proportion | null;
    readonly dirAtFpir: Readonly<Record<keyof AtFpir, Proportion | null>>;
  };
  /** The threshold at FPIR 0.01. */
  readonly threshold: number;
  /** At the threshold that the program would choose by itself, which has seen none of the probes. */
  readonly calibrated: {
    readonly threshold: number;
    readonly source: Calibration['source'];
    readonly falseNamesIn: number | null;
    /** Share of known probes that are named rightly; share of strangers who are given a name. */
    readonly dir: Proportion | null;
    readonly fpir: Proportion | null;
    /** Share of known probes that are answered "A or B?". */
    readonly ambiguous: number;
  };
  /** The same gallery by the nearest reference, raw numbers: what most systems do. */
  readonly textbook: {
    readonly threshold: number;
    readonly rank1: number;
    readonly dirAtFpir: AtFpir;
    readonly dir: number;
    readonly fpir: number;
  };
  readonly noFace: number;
  readonly model: string;
}

interface Row {
  readonly role: 'enroll' | 'known' | 'unknown';
  readonly person: string;
  readonly file: string;
}

export interface IdentificationOptions {
  readonly protocol: string;
  readonly images: string;
  /** Photos of a person that make one probe together; default 1. */
  readonly shots?: number;
}

export async function evaluateIdentification(
  engine: FaceEngine,
  galleryIn: GalleryIn,
  { protocol, images, shots = 1 }: IdentificationOptions,
  progress?: Progress,
): Promise<IdentificationResult> {
  const rows = parseProtocol(await readProtocol(protocol, 'a CSV with --protocol'), protocol);
  const read = await templatesOf(
    engine,
    rows.map(({ file }) => join(images, file)),
    progress,
  );
  const entries = rows
    .filter(({ role }) => role === 'enroll')
    .flatMap((row) => {
      const vector = read.templates.get(join(images, row.file))?.vector;
      return vector ? [{ personId: row.person, vector }] : [];
    });
  const gallery = await galleryIn(entries);
  const probesOf = (role: Row['role']): Searched[] =>
    grouped(
      rows.filter((row) => row.role === role),
      shots,
    ).map((group) => {
      const probes = group.flatMap(({ file }) => read.templates.get(join(images, file)) ?? []);
      const candidates = probes.length > 0 ? gallery.search(probes) : [];
      const plain = probes.length > 0 ? gallery.textbook.search(probes) : undefined;
      return {
        person: group[0]?.person ?? '',
        own: { id: candidates[0]?.personId, distance: candidates[0]?.distance ?? Infinity },
        plain: { id: plain?.personId, distance: plain?.distance ?? Infinity },
        match: gallery.decide(candidates),
      };
    });
  const known = probesOf('known');
  const unknown = probesOf('unknown');
  const own = figures(known, unknown, 'own');
  const plain = figures(known, unknown, 'plain');
  const { calibration, textbook } = gallery;
  return {
    gallery: { persons: new Set(entries.map(({ personId }) => personId)).size, templates: entries.length },
    probes: { known: known.length, unknown: unknown.length },
    shots,
    rank1: own.rank1,
    dirAtFpir: own.dirAtFpir,
    intervals: {
      rank1: proportionOf(own.rank1, known.length),
      dirAtFpir: {
        '0.001': proportionOf(own.dirAtFpir['0.001'], known.length),
        '0.01': proportionOf(own.dirAtFpir['0.01'], known.length),
        '0.1': proportionOf(own.dirAtFpir['0.1'], known.length),
      },
    },
    threshold: own.threshold,
    calibrated: {
      threshold: calibration.threshold,
      source: calibration.source,
      falseNamesIn: calibration.falseNamesIn,
      dir: proportionOf(share(known, isRight), known.length),
      fpir: proportionOf(
        share(unknown, ({ match }) => match.decision === 'known'),
        unknown.length,
      ),
      ambiguous: share(known, ({ match }) => match.decision === 'ambiguous'),
    },
    textbook: {
      threshold: textbook.threshold,
      rank1: plain.rank1,
      dirAtFpir: plain.dirAtFpir,
      dir: share(known, (probe) => probe.plain.id === probe.person && probe.plain.distance < textbook.threshold),
      fpir: share(unknown, (probe) => probe.plain.distance < textbook.threshold),
    },
    noFace: read.noFace,
    model: engine.embedder.id,
  };
}

function isRight({ person, match }: Searched): boolean {
  return match.decision === 'known' && match.nearest?.personId === person;
}

interface Nearest {
  readonly id: string | undefined;
  readonly distance: number;
}

interface Searched {
  readonly person: string;
  readonly own: Nearest;
  readonly plain: Nearest;
  readonly match: Match;
}

function figures(known: readonly Searched[], unknown: readonly Searched[], by: 'own' | 'plain') {
  const strangers = unknown.map((probe) => probe[by].distance);
  const dir = (threshold: number) =>
    share(known, (probe) => probe[by].id === probe.person && probe[by].distance < threshold);
  return {
    rank1: share(known, (probe) => probe[by].id === probe.person),
    dirAtFpir: {
      '0.001': dir(lowQuantile(strangers, 0.001)),
      '0.01': dir(lowQuantile(strangers, 0.01)),
      '0.1': dir(lowQuantile(strangers, 0.1)),
    },
    threshold: lowQuantile(strangers, 0.01),
  };
}

function proportionOf(value: number, trials: number): Proportion | null {
  return proportion(Math.round(value * trials), trials);
}

/** Photos of one person that follow each other, at most `most` together. A stranger without a name is always alone. */
function grouped(rows: readonly Row[], most: number): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last && row.person !== '' && last[0]?.person === row.person && last.length < most) last.push(row);
    else groups.push([row]);
  }
  return groups;
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
