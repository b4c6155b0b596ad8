// A connection that Kith opens to a messenger, kept up for as long as the channel is open.

import { backoffMs, pause } from '../lifecycle.ts';

/** Whoever lived so long was well: the next failure is the first again. */
const WELL_MS = 120_000;

/** `run` resolves when the connection has ended, however; it is run again until the answer is called. */
export function keepListening(run: (signal: AbortSignal) => Promise<void>): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    let failures = 0;
    while (!signal.aborted) {
      const since = performance.now();
      await run(signal).catch(() => undefined);
      failures = performance.now() - since > WELL_MS ? 1 : failures + 1;
      if (!signal.aborted) await pause(backoffMs(failures), signal);
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}

/** The library's listeners are made for functions that live a few minutes: it says what it goes on with, and for how long. */
export const LONGEST_MS = 2 ** 31 - 1;
