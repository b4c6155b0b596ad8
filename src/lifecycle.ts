// What was opened is closed in reverse order, by one list; waits and back-offs that end when a signal says so.

import { setTimeout as sleepFor } from 'node:timers/promises';

export interface Closeable {
  close(): Promise<void> | void;
}

export interface Lifecycle extends Closeable {
  /** Aborted when closing begins. */
  readonly signal: AbortSignal;
  /** Remembers the thing to be closed and gives it back. */
  own<T extends Closeable>(thing: T): T;
  onClose(close: () => Promise<void> | void): void;
  close(): Promise<void>;
}

/** Closing twice is closing once. An error while closing does not keep the rest open; the first one is thrown at the end. */
export function openLifecycle(): Lifecycle {
  const controller = new AbortController();
  const closers: (() => Promise<void> | void)[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    controller.abort();
    const errors: unknown[] = [];
    for (let close = closers.pop(); close; close = closers.pop()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  return {
    signal: controller.signal,
    own(thing) {
      closers.push(() => thing.close());
      return thing;
    },
    onClose(close) {
      closers.push(close);
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** Waits; ends early and quietly when the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleepFor(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

const STEPS_S = [1, 5, 10, 60] as const;

/** The stepped back-off of everything that reconnects: 1, 5, 10, then 60 s. `tries` counts failures from 1. */
export function backoffMs(tries: number): number {
  const step = STEPS_S[Math.min(Math.max(tries, 1), STEPS_S.length) - 1];
  return (step ?? 60) * 1000;
}
