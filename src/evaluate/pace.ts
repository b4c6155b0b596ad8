// Long arithmetic in a process that also serves: hands the event loop back every few milliseconds.

/** Well below the 20 ms that a request may have to wait. */
const HOLD_MS = 8;

/** Call it between two steps; it waits when the event loop has been held for long enough. */
export function createPace(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < HOLD_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        since = performance.now();
        resolve();
      });
    });
  };
}
