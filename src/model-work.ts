// The work behind a change of model: templates of the next one for all references and recent shots, and after the change whatever
// still lacks one. Every step is written at once and asked for anew, so that it may be broken off anywhere.

import type { PictureStore } from './domain.ts';
import type { FaceEngine } from './face-port.ts';
import type { Store } from './store-port.ts';
import { createPreparation, RECENT_MS, recentShots, type Preparation } from './journal/preparation.ts';
import { pause } from './lifecycle.ts';
import type { Log } from './log.ts';

export interface WorkPorts {
  readonly store: Pick<Store, 'kind' | 'models' | 'references' | 'detections'>;
  readonly pictures: Pick<PictureStore, 'get'>;
  /** Are there live shots to go first? */
  readonly busy: () => boolean;
  readonly log: Log;
}

export interface Preparing {
  /** Reads everything that has no template of the model. Throws `YIELDED` when another process is at it. */
  all(signal: AbortSignal): Promise<void>;
  /** Once more, with nothing left at the end but what cannot be read: right before the change. */
  last(engine: FaceEngine, signal: AbortSignal): Promise<void>;
}

export const YIELDED = new Error('Another process prepares this model.');

/** Fewer rows than this are counted, more are estimated. */
const PROBE = 2000;
const REPORT_MS = 1000;
const LAST_MS = 60_000;
/** Another worker whose count has not moved for so long is taken for dead. */
const LOOK_MS = 3000;

/** `references`: how many there are; a bit more or less does not matter. */
export function prepareModel(
  ports: WorkPorts,
  { model, references, openEngine }: { model: string; references: number; openEngine: () => Promise<FaceEngine> },
): Preparing {
  const { store, log } = ports;
  let engine: Promise<FaceEngine> | undefined;
  let urgent = false;
  let total = 0;
  /** What had its template before. */
  let before = 0;
  let written: number | undefined;
  let writing: Promise<void> | undefined;
  let lastReport = 0;
  let saidTenths = 0;

  const preparation = createPreparation({
    ...ports,
    model,
    engine: () => (engine ??= openEngine()),
    busy: () => !urgent && ports.busy(),
    onPhoto: () => {
      if (writing !== undefined || performance.now() - lastReport < REPORT_MS) return;
      lastReport = performance.now();
      writing = report()
        .catch((error: unknown) => log.debug({ err: error }, 'The progress could not be written.'))
        .finally(() => (writing = undefined));
    },
  });
  let stop = new AbortController();

  function progress(finished = false) {
    const { failed } = preparation;
    const done = finished ? total - failed : Math.min(total - failed, before + preparation.done);
    return { done: Math.max(0, done), total, failed };
  }

  async function report(finished = false): Promise<void> {
    if (store.kind === 'postgres' && written !== undefined) {
      const { preparing } = await store.models.state();
      if (preparing?.model === model && preparing.done + preparing.failed !== written) stop.abort(YIELDED);
    }
    total = Math.max(total, preparation.failed);
    const now = progress(finished);
    if (stop.signal.aborted) return;
    await store.models.progress(model, now);
    written = now.done + now.failed;
    const tenths = total === 0 ? 10 : Math.floor((written / total) * 10);
    if (tenths > saidTenths) log.info(`Preparing ${model}: ${written} of ${total} photos are read.`);
    saidTenths = Math.max(saidTenths, tenths);
  }

  /** On a shared database another worker may be at it: then its count moves while this one only looks. */
  async function othersMove(signal: AbortSignal): Promise<boolean> {
    if (store.kind !== 'postgres') return false;
    const look = async () => (await store.models.state()).preparing;
    const first = await look();
    // By chance, so that of two who look at the same time one begins before.
    await pause(LOOK_MS * (1 + Math.random()), signal);
    signal.throwIfAborted();
    const second = await look();
    return first?.done !== second?.done || first?.failed !== second?.failed;
  }

  return {
    async all(outer) {
      if (await othersMove(outer)) throw YIELDED;
      stop = new AbortController();
      written = undefined;
      const signal = AbortSignal.any([outer, stop.signal]);
      try {
        const { preparing } = await store.models.state();
        const { since, count } = await recentShots(store, preparing?.startedAt ?? Date.now());
        const left = await preparation.left(since, PROBE);
        total = Math.max(references + count, left.references + left.shots);
        const counted = left.references < PROBE && left.shots < PROBE;
        before = (counted ? total - left.references - left.shots : (preparing?.done ?? 0)) - preparation.done;
        await report();
        // So many were there when it began. Where more come in than are read, what is left then follows: references right before the
        // change, shots after it.
        const many = (found: number, of: number) => (found < PROBE ? found : Math.max(found, of));
        await preparation.references(signal, many(left.references, references));
        await preparation.shots(since, signal, many(left.shots, count));
        await writing;
        await report(true);
        stop.signal.throwIfAborted();
      } finally {
        await writing;
        const opened = engine;
        engine = undefined;
        await (await opened?.catch(() => undefined))?.close();
      }
    },
    async last(ready, signal) {
      engine = Promise.resolve(ready);
      urgent = true;
      // While people are being enrolled faster than their photos are read it would never end: what is left then follows after.
      const enough = AbortSignal.timeout(LAST_MS);
      try {
        await preparation.references(AbortSignal.any([signal, enough]));
      } catch (error) {
        if (!enough.aborted || signal.aborted) throw error;
      }
    },
  };
}

/** Templates of the model in force for what has none: what was added around the change, or everything where there was no preparation. */
export interface Filling {
  /** References, at once and side by side. */
  references(signal: AbortSignal): Promise<void>;
  /** Recent shots, when nothing else is to be done. */
  shots(signal: AbortSignal): Promise<void>;
}

export function fillModel(ports: WorkPorts, model: string, engine: FaceEngine): Filling {
  const { store, log } = ports;
  const common = { ...ports, model, engine: () => Promise.resolve(engine) };
  const references = createPreparation({ ...common, busy: () => false, lanes: engine.threads });
  const shots = createPreparation(common);

  async function told(preparation: Preparation, what: string, work: () => Promise<void>): Promise<void> {
    const { done, failed } = preparation;
    await work();
    const [now, lost] = [preparation.done - done, preparation.failed - failed];
    if (now + lost > 0) log.info(`${model}: ${now} ${what} were read anew, ${lost} without a usable face.`);
  }

  return {
    references: (signal) => told(references, 'references', () => references.references(signal)),
    shots: (signal) =>
      told(shots, 'shots', async () => {
        // At nearly every start nothing is left, and that is quickly asked.
        if ((await shots.left(Date.now() - RECENT_MS, 1)).shots === 0) return;
        await shots.shots((await recentShots(store, Date.now())).since, signal);
      }),
  };
}
