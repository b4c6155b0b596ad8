// A source that is open but gives nothing: found out, and closed within bounds, as what is native may not come back at all.

import { KithError } from '../errors.ts';
import type { Frame, FrameStream } from './frame.ts';

export interface GuardOptions {
  /** So long a reader waits for one frame; null: as long as it takes. */
  readonly limitMs: number | null;
  /** Every frame, as it arrives. */
  readonly onFrame: () => void;
  readonly signal: AbortSignal;
}

/** The same stream, but a reader does not wait for ever: KithError `unavailable` after the limit, the signal's reason when it aborts.
 * Only waiting counts: a reader who is slow is no fault of the source. */
export function guarded(stream: FrameStream, { limitMs, onFrame, signal }: GuardOptions): FrameStream {
  function iterate(): AsyncIterator<Frame> {
    const frames = stream[Symbol.asyncIterator]();
    // A race with one promise that outlives all frames would remember each of them.
    function next(): Promise<IteratorResult<Frame>> {
      return new Promise((resolve, reject) => {
        let waiting = true;
        const give = (settle: () => void): void => {
          waiting = false;
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
          settle();
        };
        const fail = (error: unknown): void => {
          if (waiting) give(() => reject(error));
        };
        const abort = (): void => fail(signal.reason);
        const timer =
          limitMs === null
            ? undefined
            : setTimeout(() => {
                const seconds = Math.round(limitMs / 1000);
                fail(new KithError('unavailable', `No frame came for ${seconds} s.`));
              }, limitMs);
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) abort();
        take(frames.next()).catch(fail);

        async function take(coming: Promise<IteratorResult<Frame>>): Promise<void> {
          const result = await coming;
          if (waiting) {
            if (result.done !== true) onFrame();
            give(() => resolve(result));
          } else if (result.done !== true) {
            result.value.release();
          }
        }
      });
    }
    return {
      next,
      async return() {
        await frames.return?.();
        return { done: true, value: undefined };
      },
    };
  }
  return { [Symbol.asyncIterator]: iterate, close: () => stream.close() };
}

/** Opens, but waits no longer than that, and not longer than the signal says. What is opened after all is closed. KithError
 * `unavailable` after the limit. */
export async function openWithin(
  open: (signal: AbortSignal) => Promise<FrameStream>,
  { limitMs, signal }: { readonly limitMs: number | null; readonly signal: AbortSignal },
): Promise<FrameStream> {
  const late = new AbortController();
  const ended = AbortSignal.any([signal, late.signal]);
  const seconds = Math.round((limitMs ?? 0) / 1000);
  const timer =
    limitMs === null
      ? undefined
      : setTimeout(() => late.abort(new KithError('unavailable', `It did not open within ${seconds} s.`)), limitMs);
  const given = Promise.withResolvers<never>();
  const abort = (): void => given.reject(ended.reason as Error);
  ended.addEventListener('abort', abort, { once: true });
  if (ended.aborted) abort();
  const opening = open(ended);
  try {
    return await Promise.race([opening, given.promise]);
  } catch (error) {
    opening.then((stream) => stream.close()).catch(() => undefined);
    throw ended.aborted ? ended.reason : error;
  } finally {
    clearTimeout(timer);
    ended.removeEventListener('abort', abort);
  }
}

/** Closes, but waits no longer than that. KithError `unavailable` with `more.stuck`: the process has to end, as what hangs cannot be
 * freed in any other way. */
export async function closeWithin(stream: FrameStream, limitMs: number): Promise<void> {
  const late = Symbol('late');
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<symbol>((resolve) => {
    timer = setTimeout(() => resolve(late), limitMs);
  });
  const closing = stream.close();
  closing.catch(() => undefined);
  try {
    if ((await Promise.race([closing, timeout])) !== late) return;
  } finally {
    clearTimeout(timer);
  }
  throw new KithError(
    'unavailable',
    'The source hangs: it gives no frames and cannot be closed. The camera program has to be started again.',
    { more: { stuck: true } },
  );
}

export function isStuck(error: unknown): boolean {
  return error instanceof KithError && error.more['stuck'] === true;
}
