// The weights inside the installed packages → ONNX files in a cache folder, once. A file is named for what it was made
// of and for its own content: whatever changes is compiled anew, and a damaged file is noticed before it is used.

import { createHash, type Hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import type { EmbedderInfo } from '../model-port.ts';
import { KithError, messageOf } from '../errors.ts';
import { cached, converterHash, hashFile, type Cached } from './cache.ts';
import { encodeModel, type OnnxGraph } from './onnx.ts';
import { MODELS, type ModelEntry, type ModelName } from './registry.ts';
import type { TfModel } from './tfjs-model.ts';
import { convertTfjs } from './tfjs.ts';
import { readWeights, type WeightGroup } from './weights.ts';

export interface CompileOptions {
  readonly cacheDir: string;
  /** Called after each model; `compiled` is false where the cache had it. */
  readonly onProgress?: (progress: CompileProgress) => void;
  /** Told when a damaged file is replaced. */
  readonly onDamage?: (file: string) => void;
}

export interface CompileProgress {
  readonly done: number;
  readonly total: number;
  readonly name: ModelName;
  readonly ms: number;
  readonly compiled: boolean;
}

interface Source {
  readonly manifest: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Answers the ONNX file of each model. KithError `invalid` when the packages are damaged, `unavailable` when the cache
 * folder cannot be written. */
export async function compileModels<Name extends ModelName>(
  names: readonly Name[],
  options: CompileOptions,
): Promise<Record<Name, string>> {
  const files: Partial<Record<Name, string>> = {};
  const converter = await remembered('converter', converterHash);
  for (const [index, name] of names.entries()) {
    const started = performance.now();
    const { file, compiled } = await compileOne(MODELS[name], converter, options);
    files[name] = file;
    const ms = performance.now() - started;
    options.onProgress?.({ done: index + 1, total: names.length, name, ms, compiled });
  }
  return files as Record<Name, string>;
}

/** What templates of a bundled embedder are marked with: its name, and a hash of its weights and revision. */
export async function embedderInfo(name: ModelName): Promise<EmbedderInfo> {
  const entry = MODELS[name];
  if (!entry.embedding) throw new KithError('invalid', `The model ${name} makes no templates.`);
  const hash = await remembered(`mark ${name}`, async () => {
    const hash = await hashSource(createHash('sha256'), entry);
    return hash.update(String(entry.revision)).digest('hex');
  });
  const { dimensions, metric, threshold, prior } = entry.embedding;
  return { id: `${name}@${hash.slice(0, 8)}`, dimensions, metric, threshold, ...(prior && { prior }) };
}

/** The network itself, without any cache. */
export async function buildModel(entry: ModelEntry): Promise<Uint8Array> {
  return encodeModel(await buildGraph(entry));
}

/** The network before it is written, for what is to be done to it. */
export async function buildGraph(entry: ModelEntry): Promise<OnnxGraph> {
  return build(entry, await readSource(entry));
}

/** Hashes of files that stay as they are while the program runs: hashing some megabytes takes as long as reading them. */
const hashes = new Map<string, Promise<string>>();

function remembered(what: string, make: () => Promise<string>): Promise<string> {
  const known = hashes.get(what);
  if (known) return known;
  const made = make();
  hashes.set(what, made);
  // Next time there may be something to read.
  made.catch(() => hashes.delete(what));
  return made;
}

async function compileOne(entry: ModelEntry, converter: string, options: CompileOptions): Promise<Cached> {
  const prefix = `${entry.name}-${await keyOf(entry, converter)}`;
  const make = async () => encodeModel(build(entry, await readSource(entry)));
  return cached(options.cacheDir, prefix, make, options.onDamage);
}

/** Of everything that a network is made of: its weights and the converter. */
export async function sourceKey(name: ModelName): Promise<string> {
  return keyOf(MODELS[name], await remembered('converter', converterHash));
}

function keyOf(entry: ModelEntry, converter: string): Promise<string> {
  return remembered(`key ${entry.name} ${converter}`, async () => {
    const hash = createHash('sha256').update(converter).update(entry.name);
    return (await hashSource(hash, entry)).digest('hex').slice(0, 16);
  });
}

function build(entry: ModelEntry, { manifest, bytes }: Source): OnnxGraph {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(manifest));
  const { normalisation } = entry;
  if (entry.build.from === 'weights') {
    return entry.build.compose(readWeights(parsed as readonly WeightGroup[], bytes), normalisation);
  }
  return convertTfjs(parsed as TfModel, bytes, {
    name: entry.name,
    size: entry.size,
    normalisation,
    single: entry.single ?? false,
    finish: entry.build.finish,
  });
}

async function readSource(entry: ModelEntry): Promise<Source> {
  const { manifest, weights } = sourceFiles(entry);
  return reading(entry, async () => ({ manifest: await readFile(manifest), bytes: await readFile(weights) }));
}

/** Adds the manifest and the weights. */
async function hashSource(hash: Hash, entry: ModelEntry): Promise<Hash> {
  const { manifest, weights } = sourceFiles(entry);
  return reading(entry, async () => hashFile(await hashFile(hash, manifest), weights));
}

function sourceFiles(entry: ModelEntry): { readonly manifest: string; readonly weights: string } {
  const { package: name, file } = entry.source;
  const found = findPackageJSON(name, import.meta.url);
  if (!found) throw new KithError('unavailable', `The package ${name} is not installed: run npm install.`);
  const base = join(dirname(found), file);
  const manifest = entry.build.from === 'weights' ? `${base}-weights_manifest.json` : `${base}.json`;
  return { manifest, weights: `${base}.bin` };
}

async function reading<T>(entry: ModelEntry, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new KithError(
      'unavailable',
      `The weights of ${entry.name} cannot be read (${messageOf(error)}): run npm ci.`,
      {
        cause: error,
      },
    );
  }
}
