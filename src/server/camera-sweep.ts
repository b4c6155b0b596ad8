// Looks now and then for cameras that have fallen silent, so that everybody hears that they are offline. Any number of processes may.

import type { Log } from '../log.ts';
import type { Store } from '../store-port.ts';
import type { ServerLimits } from './ports.ts';

export function openCameraSweep(given: {
  readonly store: Pick<Store, 'cameras'>;
  readonly log: Log;
  readonly limits: ServerLimits;
  readonly clock: () => number;
}): { close(): void } {
  const { store, log, limits, clock } = given;
  let failing = false;
  // An application that only answers in memory must not keep its process alive.
  const timer = setInterval(() => {
    store.cameras.sweep(clock()).then(
      () => (failing = false),
      (error: unknown) => {
        if (!failing) log.warn({ err: error }, 'It cannot be seen which cameras are offline. Trying on.');
        failing = true;
      },
    );
  }, limits.sweepMs).unref();
  return { close: () => clearInterval(timer) };
}
