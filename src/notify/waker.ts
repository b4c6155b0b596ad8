// A wait that can be ended early by somebody else; a call that comes while nobody waits ends the next wait at once.

import { pause } from '../lifecycle.ts';

export interface Waker {
  wake(): void;
  /** Also ends, quietly, when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWaker(): Waker {
  let isCalled = false;
  let waiting: AbortController | undefined;
  return {
    wake() {
      isCalled = true;
      waiting?.abort();
    },
    async wait(ms, signal) {
      if (!isCalled) {
        waiting = new AbortController();
        await pause(ms, AbortSignal.any([signal, waiting.signal]));
        waiting = undefined;
      }
      isCalled = false;
    },
  };
}
