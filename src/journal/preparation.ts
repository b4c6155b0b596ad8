// Templates of a model for what has none of it yet: all references, and the recent shots of the log. One photo at a time, or several
// where it is urgent; what was written stays, so that a preparation that was broken off goes on where it was.

import type { Detection, PictureStore, Reference } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import type { Store } from '../store-port.ts';
import { isKithError, messageOf } from '../errors.ts';
import { pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { areaOf } from '../main-face.ts';
import { everyPage } from '../queries.ts';
import { readShot } from './read-shot.ts';

type Reader = Pick<FaceEngine, 'analyse'>;

export interface PreparationOptions {
  readonly store: Pick<Store, 'references' | 'detections'>;
  readonly pictures: Pick<PictureStore, 'get'>;
  readonly model: string;
  /** Asked for when there is a first photo to read; must make templates of `model`. */
  readonly engine: () => Promise<Reader>;
  /** Live shots go first: while this is true a photo is begun now and then only. */
  readonly busy?: () => boolean;
  /** Photos read side by side; default 1. */
  readonly lanes?: number;
  /** Called after each photo. */
  readonly onPhoto?: () => void;
  readonly log: Log;
}

export interface Preparation {
  /** Photos that got their template, and those that this model sees no face in, since it was made. */
  readonly done: number;
  readonly failed: number;
  /** How many are left, at most `most`. */
  left(since: number, most: number): Promise<{ references: number; shots: number }>;
  /** Answers once no reference is left that could get a template, or `most` were read: more may be coming in than are read. Throws
   * what the store throws, and when the signal aborts. */
  references(signal: AbortSignal, most?: number): Promise<void>;
  /** The same for the shots captured since then, newest first. */
  shots(since: number, signal: AbortSignal, most?: number): Promise<void>;
}

const BATCH = 50;
const COURTESY_MS = 250;
const STEP_MS = 10;
/** An error that is not the photo's fault: so often it is tried. */
const MOST_ATTEMPTS = 3;

export const RECENT_MS = 30 * 86_400_000;
const MOST_SHOTS = 20_000;

/** The shots that are read anew, as tracks, look-back and regrouping want them: of the last 30 days, at most the 20,000 newest. */
export async function recentShots(
  { detections }: Pick<Store, 'detections'>,
  now: number,
): Promise<{ since: number; count: number }> {
  const from = now - RECENT_MS;
  let count = 0;
  for await (const shots of everyPage((page) => detections.list({ state: 'classified', from }, page))) {
    count += shots.length;
    const oldest = shots.at(-1);
    if (count >= MOST_SHOTS && oldest) return { since: oldest.capturedAt, count };
  }
  return { since: from, count };
}

export function createPreparation(options: PreparationOptions): Preparation {
  const { store, pictures, model, log, lanes = 1 } = options;
  /** They come up in every answer of the store again. */
  const hopeless = { reference: new Set<string>(), shot: new Set<string>() };
  const attempts = new Map<string, number>();
  let done = 0;

  const findReferences = (most: number) => store.references.withoutTemplate(model, most);
  const findShots = (since: number) => (most: number) => store.detections.withoutTemplate(model, since, most);

  /** The template of a photo, or undefined when there is none to be had, now or ever. Only what reading throws is caught here: an
   * error of the store is no photo's fault. */
  async function attempt(
    what: keyof typeof hopeless,
    id: string,
    signal: AbortSignal,
    read: () => Promise<Float32Array>,
  ): Promise<Float32Array | undefined> {
    try {
      return await read();
    } catch (error) {
      signal.throwIfAborted();
      // A thread that died or a disk that hiccups: the photo comes up again.
      const lasting = error instanceof Hopeless || (isKithError(error) && error.code !== 'unavailable');
      const tries = (attempts.get(id) ?? 0) + 1;
      attempts.set(id, tries);
      if (!lasting && tries < MOST_ATTEMPTS) return undefined;
      hopeless[what].add(id);
      log.warn({ [what]: id }, `A ${what} stays without a template of ${model}: ${messageOf(error)}`);
      return undefined;
    }
  }

  async function completeReference(reference: Reference, signal: AbortSignal): Promise<void> {
    const { detectionId } = reference;
    const shot = detectionId === null ? null : await store.detections.get(detectionId);
    const engine = await options.engine();
    const vector = await attempt('reference', reference.id, signal, () =>
      shot ? templateOfShot(shot, engine, signal) : templateOfPhoto(reference, engine, signal),
    );
    if (!vector) return;
    if (!(await unlessGone(store.references.putTemplate(reference.id, { model, vector })))) return;
    // It was read for both.
    if (shot) await store.detections.putTemplates([{ detectionId: shot.id, template: { model, vector } }]);
    done++;
  }

  async function completeShot(shot: Detection, signal: AbortSignal): Promise<void> {
    const engine = await options.engine();
    const vector = await attempt('shot', shot.id, signal, () => templateOfShot(shot, engine, signal));
    if (!vector) return;
    await store.detections.putTemplates([{ detectionId: shot.id, template: { model, vector } }]);
    done++;
  }

  async function templateOfShot(shot: Detection, engine: Reader, signal: AbortSignal): Promise<Float32Array> {
    const read = await readShot({ pictures, engine }, shot, signal);
    if ('outcome' in read) throw new Hopeless(read.outcome.message);
    return read.template;
  }

  async function templateOfPhoto(reference: Reference, engine: Reader, signal: AbortSignal): Promise<Float32Array> {
    const bytes = await pictures.get(reference.picture);
    const search = reference.source === 'sighting' ? 'shot' : 'auto';
    const { faces } = await engine.analyse(bytes, { search, template: true }, signal);
    // Of an enrolled photo with several faces the clearly largest was meant.
    const face = search === 'shot' ? faces[0] : faces.toSorted((a, b) => areaOf(b) - areaOf(a))[0];
    if (!face?.template) throw new Hopeless('No face was found in this photo.');
    return face.template;
  }

  async function giveWay(signal: AbortSignal): Promise<void> {
    for (let waited = 0; waited < COURTESY_MS && options.busy?.() === true; waited += STEP_MS) {
      await pause(STEP_MS, signal);
      signal.throwIfAborted();
    }
  }

  async function all<T extends { readonly id: string }>(
    what: keyof typeof hopeless,
    find: (most: number) => Promise<readonly T[]>,
    complete: (item: T, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
    most = Infinity,
  ): Promise<void> {
    for (let read = 0; read < most;) {
      signal.throwIfAborted();
      const batch = (await find(BATCH + hopeless[what].size)).filter(({ id }) => !hopeless[what].has(id));
      if (batch.length === 0) return;
      read += batch.length;
      const waiting = batch.values();
      const lane = async () => {
        for (const item of waiting) {
          signal.throwIfAborted();
          await giveWay(signal);
          await complete(item, signal);
          options.onPhoto?.();
        }
      };
      // Every lane ends before an error is told.
      const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
    }
  }

  return {
    get done() {
      return done;
    },
    get failed() {
      return hopeless.reference.size + hopeless.shot.size;
    },
    async left(since, most) {
      const [references, shots] = [await findReferences(most), await findShots(since)(most)];
      return { references: references.length, shots: shots.length };
    },
    references: (signal, most) => all('reference', findReferences, completeReference, signal, most),
    shots: (since, signal, most) => all('shot', findShots(since), completeShot, signal, most),
  };
}

/** No template will ever come of it. */
class Hopeless extends Error {}

/** False when the row was removed meanwhile. */
async function unlessGone(writing: Promise<void>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (!isKithError(error) || error.code !== 'not_found') throw error;
    return false;
  }
}
