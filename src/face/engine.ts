// The face engine: pictures in, faces out, on worker threads, so that the event loop of the program is never held. It knows
// nothing of models: the thread's entry opens them with the plain data that it is given.

import { availableParallelism } from 'node:os';
import { isMarkedAsUntransferable } from 'node:worker_threads';
import type { Raster } from '../domain.ts';
import type { AnalyseOptions, Analysis, FaceEngine } from '../face-port.ts';
import { KithError } from '../errors.ts';
import { openCrew, type Task } from './crew.ts';

export interface FaceEngineOptions {
  /** The module that a thread runs; it calls `serveFaces`. */
  readonly entry: URL;
  /** Handed to the entry as `workerData`: plain data. */
  readonly data: unknown;
  /** Default: two, or one where there is one core only. */
  readonly threads?: number;
  /** Told when a thread has died and when it is not started again. */
  readonly onCrash?: (error: Error) => void;
}

/** Answers when every thread has loaded and warmed up its networks; throws what a thread's entry has thrown. */
export async function openFaceEngine(options: FaceEngineOptions): Promise<FaceEngine> {
  const threads = Math.max(1, options.threads ?? Math.min(2, availableParallelism()));
  const crew = await openCrew({ ...options, threads });
  let nextId = 1;
  let closing: Promise<void> | undefined;

  function analyse(
    picture: Uint8Array | Raster,
    analyseOptions: AnalyseOptions = {},
    signal?: AbortSignal,
  ): Promise<Analysis> {
    if (closing) return Promise.reject(new KithError('unavailable', 'The face engine has been closed.'));
    if (signal?.aborted) return Promise.reject(reasonOf(signal));
    const { promise, resolve, reject } = Promise.withResolvers<Analysis>();
    const { value, transfer } = handOver(picture);
    const task: Task = {
      message: { kind: 'job', id: nextId, picture: value, options: analyseOptions },
      transfer,
      resolve: (analysis) => settle(() => resolve(analysis)),
      reject: (error) => settle(() => reject(error)),
    };
    nextId += 1;

    function abort(): void {
      crew.cancel(task);
      if (signal) task.reject(reasonOf(signal));
    }
    function settle(how: () => void): void {
      signal?.removeEventListener('abort', abort);
      how();
    }
    signal?.addEventListener('abort', abort, { once: true });
    crew.add(task);
    return promise;
  }

  return {
    embedder: crew.embedder,
    threads,
    analyse,
    close() {
      closing ??= crew.close();
      return closing;
    },
  };
}

/** Bytes of a file are copied (they are few, and their memory may be a pool's); a raster's memory changes its owner. */
function handOver(picture: Uint8Array | Raster): { value: Uint8Array | Raster; transfer: ArrayBuffer[] } {
  if (picture instanceof Uint8Array) {
    const bytes = new Uint8Array(picture);
    return { value: bytes, transfer: [bytes.buffer] };
  }
  const { width, height, data } = picture;
  const { buffer } = data;
  if (!(buffer instanceof ArrayBuffer)) return { value: { width, height, data }, transfer: [] };
  const whole = data.byteLength === buffer.byteLength && !isMarkedAsUntransferable(buffer);
  const bytes = whole ? new Uint8Array(buffer) : new Uint8Array(data);
  return { value: { width, height, data: bytes }, transfer: [bytes.buffer] };
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('The analysis was aborted.', 'AbortError');
}
