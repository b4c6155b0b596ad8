// Models and face engine put together: weights compiled once into a cache, then threads that run them.

import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import type { PictureCodec } from './domain.ts';
import type { EmbedderInfo, Profile } from './model-port.ts';
import type { FaceEngine } from './face-port.ts';
import { KithError } from './errors.ts';
import type { FaceThreadData } from './face-thread.ts';
import { CHIP_SIZE } from './face/alignment.ts';
import { templateId, type Recipe } from './face/embed.ts';
import { openFaceEngine } from './face/engine.ts';
import { createPictureCodec } from './face/picture.ts';
import type { Log } from './log.ts';
import { compileModels, embedderInfo } from './models/compile.ts';
import { MODELS, type ModelName } from './models/registry.ts';
import { quantisedMark } from './models/quantised.ts';
import { openNetwork } from './models/session.ts';
import { prepareDetector, prepareEmbedder, type PreparedDetector } from './models/user-model.ts';
import type { UserEmbedder } from './models/user-schema.ts';
import { GAINING, quantisedFiles, type Gaining } from './quantised.ts';

const NEAR = 'blazeface';
const FAR = 'ssd-mobilenet-v1';
const MESH = 'facemesh';
const EMBEDDER = 'dlib-resnet-v1';

/** The bundled networks that make templates, the usual one first. */
const EMBEDDERS = [EMBEDDER] as const satisfies readonly ModelName[];

const RECIPES: readonly Recipe[] = ['single', 'mirror', 'jitter'];
/** How many crops make a template. */
const RECIPE: Readonly<Record<Profile, Recipe>> = { small: 'single', balanced: 'mirror', accurate: 'jitter' };

/** Networks that run on bytes where the settings name no precision: where that costs no accuracy (docs/models.md). */
const ON_BYTES: Readonly<Record<Profile, readonly Gaining[]>> = { small: [FAR], balanced: [FAR], accurate: [] };
const BY_PRECISION = { float: [], int8: GAINING } as const;

type EngineConfig = Pick<Config, 'modelCache' | 'data' | 'threads' | 'profile' | 'precision' | 'models'>;

/** A way of making templates that this installation has: a network, and how many crops of a face go into it. */
export interface Embedder {
  /** The mark on its templates: EmbedderInfo's id. */
  readonly id: string;
  /** The same without the hash of its content, for people: `dlib-resnet-v1.mirror`. */
  readonly name: string;
  readonly own: boolean;
  /** What the settings ask for. */
  readonly configured: boolean;
}

interface Maker extends Embedder {
  /** Of the network, without a recipe. */
  readonly info: EmbedderInfo;
  readonly recipe: Recipe;
  readonly source: ModelName | UserEmbedder;
  readonly int8: boolean;
}

/** All of them: each bundled embedder and each of the user's own, with each recipe. KithError `invalid` when one of the
 * user's own cannot be used. */
export async function listEmbedders(config: EngineConfig): Promise<readonly Embedder[]> {
  return makers(config);
}

async function makers(config: EngineConfig): Promise<readonly Maker[]> {
  const cacheDir = modelCache(config);
  const sources: Pick<Maker, 'info' | 'name' | 'source' | 'own' | 'int8'>[] = [];
  for (const entry of ownEmbedders(config.models)) {
    const { info } = await prepareEmbedder(entry, cacheDir);
    sources.push({ info, name: entry.name, source: entry, own: true, int8: false });
  }
  for (const name of EMBEDDERS) {
    const info = await embedderInfo(name);
    const narrow = { ...info, id: `${info.id}.${await quantisedMark(name, cacheDir)}` };
    const float = { info, name, source: name, own: false, int8: false };
    const int8 = { info: narrow, name: `${name}.int8`, source: name, own: false, int8: true };
    sources.push(...(wantedOnBytes(config).includes(name) ? [int8, float] : [float, int8]));
  }
  return sources.flatMap((source, i) =>
    RECIPES.map((recipe) => ({
      ...source,
      id: templateId(source.info.id, recipe),
      name: templateId(source.name, recipe),
      configured: i === 0 && recipe === RECIPE[config.profile],
      recipe,
    })),
  );
}

function wantedOnBytes({ precision, profile }: EngineConfig): readonly Gaining[] {
  return precision ? BY_PRECISION[precision] : ON_BYTES[profile];
}

/** Compiles what is missing (seconds, once) and opens the engine, warm. `model`: the id of an embedder of the list; without it the
 * one that the settings ask for. KithError `not_found` when this installation has no such model. */
export async function openEngine(
  config: EngineConfig,
  log: Log,
  { model }: { model?: string } = {},
): Promise<FaceEngine> {
  const cacheDir = modelCache(config);
  const part = log.child({ part: 'models' });
  const all = await makers(config);
  const maker = all.find(({ id, configured }) => (model === undefined ? configured : id === model));
  if (!maker) throw new KithError('not_found', `This installation cannot make templates of ${model ?? 'any model'}.`);
  const { info, source, recipe, int8 } = maker;
  const bundled = typeof source === 'string' ? source : EMBEDDER;
  const files = await compileModels([NEAR, FAR, MESH, bundled], {
    cacheDir,
    onProgress: ({ done, total, name, ms, compiled }) => {
      if (compiled) part.info(`Compiled ${name} (${done} of ${total}, ${Math.round(ms)} ms).`);
    },
    onDamage: (file) => part.warn(`${file} was damaged and is compiled anew.`),
  });
  const own = typeof source === 'string' ? undefined : await prepareEmbedder(source, cacheDir);
  const detector = await ownDetector(config.models, cacheDir);
  const onBytes = wantedOnBytes(config).filter((name) => name !== EMBEDDER && !(name === FAR && detector));
  const narrow = await quantisedFiles(int8 ? [...onBytes, EMBEDDER] : onBytes, cacheDir, files, part);
  const data: FaceThreadData = {
    files: {
      near: files[NEAR],
      far: narrow[FAR]?.file ?? files[FAR],
      mesh: files[MESH],
      embedder: own?.file ?? narrow[EMBEDDER]?.file ?? files[bundled],
    },
    detector,
    embedder: { ...info, alignment: own?.alignment ?? alignmentOf(bundled) },
    recipe,
  };
  return openFaceEngine({
    entry: new URL('face-thread.ts', import.meta.url),
    data,
    threads: config.threads,
    onCrash: (error) => log.error({ err: error }, 'a thread of the face engine has died'),
  });
}

/** The descriptor network alone, for measuring it; RGB chips of 150×150. */
export async function openDescriptor(config: EngineConfig): Promise<{
  describe(chips: readonly Uint8Array[]): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}> {
  const files = await compileModels([EMBEDDER], { cacheDir: modelCache(config) });
  const network = await openNetwork(files[EMBEDDER]);
  const [height, width] = MODELS[EMBEDDER].size;
  const bytes = height * width * 3;
  return {
    async describe(chips) {
      const pixels = new Uint8Array(chips.length * bytes);
      for (const [i, chip] of chips.entries()) pixels.set(chip, i * bytes);
      const { descriptor } = await network.run({ pixels: { data: pixels, dims: [chips.length, height, width, 3] } });
      const numbers = descriptor?.data as Float32Array;
      const size = numbers.length / chips.length;
      return chips.map((_, i) => numbers.slice(i * size, (i + 1) * size));
    },
    close: () => network.close(),
  };
}

/** The user's own embedders, the one that the settings ask for first. KithError `invalid` says what is wrong with which. */
function ownEmbedders(models: Config['models']): readonly UserEmbedder[] {
  const embedders = models.filter((entry) => entry.task === 'embedder');
  for (const [i, { name, size, alignment }] of embedders.entries()) {
    if (embedders.findIndex((other) => other.name === name) < i || MODELS[name as ModelName] !== undefined) {
      throw new KithError(
        'invalid',
        `The settings give the name "${name}" to a second embedder: give each another name.`,
      );
    }
    const side = CHIP_SIZE[alignment];
    if (size.some((length) => length !== side)) {
      throw new KithError(
        'invalid',
        `The model "${name}" has the size ${size.join('×')}, but "${alignment}" lays faces on ${side}×${side}: correct "size" or "alignment".`,
      );
    }
  }
  return embedders;
}

async function ownDetector(models: Config['models'], cacheDir: string): Promise<PreparedDetector | undefined> {
  const [detector, second] = models.filter((entry) => entry.task === 'detector');
  if (detector && second) {
    throw new KithError(
      'invalid',
      `The settings name "${detector.name}" and "${second.name}" as detector: leave one of them under "models".`,
    );
  }
  return detector && (await prepareDetector(detector, cacheDir));
}

export function openCodec(): PictureCodec {
  return createPictureCodec();
}

function alignmentOf(name: ModelName): 'dlib5' | 'arcface5' {
  const { embedding } = MODELS[name];
  if (!embedding) throw new KithError('invalid', `The model ${name} makes no templates.`);
  return embedding.alignment;
}

/** Beside the installed packages, where every data folder shares it; inside the data folder where those are read-only. */
export function modelCache({ modelCache: chosen, data }: Pick<EngineConfig, 'modelCache' | 'data'>): string {
  if (chosen !== undefined) return chosen;
  const packages = fileURLToPath(new URL('../node_modules', import.meta.url));
  const beside = join(packages, '.cache', 'kith', 'models');
  try {
    mkdirSync(beside, { recursive: true });
    accessSync(beside, constants.W_OK);
    return beside;
  } catch {
    return join(data, 'models');
  }
}
