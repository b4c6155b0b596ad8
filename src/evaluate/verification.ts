// Verification (one to one) on pairs files of the LFW form: `name i j` is the same person, `name i other j` are two.

import { join } from 'node:path';
import { distanceOf } from '../distance.ts';
import type { FaceEngine } from '../face-port.ts';
import { KithError } from '../errors.ts';
import { proportion, type Proportion } from './intervals.ts';
import { crossValidate, evenFolds, share, tarAtFar, type Comparison } from './metrics.ts';
import { readProtocol, templatesOf, type Progress } from './templates.ts';

export interface VerificationResult {
  readonly pairs: number;
  /** Ten-fold cross-validated, 0..1; a pair with a photo without a face counts as "different". */
  readonly accuracy: number;
  readonly sd: number;
  readonly threshold: number;
  /** Share of the same-person pairs, and of the two-person pairs, that are nearer than 0.6. */
  readonly acceptAt06: number;
  readonly falseAcceptAt06: number;
  /** Share of same-person pairs accepted at these false accept rates. */
  readonly tar: { readonly '0.01': number; readonly '0.001': number };
  /** 95 % intervals of the shares above: Wilson's over the pairs (the accuracy over all pairs, the others over those of
   * their kind), the rule of three where nothing or everything happened. Those of `tar` do not count that the threshold for the
   * rate was itself estimated from the two-person pairs. */
  readonly intervals: {
    readonly accuracy: Proportion | null;
    readonly acceptAt06: Proportion | null;
    readonly falseAcceptAt06: Proportion | null;
    readonly tar: { readonly '0.01': Proportion | null; readonly '0.001': Proportion | null };
  };
  /** Photos in which no face was found. */
  readonly noFace: number;
  readonly model: string;
}

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

const FOLDS = 10;

export async function evaluateVerification(
  engine: FaceEngine,
  pairsFile: string,
  images: string,
  progress?: Progress,
): Promise<VerificationResult> {
  const pairs = parsePairs(await readProtocol(pairsFile, 'an LFW pairs file with --pairs'), pairsFile);
  const fileOf = (name: string) => join(images, name);
  const { templates, noFace } = await templatesOf(
    engine,
    pairs.flatMap(({ a, b }) => [fileOf(a), fileOf(b)]),
    progress,
  );
  const comparisons = pairs.map(({ a, b, same }): Comparison => {
    const [one, two] = [templates.get(fileOf(a)), templates.get(fileOf(b))];
    return { same, distance: one && two ? distanceOf(engine.embedder.metric, one.vector, two.vector) : Infinity };
  });
  return {
    ...verificationFigures(comparisons),
    noFace,
    model: engine.embedder.id,
  };
}

/** Everything that follows from the distances. */
export function verificationFigures(comparisons: readonly Comparison[]): Omit<VerificationResult, 'noFace' | 'model'> {
  const same = comparisons.filter((comparison) => comparison.same);
  const different = comparisons.filter((comparison) => !comparison.same);
  const crossValidated = crossValidate(comparisons, evenFolds(comparisons, FOLDS));
  const acceptAt06 = share(same, ({ distance }) => distance < 0.6);
  const falseAcceptAt06 = share(different, ({ distance }) => distance < 0.6);
  const tar = { '0.01': tarAtFar(comparisons, 0.01), '0.001': tarAtFar(comparisons, 0.001) };
  return {
    pairs: comparisons.length,
    ...crossValidated,
    acceptAt06,
    falseAcceptAt06,
    tar,
    intervals: {
      accuracy: interval(crossValidated.accuracy, comparisons.length),
      acceptAt06: interval(acceptAt06, same.length),
      falseAcceptAt06: interval(falseAcceptAt06, different.length),
      tar: { '0.01': interval(tar['0.01'], same.length), '0.001': interval(tar['0.001'], same.length) },
    },
  };
}

function interval(value: number, trials: number): Proportion | null {
  return proportion(Math.round(value * trials), trials);
}

/** First line: the number of pairs (or folds and pairs), then `name i j` or `name i other j`, parted by white space. */
export function parsePairs(text: string, file: string): readonly Pair[] {
  const lines = text.split(/\r?\n/);
  const pairs: Pair[] = [];
  for (const [i, line] of lines.entries()) {
    const parts = line.trim().split(/\s+/);
    if (line.trim() === '' || (i === 0 && parts.every((part) => /^\d+$/.test(part)))) continue;
    const [name, first, second, third] = parts;
    if (parts.length === 3 && isIndex(first) && isIndex(second)) {
      pairs.push({ a: photo(name, first), b: photo(name, second), same: true });
    } else if (parts.length === 4 && isIndex(first) && isIndex(third)) {
      pairs.push({ a: photo(name, first), b: photo(second, third), same: false });
    } else {
      throw new KithError(
        'invalid',
        `${file}, line ${i + 1}: expected "name i j" or "name i other j", found "${line.slice(0, 80)}".`,
      );
    }
  }
  if (!pairs.some((pair) => pair.same) || pairs.every((pair) => pair.same)) {
    throw new KithError('invalid', `${file} must hold pairs of the same person and pairs of two persons.`);
  }
  return pairs;
}

function isIndex(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,6}$/.test(text);
}

function photo(name: string | undefined, index: string): string {
  return join(name ?? '', `${name}_${index.padStart(4, '0')}.jpg`);
}
