// Work with a limit of time: it is asked to stop, and left alone where it does not.

import { ChannelError } from '../channel-port.ts';

/** Work that listens to the signal gets so long to say what it wants to say. */
const GRACE_MS = 1_000;

export interface Limit<T> {
  /** For the message: "The receiver". */
  readonly what: string;
  /** What comes after all of it was left alone. */
  readonly tooLate?: (result: T) => void;
  /** It did not stop when it was asked to. */
  readonly onHang?: () => void;
}

/** Throws what the work throws, or ChannelError after `ms`, or soon after the signal aborts. */
export async function withinTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  ms: number,
  signal: AbortSignal,
  { what, tooLate, onHang }: Limit<T>,
): Promise<T> {
  const stop = new AbortController();
  const { promise: hung, reject } = Promise.withResolvers<never>();
  let isLeft = false;
  let grace: NodeJS.Timeout | undefined;
  const end = (words: string): void => {
    if (stop.signal.aborted) return;
    const error = new ChannelError(words, { retry: true });
    stop.abort(error);
    grace = setTimeout(() => {
      isLeft = true;
      onHang?.();
      reject(error);
    }, GRACE_MS);
  };
  const timer = setTimeout(() => end(`${what} did not answer within ${ms / 1000} s.`), ms);
  const onAbort = (): void => end(`${what} was not waited for any longer.`);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    const running = work(stop.signal);
    void running.then(
      (result) => (isLeft ? tooLate?.(result) : undefined),
      () => undefined,
    );
    return await Promise.race([running, hung]);
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    signal.removeEventListener('abort', onAbort);
  }
}
