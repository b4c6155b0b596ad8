// Networks on bytes in the cache of compiled networks. A file is named for what it was made of: the float network and the
// pictures it was calibrated on. One set of pictures at a time: making it on others takes the place of what was there.

import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KithError } from '../errors.ts';
import { cached, contentHash } from './cache.ts';
import { calibrate } from './calibrate.ts';
import { buildGraph, sourceKey } from './compile.ts';
import { encodeModel } from './onnx.ts';
import { quantise } from './quantise.ts';
import { MODELS, type ModelName } from './registry.ts';

/** Marks templates of a quantised network. Changed when the way of quantising changes the numbers. */
const MARK = 'int8';
/** The pictures that every installation has. */
const SAMPLES = 'samples';

export interface CalibrationPictures {
  /** Null: the sample photographs. Otherwise a hash of the user's own. */
  readonly hash: string | null;
  /** As the network takes them. */
  readonly inputs: readonly Uint8Array[];
}

export interface Quantised {
  readonly file: string;
  /** What templates of this network are marked with, after the float network's id. */
  readonly mark: string;
  /** False where the cache had it. */
  readonly made: boolean;
}

export interface QuantisedOptions {
  readonly cacheDir: string;
  /** Asked only when the network must be made. */
  readonly samples: () => Promise<readonly Uint8Array[]>;
  readonly onDamage?: (file: string) => void;
}

/** The quantised network of the cache, whatever pictures it was made on; made on the samples where there is none. */
export async function quantisedModel(name: ModelName, options: QuantisedOptions): Promise<Quantised> {
  const base = await baseOf(name);
  const [own] = await ownHashes(options.cacheDir, base);
  const { file, compiled } = await cached(
    options.cacheDir,
    `${base}.${own ?? SAMPLES}`,
    async () => {
      if (own === undefined) return quantiseModel(name, await options.samples());
      throw new KithError(
        'unavailable',
        `The quantised ${name} was damaged and has been removed: make it again with "kith models quantise --images" on the same pictures, or go on with the samples.`,
      );
    },
    options.onDamage,
  );
  return { file, mark: markOf(own ?? null), made: compiled };
}

/** What templates of the quantised network are or will be marked with; nothing is made. */
export async function quantisedMark(name: ModelName, cacheDir: string): Promise<string> {
  const [own] = await ownHashes(cacheDir, await baseOf(name));
  return markOf(own ?? null);
}

/** Makes it anew on these pictures; later starts use it. */
export async function replaceQuantised(
  name: ModelName,
  cacheDir: string,
  pictures: CalibrationPictures,
  progress?: (done: number, total: number) => void,
): Promise<Quantised> {
  const base = await baseOf(name);
  const network = await quantiseModel(name, pictures.inputs, progress);
  for (const old of [SAMPLES, ...(await ownHashes(cacheDir, base))]) await removeAll(cacheDir, `${base}.${old}-`);
  const { file } = await cached(cacheDir, `${base}.${pictures.hash ?? SAMPLES}`, () => network);
  return { file, mark: markOf(pictures.hash), made: true };
}

/** The network itself, without any cache. */
export async function quantiseModel(
  name: ModelName,
  inputs: readonly Uint8Array[],
  progress?: (done: number, total: number) => void,
): Promise<Uint8Array> {
  const entry = MODELS[name];
  const graph = await buildGraph(entry);
  return encodeModel(quantise(graph, await calibrate(graph, entry.size, inputs, progress)));
}

/** Of the user's pictures. */
export function picturesHash(pictures: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const one of pictures.map((picture) => contentHash(picture)).toSorted()) hash.update(one);
  return hash.digest('hex').slice(0, 8);
}

async function baseOf(name: ModelName): Promise<string> {
  return `${name}.${MARK}-${await sourceKey(name)}`;
}

function markOf(own: string | null): string {
  return own === null ? MARK : `${MARK}-${own}`;
}

async function ownHashes(cacheDir: string, base: string): Promise<string[]> {
  const made = (await names(cacheDir)).filter((name) => name.startsWith(`${base}.`) && name.endsWith('.onnx'));
  const hashes = made.map((name) => name.slice(base.length + 1).split('-')[0] ?? SAMPLES);
  return [...new Set(hashes)].filter((hash) => hash !== SAMPLES);
}

async function removeAll(cacheDir: string, prefix: string): Promise<void> {
  for (const name of await names(cacheDir))
    if (name.startsWith(prefix)) await rm(join(cacheDir, name), { force: true });
}

/** None where there is no folder yet. */
async function names(cacheDir: string): Promise<string[]> {
  return readdir(cacheDir).catch(() => []);
}
