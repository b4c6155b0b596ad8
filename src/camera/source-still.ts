// A picture under an address that is fetched again and again. The same picture is not given twice: the camera is asked whether it
// has changed, and its bytes are compared.

import { KithError, messageOf } from '../errors.ts';
import { pause } from '../lifecycle.ts';
import { rasterFrame, type Frame, type FrameStream, type SourceOptions } from './frame.ts';
import type { Answer, HttpCamera } from './http-camera.ts';
import { noPictures } from './trouble.ts';

const MOST_BYTES = 20_000_000;
// Larger ones are reduced while they are decoded: no face needs more.
const MAX_SIDE = 4_096;
// From here on faces are followed from one picture to the next.
const FOLLOWED_PER_SECOND = 2;
// So many in a row that cannot be read, and something is wrong with the camera.
const MOST_BROKEN = 5;

/** Begins with an answer that has come already. */
export function openStill(camera: HttpCamera, first: Answer, options: SourceOptions): FrameStream {
  const { codec, onProblem } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  const perSecond = Math.min(options.photosPerSecond, options.rate);
  let last: Buffer | null = null;
  let broken = 0;

  async function decode(bytes: Buffer): Promise<Frame | null> {
    const at = Date.now();
    try {
      const photo = await codec.decode(bytes, MAX_SIDE);
      broken = 0;
      return rasterFrame(photo, at, perSecond < FOLLOWED_PER_SECOND);
    } catch (error) {
      const why = messageOf(error);
      if (++broken === 1) onProblem(`A picture of ${camera.name} was left out: ${why}`);
      if (broken >= MOST_BROKEN)
        throw noPictures(camera.name, `${broken} pictures in a row cannot be read: ${why}`, error);
      return null;
    }
  }

  async function* read(): AsyncGenerator<Frame> {
    let answer = first;
    let bytes = await camera.bytes(first, MOST_BYTES);
    let due = performance.now();
    for (;;) {
      // A camera that says "changed" of the same picture is common.
      if (answer.status !== 304 && !last?.equals(bytes)) {
        last = bytes;
        const frame = await decode(bytes);
        if (frame) yield frame;
      }
      const unchanged = conditions(answer);
      due = Math.max(due + 1_000 / perSecond, performance.now());
      await pause(due - performance.now(), signal);
      if (signal.aborted) return;
      const next = await camera.get(unchanged);
      bytes = await camera.bytes(next, MOST_BYTES);
      // The marks of the picture itself stay those of its last answer.
      answer = next.status === 304 ? { ...answer, status: 304 } : next;
    }
  }

  async function* quietly(): AsyncGenerator<Frame> {
    try {
      yield* read();
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof KithError ? error : noPictures(camera.name, messageOf(error), error);
    }
  }

  return {
    quiet: true,
    [Symbol.asyncIterator]: quietly,
    close() {
      closing.abort();
      camera.close();
      return Promise.resolve();
    },
  };
}

function conditions({ headers }: Answer): Readonly<Record<string, string>> {
  const { etag, 'last-modified': modified } = headers;
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(modified === undefined ? {} : { 'if-modified-since': modified }),
  };
}
