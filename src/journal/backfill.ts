// Templates for references that have none of the current model: after a change of profile or model the gallery is complete again
// once all kept photos have been read anew. Runs in the background, one photo at a time, so that live shots go first.

import type { Face, FaceEngine, PictureStore, Reference } from '../domain.ts';
import type { Store } from '../store-port.ts';
import { isKithError, messageOf } from '../errors.ts';
import { backoffMs, openLifecycle, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';

export interface BackfillOptions {
  readonly store: Pick<Store, 'references'>;
  readonly pictures: Pick<PictureStore, 'get'>;
  readonly engine: Pick<FaceEngine, 'analyse' | 'embedder'>;
  /** Which of an enrolled photo's faces it is about; default the engine's best. */
  readonly mainFace?: (faces: readonly Face[], width: number, height: number) => Face | null;
  readonly log: Log;
}

export interface Backfill {
  readonly stats: { readonly done: number; readonly failed: number };
  /** Answers once every reference has its template or was found to have none. */
  readonly finished: Promise<void>;
  close(): Promise<void>;
}

const BATCH = 50;
const REPORT_EVERY = 500;

export function openBackfill(options: BackfillOptions): Backfill {
  const { store, pictures, engine, log } = options;
  const model = engine.embedder.id;
  const lifecycle = openLifecycle();
  const { signal } = lifecycle;
  /** They come up in every answer of the store again. */
  const hopeless = new Set<string>();
  let done = 0;

  async function templateOf(reference: Reference): Promise<Float32Array> {
    const bytes = await pictures.get(reference.picture);
    const search = reference.source === 'sighting' ? 'shot' : 'auto';
    const { faces, width, height } = await engine.analyse(bytes, { search, template: true }, signal);
    const first = faces[0] ?? null;
    const face = search === 'auto' && options.mainFace ? options.mainFace(faces, width, height) : first;
    if (!face?.template) throw new Error('No face was found in this photo.');
    return face.template;
  }

  async function complete(reference: Reference): Promise<void> {
    let vector: Float32Array;
    try {
      vector = await templateOf(reference);
    } catch (error) {
      if (signal.aborted) return;
      hopeless.add(reference.id);
      log.warn({ reference: reference.id }, `A reference stays without a template of ${model}: ${messageOf(error)}`);
      return;
    }
    try {
      await store.references.putTemplate(reference.id, { model, vector });
      done++;
    } catch (error) {
      // Removed meanwhile.
      if (!isKithError(error) || error.code !== 'not_found') throw error;
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const found = await store.references.withoutTemplate(model, BATCH + hopeless.size);
        const batch = found.filter(({ id }) => !hopeless.has(id));
        if (batch.length === 0) break;
        if (done === 0) log.info(`Reading kept photos anew for ${model}: until that is done not everybody is found.`);
        for (const reference of batch) {
          if (signal.aborted) return;
          await complete(reference);
          if (done > 0 && done % REPORT_EVERY === 0) log.info(`${done} photos read.`);
        }
        failures = 0;
      } catch (error) {
        failures++;
        if (failures === 1) log.warn({ err: error }, 'Reading kept photos anew is interrupted; trying again.');
        await pause(backoffMs(failures), signal);
      }
    }
    if (done + hopeless.size > 0) {
      log.info(`The gallery is complete: ${done} photos read, ${hopeless.size} without a usable face.`);
    }
  }

  const finished = run();
  lifecycle.onClose(() => finished);
  return {
    get stats() {
      return { done, failed: hopeless.size };
    },
    finished,
    close: () => lifecycle.close(),
  };
}
