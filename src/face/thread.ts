// The life of an engine's thread: jobs come in, are decoded ahead, searched one after the other and embedded together.

import type { MessagePort } from 'node:worker_threads';
import type { AnalyseOptions, Analysis } from '../face-port.ts';
import type { Analyser, DecodedPicture, Prepared } from './analyser.ts';
import { toPlain, type FromThread, type ToThread } from './protocol.ts';

/** Pictures whose chips share a run. More would let the first one wait for the others. */
const MAX_TOGETHER = 4;

interface Job {
  readonly id: number;
  readonly picture: Promise<DecodedPicture>;
  readonly options: AnalyseOptions;
  readonly controller: AbortController;
}

export interface FaceThread {
  /** Resolves when the engine has said that it is over and the last job is done. */
  readonly closed: Promise<void>;
}

/** Says `ready` and serves. */
export function serveFaces(port: MessagePort, analyser: Analyser): FaceThread {
  const waiting: Job[] = [];
  const running = new Map<number, Job>();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let busy = false;
  let over = false;

  function send(message: FromThread, transfer: ArrayBuffer[] = []): void {
    port.postMessage(message, transfer);
  }

  async function work(): Promise<void> {
    if (busy) return;
    busy = true;
    while (waiting.length > 0) await workTogether(waiting.splice(0, MAX_TOGETHER));
    busy = false;
    if (over) resolve();
  }

  async function workTogether(jobs: readonly Job[]): Promise<void> {
    const ready: { job: Job; prepared: Prepared }[] = [];
    for (const job of jobs) {
      try {
        job.controller.signal.throwIfAborted();
        const prepared = await analyser.prepare(await job.picture, job.options, job.controller.signal);
        if (prepared.chips.length > 0) ready.push({ job, prepared });
        else answer(job, prepared.analysis);
      } catch (error) {
        fail(job, error);
      }
    }
    if (ready.length === 0) return;
    try {
      const analyses = await analyser.finish(ready.map(({ prepared }) => prepared));
      for (const [i, { job }] of ready.entries()) {
        const analysis = analyses[i];
        if (analysis) answer(job, analysis);
      }
    } catch (error) {
      for (const { job } of ready) if (running.has(job.id)) fail(job, error);
    }
  }

  function answer(job: Job, analysis: Analysis): void {
    running.delete(job.id);
    send({ kind: 'done', id: job.id, analysis }, buffersOf(analysis));
  }

  function fail(job: Job, error: unknown): void {
    running.delete(job.id);
    send({ kind: 'failed', id: job.id, error: toPlain(error) });
  }

  port.on('message', (message: ToThread) => {
    if (message.kind === 'job') {
      const picture = analyser.decode(message.picture);
      // A picture that cannot be read is told when its turn comes; until then nobody listens.
      picture.catch(() => undefined);
      const job = { id: message.id, picture, options: message.options, controller: new AbortController() };
      waiting.push(job);
      running.set(job.id, job);
      void work();
    } else if (message.kind === 'cancel') {
      running.get(message.id)?.controller.abort();
    } else {
      over = true;
      for (const job of running.values()) job.controller.abort();
      if (!busy) resolve();
    }
  });
  send({ kind: 'ready', embedder: analyser.embedder });
  return { closed };
}

/** Memory that can be handed over instead of being copied, each piece once. */
function buffersOf({ faces }: Analysis): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { mesh, chip, template } of faces) {
    for (const array of [mesh, chip?.data, template]) {
      const whole = array && array.byteLength === array.buffer.byteLength;
      if (whole && array.buffer instanceof ArrayBuffer) buffers.add(array.buffer);
    }
  }
  return [...buffers];
}
