// A whole back end with fake engines of several models: what the tests of a change of model share with the processes they kill.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Embedder } from '../src/engine.ts';
import type { FaceEngine } from '../src/face-port.ts';
import { decide } from '../src/gallery/decide.ts';
import { openGallery } from '../src/gallery/gallery.ts';
import { openWorker } from '../src/journal/worker.ts';
import { chooseModel } from '../src/model-choice.ts';
import { createModelControl } from '../src/model-control.ts';
import { openModelSwitch } from '../src/model-switch.ts';
import { createPipeline } from '../src/pipeline.ts';
import type { Recogniser } from '../src/recogniser.ts';
import { openStore } from '../src/store/open.ts';
import { openPictureStore } from '../src/store/pictures.ts';
import { fakeEngine, log } from './journal-kit.ts';

export interface ModelBenchOptions {
  readonly dataDir: string;
  readonly databaseUrl?: string;
  /** What this installation has; the first is what its settings ask for. */
  readonly models: readonly string[];
  readonly prepares?: boolean;
  readonly works?: boolean;
  readonly decides?: boolean;
  readonly replaces?: boolean;
  /** Milliseconds that a photo takes. */
  readonly ms?: () => number;
  readonly engineOf?: (model: string) => FaceEngine;
}

export async function openModelBench(options: ModelBenchOptions) {
  const { dataDir, databaseUrl, models, prepares = true, ms = () => 1 } = options;
  const store = await openStore({ dataDir, databaseUrl, log });
  const pictures = await openPictureStore(join(dataDir, 'pictures'), { shared: databaseUrl !== undefined });
  const engineOf = options.engineOf ?? ((model: string) => fakeEngine({ model, ms }));
  const embedders = models.map((id, i): Embedder => ({
    id,
    name: id.replace(/@.*/, ''),
    own: false,
    configured: i === 0,
  }));
  let worker: ReturnType<typeof openWorker> | undefined;
  const swaps: string[] = [];

  async function open(model: string): Promise<Recogniser> {
    if (!models.includes(model)) throw new Error(`${model} cannot be made here.`);
    const engine = engineOf(model);
    const gallery = await openGallery({ store, embedder: engine.embedder, log, pollMs: 50 });
    const { find, match } = createPipeline({ engine, gallery, decide });
    return {
      model,
      engine,
      gallery,
      threshold: 0.6,
      setFalseNamesIn: () => undefined,
      find,
      match,
      close: async () => {
        await gallery.close();
        await engine.close();
      },
    };
  }

  const { decides = true, replaces = true } = options;
  let first: Recogniser;
  try {
    first = await open(await chooseModel({ store, dataDir, embedders, decides, replaces, log }));
  } catch (error) {
    await store.close();
    throw error;
  }
  const switcher = openModelSwitch({
    store,
    pictures,
    first,
    open,
    openEngine: (model) => Promise.resolve(engineOf(model)),
    prepares,
    busy: () => (worker?.stats.inFlight ?? 0) > 0,
    onSwap: ({ model }) => {
      swaps.push(model);
      worker?.wake();
    },
    drained: async () => worker?.drained(),
    pollMs: 20,
    log,
  });
  if (options.works !== false) {
    worker = openWorker({ store, pictures, recogniser: () => switcher.current, log, pollMs: 50, leaseMs: 1000 });
  }

  return {
    store,
    pictures,
    switcher,
    worker,
    swaps,
    control: createModelControl({
      store,
      embedders: () => Promise.resolve(embedders),
      onForce: (model) => switcher.force(model),
    }),
    /** As the API enrols: with the model that is in force here when it begins. */
    async enrol(name: string, photos: readonly string[]): Promise<string> {
      const person = await store.persons.add(name);
      for (const text of photos) await this.reference(person.id, text);
      return person.id;
    },
    async reference(personId: string, text: string): Promise<string> {
      const { engine, model } = switcher.current;
      const bytes = Buffer.from(text);
      const { faces } = await engine.analyse(bytes, { template: true });
      const templates = faces.flatMap(({ template }) => (template ? [{ model, vector: template }] : []));
      const picture = await pictures.put(bytes);
      return (await store.references.add({ personId, picture, quality: 1 }, templates)).id;
    },
    /** Who is it, by the model that answers. */
    async identify(text: string) {
      const { engine, match, model } = switcher.current;
      const { faces } = await engine.analyse(Buffer.from(text), { template: true });
      const found = await match(faces[0]?.template ?? new Float32Array(32));
      return { model, ...found };
    },
    async close(): Promise<void> {
      await worker?.close();
      await switcher.close();
      await store.close();
    },
  };
}

export type ModelBench = Awaited<ReturnType<typeof openModelBench>>;

/** Looks again until it is so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`It did not come to: ${what}`);
    await sleep(10);
  }
}
