// What Ctrl-C and a service manager ask of a process that keeps running.

/** The first signal ends in order, the second at once. */
export function stopOnSignals(lifecycle: { close(): Promise<void> | void }): () => void {
  let asked = false;
  const stop = () => {
    if (asked) process.exit(1);
    asked = true;
    void lifecycle.close();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
}
