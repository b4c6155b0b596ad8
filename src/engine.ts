// Models and face engine put together: weights compiled once into a cache, then threads that run them.

import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import type { FaceEngine, PictureCodec, Profile } from './domain.ts';
import { KithError } from './errors.ts';
import type { FaceThreadData } from './face-thread.ts';
import { CHIP_SIZE } from './face/alignment.ts';
import type { Recipe } from './face/embed.ts';
import { openFaceEngine } from './face/engine.ts';
import { createPictureCodec } from './face/picture.ts';
import type { Log } from './log.ts';
import { compileModels, embedderInfo } from './models/compile.ts';
import { MODELS } from './models/registry.ts';
import { openNetwork } from './models/session.ts';
import { GAINING, quantisedFiles, type Gaining } from './quantised.ts';
import { prepareDetector, prepareEmbedder, type PreparedDetector, type PreparedEmbedder } from './models/user-model.ts';

const NEAR = 'blazeface';
const FAR = 'ssd-mobilenet-v1';
const MESH = 'facemesh';
const EMBEDDER = 'dlib-resnet-v1';

/** How many crops make a template. */
const RECIPE: Readonly<Record<Profile, Recipe>> = { small: 'single', balanced: 'mirror', accurate: 'jitter' };

/** Networks that run on bytes where the settings name no precision: where that costs no accuracy (docs/models.md). */
const ON_BYTES: Readonly<Record<Profile, readonly Gaining[]>> = { small: [FAR], balanced: [FAR], accurate: [] };
const BY_PRECISION = { float: [], int8: GAINING } as const;

type EngineConfig = Pick<Config, 'modelCache' | 'data' | 'threads' | 'profile' | 'precision' | 'models'>;

/** Compiles what is missing (seconds, once) and opens the engine, warm. */
export async function openEngine(config: EngineConfig, log: Log): Promise<FaceEngine> {
  const cacheDir = modelCache(config);
  const part = log.child({ part: 'models' });
  const files = await compileModels([NEAR, FAR, MESH, EMBEDDER], {
    cacheDir,
    onProgress: ({ done, total, name, ms, compiled }) => {
      if (compiled) part.info(`Compiled ${name} (${done} of ${total}, ${Math.round(ms)} ms).`);
    },
    onDamage: (file) => part.warn(`${file} was damaged and is compiled anew.`),
  });
  const own = await prepareOwn(config.models, cacheDir);
  const wanted = config.precision ? BY_PRECISION[config.precision] : ON_BYTES[config.profile];
  const replaced = { [FAR]: own.detector, [EMBEDDER]: own.embedder };
  const narrow = await quantisedFiles(
    wanted.filter((name) => !replaced[name]),
    cacheDir,
    files,
    part,
  );
  const info = await embedderInfo(EMBEDDER);
  const data: FaceThreadData = {
    files: {
      near: files[NEAR],
      far: narrow[FAR]?.file ?? files[FAR],
      mesh: files[MESH],
      embedder: own.embedder?.file ?? narrow[EMBEDDER]?.file ?? files[EMBEDDER],
    },
    detector: own.detector,
    embedder: own.embedder
      ? { ...own.embedder.info, alignment: own.embedder.alignment }
      : {
          ...info,
          id: narrow[EMBEDDER] ? `${info.id}.${narrow[EMBEDDER].mark}` : info.id,
          alignment: alignmentOf(EMBEDDER),
        },
    recipe: RECIPE[config.profile],
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

/** The user's own networks, checked and wrapped. KithError `invalid` says what is wrong with which file. */
async function prepareOwn(
  models: Config['models'],
  cacheDir: string,
): Promise<{ embedder?: PreparedEmbedder; detector?: PreparedDetector }> {
  const embedders = models.filter((entry) => entry.task === 'embedder');
  const detectors = models.filter((entry) => entry.task === 'detector');
  for (const entries of [embedders, detectors]) {
    if (entries.length < 2) continue;
    const names = entries.map(({ name }) => `"${name}"`).join(' and ');
    throw new KithError(
      'invalid',
      `The settings name ${names} as ${entries[0]?.task ?? ''}: leave one of them under "models".`,
    );
  }
  const [embedder] = embedders;
  const [detector] = detectors;
  const side = embedder && CHIP_SIZE[embedder.alignment];
  if (embedder && embedder.size.some((length) => length !== side)) {
    throw new KithError(
      'invalid',
      `The model "${embedder.name}" has the size ${embedder.size.join('×')}, but "${embedder.alignment}" lays faces on ${side}×${side}: correct "size" or "alignment".`,
    );
  }
  return {
    ...(embedder && { embedder: await prepareEmbedder(embedder, cacheDir) }),
    ...(detector && { detector: await prepareDetector(detector, cacheDir) }),
  };
}

export function openCodec(): PictureCodec {
  return createPictureCodec();
}

function alignmentOf(name: typeof EMBEDDER): 'dlib5' | 'arcface5' {
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
