// What the tests of the worker share: a face engine whose "pictures" are short texts, so that templates are known beforehand.
//
// A picture "anna:0.1:7" is of Anna, 0.1 away from her point in a direction that depends on the 7. Other words: "nobody" (no face),
// "broken" (no picture), "crash" (an error every time), "poor:anna:0.1:7" (hardly to be seen).

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Face, Quality, Sighting } from '../src/domain.ts';
import type { EmbedderInfo } from '../src/model-port.ts';
import type { Analysis, FaceEngine } from '../src/face-port.ts';
import { KithError } from '../src/errors.ts';
import { decide } from '../src/gallery/decide.ts';
import { openGallery } from '../src/gallery/gallery.ts';
import { openWorker, type WorkerOptions } from '../src/journal/worker.ts';
import { openLog } from '../src/log.ts';
import { createPipeline } from '../src/pipeline.ts';
import { openPictureStore } from '../src/store/pictures.ts';
import { openStore } from '../src/store/open.ts';

export const embedder: EmbedderInfo = { id: 'fake@1', dimensions: 32, metric: 'euclidean', threshold: 0.6 };
export const log = openLog({ level: process.env['KITH_LOG'] ?? 'silent' });

/** Numbers that depend on the word alone; unit length. */
export function direction(word: string): Float32Array {
  const bytes = createHash('sha256').update(word).digest();
  const numbers = Float32Array.from(bytes, (byte) => byte - 127.5);
  const length = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));
  return numbers.map((value) => value / length);
}

/** Templates of different models have nothing to do with each other. */
export function templateOf(name: string, away: number, seed: string, model = embedder.id): Float32Array {
  const noise = direction(`noise ${name} ${seed}`);
  return direction(model === embedder.id ? name : `${model} ${name}`).map((value, i) => value + away * (noise[i] ?? 0));
}

export function fakeEngine(
  options: { ms?: () => number; threads?: number; model?: string } = {},
): FaceEngine & { calls: string[] } {
  const calls: string[] = [];
  const model = options.model ?? embedder.id;
  return {
    embedder: { ...embedder, id: model },
    threads: options.threads ?? 2,
    calls,
    async analyse(picture, _options, signal): Promise<Analysis> {
      const text = Buffer.from(picture as Uint8Array).toString();
      calls.push(text);
      await sleep(options.ms?.() ?? 1, undefined, signal ? { signal } : {});
      if (text.startsWith('broken')) throw new KithError('invalid', 'These bytes are no picture.');
      if (text.startsWith('crash')) throw new Error('The thread has died.');
      const faces = text.startsWith('nobody') ? [] : text.split('|').map((part, i) => faceOf(part, i, model));
      return { width: 200, height: 200, faces };
    },
    close: async () => undefined,
  };
}

/** The second face of a picture lies right of the first. */
function faceOf(text: string, i: number, model: string): Face {
  const poor = text.startsWith('poor:');
  const [name = '', away = '0', seed = ''] = text.replace('poor:', '').split(':');
  const size = poor ? 0.01 : 0.9;
  const quality: Quality = {
    size,
    sharpness: 0.9,
    light: 0.9,
    contrast: 0.9,
    pose: 0.9,
    occlusion: 0.9,
    total: size,
    reason: 'size',
    luminance: 120,
    eyes: 1,
    mouth: 1,
  };
  const point = [i * 100 + 40, 40] as const;
  return {
    box: [i * 100 + 10, 10, 60, 60],
    score: 0.9,
    points: [point, point, point, point, point],
    pose: { yaw: 0, pitch: 0, roll: 0 },
    quality,
    template: templateOf(name, Number(away), seed, model),
  };
}

export function sighting(id: string, more: Partial<Sighting> = {}): Sighting {
  return { id, cameraId: 'door', trackId: null, capturedAt: 1000, box: null, points: null, zones: [], ...more };
}

export interface BenchOptions extends Partial<WorkerOptions> {
  readonly engine?: FaceEngine;
  readonly dataDir: string;
  readonly databaseUrl?: string;
}

/** Store, pictures, gallery and worker put together as main.ts does it, with the fake engine. */
export async function openBench({ dataDir, databaseUrl, engine = fakeEngine(), ...options }: BenchOptions) {
  const store = await openStore({ dataDir, databaseUrl, log });
  const pictures = await openPictureStore(join(dataDir, 'pictures'), { shared: databaseUrl !== undefined });
  await store.models.adopt(embedder.id);
  const gallery = await openGallery({ store, embedder, log });
  const { find } = createPipeline({ engine: { ...engine, embedder }, gallery, decide });
  const recogniser = () => ({ engine, gallery, find });
  const worker = openWorker({ store, pictures, recogniser, log, pollMs: 50, ...options });

  return {
    store,
    pictures,
    gallery,
    worker,
    /** Answers once the shot is durable, as the API does. */
    async post(text: string, seen: Sighting): Promise<void> {
      await store.detections.add(seen, await pictures.put(Buffer.from(text)), Date.now());
      worker.wake();
    },
    async get(id: string) {
      const detection = await store.detections.get(id);
      if (!detection) throw new Error(`${id} is not in the log`);
      return detection;
    },
    async close(): Promise<void> {
      await worker.close();
      await gallery.close();
      await store.close();
    },
  };
}

export type Bench = Awaited<ReturnType<typeof openBench>>;
