// The numbers of those who were removed are forgotten a day later: until then every process has heard that they are gone.

import type { Log } from '../log.ts';
import type { Store } from '../store-port.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function openRemovedMarks({
  store,
  log,
  clock,
}: {
  readonly store: Pick<Store, 'persons'>;
  readonly log: Log;
  readonly clock: () => number;
}): { close(): void } {
  function forget(): void {
    store.persons
      .forgetRemoved(clock() - DAY_MS)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'Numbers of removed persons are kept on: trying in an hour.'),
      );
  }

  // An application that only answers in memory must not keep its process alive.
  const timer = setInterval(forget, HOUR_MS).unref();
  return { close: () => clearInterval(timer) };
}
