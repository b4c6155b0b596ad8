// What the networks see of photographs of people: the crops that quantised networks are calibrated on. Root file: models/ and
// face/ meet here.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { samplePhotos } from './demo.ts';
import type { PictureCodec, Raster } from './domain.ts';
import type { Network } from './model-port.ts';
import { KithError, messageOf } from './errors.ts';
import { createAnalyser } from './face/analyser.ts';
import { createPictureCodec } from './face/picture.ts';
import { planTiles } from './face/tiles.ts';
import { mirror, warp } from './face/warp.ts';
import { openLifecycle } from './lifecycle.ts';
import { picturesHash } from './models/quantised.ts';
import { MODELS } from './models/registry.ts';
import { openNetwork } from './models/session.ts';

const NEAR = 'blazeface';
const FAR = 'ssd-mobilenet-v1';
const MESH = 'facemesh';
const EMBEDDER = 'dlib-resnet-v1';
export const CALIBRATED = [NEAR, FAR, MESH, EMBEDDER] as const;
export type Calibrated = (typeof CALIBRATED)[number];

export interface SeenPictures {
  readonly photos: number;
  readonly faces: number;
  /** Photos that could not be read. */
  readonly unreadable: number;
  readonly hash: string | null;
  /** What each network is given, height × width × 3 bytes each. */
  readonly inputs: Readonly<Record<Calibrated, readonly Uint8Array[]>>;
}

export type Progress = (done: number, total: number) => void;

/** More photos, and more crops of one kind, take time and change hardly anything. */
const MAX_PHOTOS = 200;
const MAX_CROPS: Readonly<Record<Calibrated, number>> = { [NEAR]: 40, [FAR]: 12, [MESH]: 60, [EMBEDDER]: 400 };
/** Larger photos are reduced; their faces are large enough then. */
const MAX_SIDE = 4096;
const SAMPLE = /^sample\d+\.jpg$/;
const PICTURE = /\.(jpe?g|png|webp|avif|gif|tiff?|bmp)$/i;
/** The far detector looks at the whole picture and at tiles of it (face/far.ts): it is shown both, in turns. */
const FAR_PARTS = [1, 2.5] as const;

export interface SeenOptions {
  /** Photos of the user's own, searched with its subfolders; without it the sample photographs. */
  readonly folder?: string | undefined;
  /** False: no face is looked for, which is enough for the far detector and saves most of the time. */
  readonly faces?: boolean;
  readonly progress?: Progress;
}

/** `files`: the float networks. KithError `invalid` when there is no face where some are wanted. */
export async function seenPictures(
  files: Readonly<Record<Calibrated, string>>,
  { folder, faces: wanted = true, progress }: SeenOptions = {},
): Promise<SeenPictures> {
  const photos = folder === undefined ? await list(samplePhotos(), SAMPLE) : await list(folder, PICTURE);
  const inputs: Record<Calibrated, Uint8Array[]> = { [NEAR]: [], [FAR]: [], [MESH]: [], [EMBEDDER]: [] };
  const codec = createPictureCodec();
  const life = openLifecycle();
  async function open(name: Calibrated): Promise<Network> {
    const network = life.own(await openNetwork(files[name]));
    return {
      ...network,
      run(feeds) {
        for (const { data } of Object.values(feeds)) if (data instanceof Uint8Array) keep(name, data.slice());
        return network.run(feeds);
      },
    };
  }
  function keep(name: Calibrated, input: Uint8Array): void {
    if (inputs[name].length < MAX_CROPS[name]) inputs[name].push(input);
  }

  let faces = 0;
  const read: Uint8Array[] = [];
  try {
    // Nobody asks for templates or for far faces here.
    const networks = wanted && { near: await open(NEAR), mesh: await open(MESH), far: unused, embedder: unused };
    const traits = { id: EMBEDDER, dimensions: 128, metric: 'euclidean', threshold: 0, alignment: 'dlib5' } as const;
    const analyser = networks && createAnalyser(codec, networks, traits, 'single');
    for (const [index, file] of photos.entries()) {
      const photo = await readPhoto(codec, file);
      if (photo) {
        const { raster } = photo;
        const found = analyser ? await analyser.prepare(raster, { search: 'near', chip: true }) : undefined;
        for (const { chip } of found?.analysis.faces ?? []) {
          if (!chip) continue;
          faces += 1;
          keep(EMBEDDER, chip.data);
          keep(EMBEDDER, mirror(chip.data, chip.width, chip.height));
        }
        keep(FAR, farInput(raster, FAR_PARTS[index % FAR_PARTS.length] ?? 1));
        read.push(photo.bytes);
      }
      progress?.(index + 1, photos.length);
      // A server that starts on the same thread gets a turn.
      await setImmediate();
    }
  } finally {
    await life.close();
  }
  if (read.length === 0 || (wanted && faces === 0)) {
    throw new KithError(
      'invalid',
      `No face was found in ${photos.length} photos of ${folder ?? samplePhotos()}: give a folder with photos of people.`,
    );
  }
  const hash = folder === undefined ? null : picturesHash(read);
  return { photos: read.length, faces, unreadable: photos.length - read.length, hash, inputs };
}

/** Null where it cannot be read: a folder of somebody's photos may hold anything. */
async function readPhoto(codec: PictureCodec, file: string) {
  try {
    const bytes = await readFile(file);
    return { bytes, raster: await codec.decode(bytes, MAX_SIDE) };
  } catch {
    return null;
  }
}

/** The tile in the middle whose side is this part of the photo's longer side; 1: the photo as a whole. */
function farInput(raster: Raster, part: number): Uint8Array {
  const [size] = MODELS[FAR].size;
  const side = Math.max(raster.width, raster.height) / part;
  const tiles = planTiles([0, 0, raster.width, raster.height], side, side * 0.2);
  const [x, y] = tiles[Math.floor(tiles.length / 2)] ?? [0, 0];
  const scale = size / side;
  return warp(raster, { a: scale, b: 0, tx: -x * scale, ty: -y * scale }, size);
}

async function list(folder: string, which: RegExp): Promise<string[]> {
  let found: string[];
  try {
    if (!(await stat(folder)).isDirectory()) throw new Error('it is no folder');
    found = (await readdir(folder, { recursive: true })).filter((name) => which.test(name)).toSorted();
  } catch (error) {
    throw new KithError('invalid', `The folder ${folder} cannot be read (${messageOf(error)}): name one with photos.`, {
      cause: error,
    });
  }
  // From everywhere in the folder, always the same ones.
  const step = Math.max(1, found.length / MAX_PHOTOS);
  const chosen = Array.from(
    { length: Math.min(found.length, MAX_PHOTOS) },
    (_, i) => found[Math.floor(i * step)] ?? '',
  );
  return chosen.map((name) => join(folder, name));
}

const unused: Network = {
  inputs: ['pixels'],
  outputs: [],
  run: () => Promise.reject(new Error('Calibration does not run this network.')),
  close: () => Promise.resolve(),
};
