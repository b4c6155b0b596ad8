// Those who want to hear of commits. Calls are gathered: many commits in one turn of the event loop are one call.

import type { Log } from '../log.ts';

export interface CommitListeners {
  add(listener: () => void): () => void;
  /** Calls them soon. */
  notify(): void;
}

export function createCommitListeners(log: Log): CommitListeners {
  const listeners = new Set<() => void>();
  let scheduled = false;

  function callAll(): void {
    scheduled = false;
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        // A failing listener must not take the writer down with it.
        log.error({ err: error }, 'a listener for commits failed');
      }
    }
  }

  return {
    add(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    notify() {
      if (scheduled || listeners.size === 0) return;
      scheduled = true;
      setImmediate(callAll);
    },
  };
}
