// The worker: takes pending detections out of the log with a lease, reads their pictures side by side, and settles them one after
// the other, those of one camera in the order of their arrival. A worker that dies gives its rows back when the lease ends.

import { randomUUID } from 'node:crypto';
import type { AlertPlanner } from '../alert-port.ts';
import type { Detection, PictureStore } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import type { Gallery } from '../gallery-port.ts';
import type { Settled, Store } from '../store-port.ts';
import { isKithError } from '../errors.ts';
import { backoffMs, openLifecycle, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { classify } from './classify.ts';
import type { Find } from './track.ts';
import { readShot } from './read-shot.ts';

export interface WorkerRecogniser {
  readonly engine: Pick<FaceEngine, 'analyse' | 'embedder' | 'threads'>;
  readonly gallery: Pick<Gallery, 'sync' | 'kindOf'>;
  /** The pipeline's way from template to match. */
  readonly find: Find;
}

export interface WorkerOptions {
  readonly store: Pick<Store, 'kind' | 'detections' | 'persons'>;
  readonly pictures: Pick<PictureStore, 'get'>;
  /** What reads and searches, of one model; asked anew for every row, as it may be exchanged for another model's. */
  readonly recogniser: () => WorkerRecogniser;
  readonly log: Log;
  /** Asked in the transaction of each classification. */
  readonly alerts?: AlertPlanner;
  /** Called for everything that this worker has classified, rejected or failed. */
  readonly onSettled?: (detection: Detection) => void;
  readonly leaseMs?: number;
  /** Detections of one person at one camera that lie no further apart are one visit. */
  readonly visitGapMs?: number;
  /** How often the log is looked at when nobody calls `wake`. */
  readonly pollMs?: number;
  /** How long `close` waits for what has begun. */
  readonly closeMs?: number;
  /** Rows worked on at once; default four to a thread of the engine, so that it can batch. */
  readonly concurrency?: number;
  readonly clock?: () => number;
}

export interface WorkerStats {
  readonly inFlight: number;
  readonly classified: number;
  readonly rejected: number;
  readonly failed: number;
  /** Attempts that ended in an error and will be repeated. */
  readonly retried: number;
}

export interface Worker {
  /** Name in the leases. */
  readonly name: string;
  readonly stats: WorkerStats;
  /** Something may have arrived. */
  wake(): void;
  /** Answers once the rows that are in flight now are settled or given back. */
  drained(): Promise<void>;
  /** Answers once nothing is in flight and nothing is left to take. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** An error while reading a picture: so often it is tried. */
const MOST_ATTEMPTS = 3;
/** A row that was claimed so often and never settled takes its worker down with it each time. */
const MOST_CLAIMS = 12;

export function openWorker(options: WorkerOptions): Worker {
  const { store, recogniser, log, leaseMs = 30_000, closeMs = 5000, clock = Date.now } = options;
  // Between processes nobody calls `wake`.
  const pollMs = options.pollMs ?? (store.kind === 'postgres' ? 250 : 1000);
  const concurrency = options.concurrency ?? Math.max(2, recogniser().engine.threads * 4);
  const name = `worker-${randomUUID()}`;
  const classifying = {
    ...options,
    worker: name,
    clock,
  };
  /** Read anew for every row: the settings may change while it runs. */
  const changing = () => ({ visitGapMs: options.visitGapMs ?? 60_000 });
  const lifecycle = openLifecycle();
  const aborted = new AbortController();
  const jobs = new Map<string, Promise<void>>();
  const lastOfCamera = new Map<string, Promise<void>>();
  const counts = { classified: 0, rejected: 0, failed: 0, retried: 0 };
  let deciding: Promise<unknown> = Promise.resolve();
  let idleWaiters: (() => void)[] = [];
  let storeAway = false;
  /** The log holds more than fitted into the last claim. */
  let more = false;
  /** A model that is not in force any more, says the store: what it reads is not taken. */
  let outdated: string | undefined;

  let woken = false;
  let ring: (() => void) | undefined;
  function wake(): void {
    woken = true;
    ring?.();
  }

  /** Waits for `wake`, at most `ms`. */
  async function rest(ms: number): Promise<void> {
    const early = new AbortController();
    ring = () => early.abort();
    if (!woken && !lifecycle.signal.aborted) await pause(ms, early.signal);
    ring = undefined;
    woken = false;
  }

  async function claimAll(): Promise<void> {
    let failures = 0;
    while (!lifecycle.signal.aborted) {
      try {
        if (outdated !== undefined && outdated !== recogniser().engine.embedder.id) outdated = undefined;
        // Half a batch at a time: a claim is a transaction.
        if (jobs.size * 2 <= concurrency && outdated === undefined) {
          woken = false;
          const limit = concurrency - jobs.size;
          const rows = await store.detections.claim(name, limit, leaseMs, clock());
          more = rows.length === limit;
          for (const row of rows) begin(row);
          if (failures > 0) log.info('The store answers again.');
          failures = 0;
          storeAway = false;
          if (rows.length === 0 && jobs.size === 0 && !woken) becomeIdle();
        }
        await rest(pollMs);
      } catch (error) {
        failures++;
        if (failures === 1) log.error({ err: error }, 'The store cannot be asked for work; trying again.');
        await pause(backoffMs(failures), lifecycle.signal);
      }
    }
  }

  function becomeIdle(): void {
    const waiters = idleWaiters;
    idleWaiters = [];
    for (const done of waiters) done();
  }

  function begin(row: Detection): void {
    const before = lastOfCamera.get(row.cameraId) ?? Promise.resolve();
    const job = work(row, before).finally(() => {
      jobs.delete(row.id);
      if (lastOfCamera.get(row.cameraId) === job) lastOfCamera.delete(row.cameraId);
      if (more || jobs.size === 0) wake();
    });
    jobs.set(row.id, job);
    lastOfCamera.set(row.cameraId, job);
  }

  /** Never throws. */
  async function work(row: Detection, before: Promise<void>): Promise<void> {
    try {
      const using = recogniser();
      const settled = await process(row, before, using);
      if (settled.result === 'model') return await standBack(row, using.engine.embedder.id);
      if (settled.result !== 'done') return;
      const { detection } = settled;
      if (detection.state !== 'pending') counts[detection.state]++;
      if (detection.state === 'failed')
        log.warn({ detection: row.id, reason: detection.reason }, 'A detection has failed.');
      tell(detection);
    } catch (error) {
      await putBack(row, error);
    }
  }

  /** Another model is in force by now: the shot is read again, by the worker that has it first. */
  async function standBack(row: Detection, model: string): Promise<void> {
    if (outdated === undefined && recogniser().engine.embedder.id === model)
      log.info(`${model} is not in force any more: waiting for the one that is.`);
    outdated = model;
    await store.detections.release(name, [row.id]);
  }

  async function process(row: Detection, before: Promise<void>, using: WorkerRecogniser): Promise<Settled> {
    const settle = (code: string, message: string): Promise<Settled> =>
      store.detections.settle(name, row.id, { state: 'failed', code, message }, clock());
    if (row.attempts > MOST_CLAIMS) {
      return settle('gave_up', `It was begun ${row.attempts - 1} times and never finished.`);
    }
    let shot: Awaited<ReturnType<typeof readShot>>;
    try {
      shot = await readShot({ pictures: options.pictures, engine: using.engine }, row, aborted.signal);
    } catch (error) {
      if (aborted.signal.aborted || row.attempts < MOST_ATTEMPTS) throw error;
      log.error({ detection: row.id, err: error }, `A picture could not be read in ${MOST_ATTEMPTS} attempts.`);
      return await settle('internal', `An internal error, ${MOST_ATTEMPTS} times; the log of the worker has it.`);
    }
    await before;
    for (let failures = 0; ;) {
      const result = deciding.then(() =>
        'outcome' in shot
          ? store.detections.settle(name, row.id, shot.outcome, clock())
          : classify({ ...classifying, ...using, ...changing(), model: using.engine.embedder.id }, row, shot),
      );
      deciding = result.catch(() => undefined);
      try {
        return await result;
      } catch (error) {
        // A database that is away or a full disk is not this row's fault: it is held until they are back.
        if (!isKithError(error) || error.code !== 'unavailable' || lifecycle.signal.aborted) throw error;
        if (failures === 0 && !storeAway) log.error({ err: error }, 'The store takes nothing; trying again.');
        storeAway = true;
        failures++;
        await pause(backoffMs(failures), lifecycle.signal);
      }
    }
  }

  /** Gives the row back: at once when we are closing, else after a back-off, which is simply a lease that ends then. */
  async function putBack(row: Detection, error: unknown): Promise<void> {
    try {
      if (lifecycle.signal.aborted) {
        await store.detections.release(name, [row.id]);
        return;
      }
      counts.retried++;
      if (!storeAway)
        log.warn({ detection: row.id, err: error }, 'A detection could not be worked on; it will be tried again.');
      await store.detections.extend(name, [row.id], backoffMs(row.attempts), clock());
    } catch (failure) {
      // The lease ends by itself.
      log.debug({ err: failure }, 'A detection could not be given back.');
    }
  }

  function tell(detection: Detection): void {
    try {
      options.onSettled?.(detection);
    } catch (error) {
      log.error({ err: error }, 'A listener for settled detections failed.');
    }
  }

  const extending = setInterval(() => {
    if (jobs.size === 0) return;
    store.detections.extend(name, [...jobs.keys()], leaseMs, clock()).catch((error: unknown) => {
      log.warn({ err: error }, 'The leases could not be extended.');
    });
  }, leaseMs / 3);

  const claiming = claimAll();
  lifecycle.signal.addEventListener('abort', () => ring?.());
  lifecycle.onClose(async () => {
    await claiming;
    const ended = new AbortController();
    await Promise.race([pause(closeMs, ended.signal), Promise.all(jobs.values())]);
    ended.abort();
    aborted.abort();
    await Promise.all(jobs.values());
    clearInterval(extending);
    becomeIdle();
  });

  return {
    name,
    get stats() {
      return { inFlight: jobs.size, ...counts };
    },
    wake,
    async drained() {
      await Promise.all(jobs.values());
    },
    idle() {
      if (lifecycle.signal.aborted) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      idleWaiters.push(resolve);
      wake();
      return promise;
    },
    close: () => lifecycle.close(),
  };
}
