// Networks on bytes: which of them are used, how they are made of the installed ones, and how they compare with them. Root
// file: models/, the pictures of quantised-pictures.ts and evaluate/ meet here.

import { stat } from 'node:fs/promises';
import { CALIBRATED, seenPictures, type Calibrated, type Progress } from './quantised-pictures.ts';
import { distanceOf } from './distance.ts';
import { compareNetworks, type NetworkComparison } from './evaluate/networks.ts';
import { openLifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import { compileModels, embedderInfo } from './models/compile.ts';
import { quantisedModel, quantiseModel, replaceQuantised } from './models/quantised.ts';
import { MODELS } from './models/registry.ts';
import { openNetwork } from './models/session.ts';

/** Those whose figures hold on bytes and that gain by it; docs/models.md has both for all of them. */
export const GAINING = ['ssd-mobilenet-v1', 'dlib-resnet-v1'] as const;
export type Gaining = (typeof GAINING)[number];

/** `by default`: in the profiles that engine.ts says. */
export type Use = 'by default' | 'with precision int8' | 'never';
const USE: Readonly<Record<Calibrated, Use>> = {
  blazeface: 'never',
  'ssd-mobilenet-v1': 'by default',
  facemesh: 'never',
  'dlib-resnet-v1': 'with precision int8',
};

export interface QuantisedFile {
  readonly file: string;
  /** What comes after the float network's id in the mark on templates. */
  readonly mark: string;
}

/** From the cache, or made on the sample photographs (seconds, once). `files`: the float networks. */
export async function quantisedFiles(
  wanted: readonly Gaining[],
  cacheDir: string,
  files: Readonly<Record<Calibrated, string>>,
  log: Log,
): Promise<Partial<Record<Gaining, QuantisedFile>>> {
  let seen: ReturnType<typeof seenPictures> | undefined;
  const found: Partial<Record<Gaining, QuantisedFile>> = {};
  for (const name of wanted) {
    const started = performance.now();
    const { file, mark, made } = await quantisedModel(name, {
      cacheDir,
      async samples() {
        // Templates need faces; the far detector alone needs none.
        seen ??= seenPictures(files, { faces: wanted.some((other) => MODELS[other].embedding) });
        return (await seen).inputs[name];
      },
      onDamage: (damaged) => log.warn(`${damaged} was damaged and is made anew.`),
    });
    if (made) log.info(`Quantised ${name} (${Math.round(performance.now() - started)} ms).`);
    found[name] = { file, mark };
  }
  return found;
}

export interface QuantisedModel extends NetworkComparison {
  readonly model: string;
  readonly use: Use;
  /** Float time to int8 time. */
  readonly speedup: number;
  /** Bytes of the files. */
  readonly size: { readonly float: number; readonly int8: number };
  /** Of the embedder: distances between the templates of both from the same crop. */
  readonly templates?: { readonly mean: number; readonly largest: number };
}

export interface QuantiseResult {
  readonly photos: number;
  readonly faces: number;
  readonly unreadable: number;
  /** What templates of the quantised embedder are marked with. */
  readonly embedder: string;
  readonly models: readonly QuantisedModel[];
}

export interface QuantiseSteps {
  readonly photos: Progress;
  readonly calibration: (model: string) => Progress;
}

const ROUNDS = 40;
/** As many pictures are compared; more would say the same. */
const COMPARED = 40;

/** Makes them anew, on the samples or on the photos of a folder, keeps those that are used, and measures all. */
export async function quantiseModels(
  cacheDir: string,
  folder: string | undefined,
  steps: QuantiseSteps,
): Promise<QuantiseResult> {
  const files = await compileModels(CALIBRATED, { cacheDir });
  const seen = await seenPictures(files, { folder, progress: steps.photos });
  const models: QuantisedModel[] = [];
  let embedder = '';
  for (const name of CALIBRATED) {
    const inputs = seen.inputs[name];
    const progress = steps.calibration(name);
    let network: string | Uint8Array;
    if (isGaining(name)) {
      const { file, mark } = await replaceQuantised(name, cacheDir, { hash: seen.hash, inputs }, progress);
      network = file;
      if (MODELS[name].embedding) embedder = `${(await embedderInfo(name)).id}.${mark}`;
    } else {
      network = await quantiseModel(name, inputs, progress);
    }
    models.push({ ...(await compare(name, files[name], network, inputs)), model: name, use: USE[name] });
  }
  const { photos, faces, unreadable } = seen;
  return { photos, faces, unreadable, embedder, models };
}

async function compare(
  name: Calibrated,
  float: string,
  int8: string | Uint8Array,
  inputs: readonly Uint8Array[],
): Promise<Omit<QuantisedModel, 'model' | 'use'>> {
  const life = openLifecycle();
  const apart: number[] = [];
  try {
    const one = life.own(await openNetwork(float));
    const other = life.own(await openNetwork(int8));
    // From all of them, not only of the first photos.
    const step = Math.max(1, inputs.length / COMPARED);
    const some = inputs.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
    const comparison = await compareNetworks(one, other, MODELS[name].size, some, ROUNDS, (a, b) => {
      const [x, y] = [a['descriptor']?.data, b['descriptor']?.data];
      if (x instanceof Float32Array && y instanceof Float32Array) apart.push(distanceOf('euclidean', x, y));
    });
    const { ms } = comparison;
    const mean = apart.reduce((sum, distance) => sum + distance, 0) / apart.length;
    const templates = apart.length === 0 ? {} : { templates: { mean, largest: Math.max(...apart) } };
    const size = { float: await bytesOf(float), int8: await bytesOf(int8) };
    return { ...comparison, speedup: ms.one / ms.other, size, ...templates };
  } finally {
    await life.close();
  }
}

async function bytesOf(network: string | Uint8Array): Promise<number> {
  return typeof network === 'string' ? (await stat(network)).size : network.length;
}

function isGaining(name: Calibrated): name is Gaining {
  return (GAINING as readonly string[]).includes(name);
}
