// Groups strangers again now and then, in the background, when anything in the gallery has changed since.

import type { Gallery } from '../gallery-port.ts';
import type { Reconsider } from '../identity-port.ts';
import { openLifecycle, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';

export interface RegroupingOptions {
  readonly reconsider: Pick<Reconsider, 'regroup'>;
  readonly gallery: () => Pick<Gallery, 'version'>;
  readonly log: Log;
  readonly everyMs?: number;
}

const EVERY_MS = 10 * 60_000;

export function openRegrouping({ reconsider, gallery, log, everyMs = EVERY_MS }: RegroupingOptions): {
  close(): Promise<void>;
} {
  const lifecycle = openLifecycle();
  async function run(): Promise<void> {
    let seen = -1;
    while (!lifecycle.signal.aborted) {
      await pause(everyMs, lifecycle.signal);
      if (lifecycle.signal.aborted || gallery().version === seen) continue;
      try {
        const { merged, split, moved } = await reconsider.regroup();
        if (merged + split > 0) log.info({ merged, split, moved }, 'strangers were grouped again');
        // What it has changed itself is no reason to do it once more.
        seen = gallery().version;
      } catch (error) {
        log.warn({ err: error }, 'Grouping strangers again has failed; it is tried again later.');
      }
    }
  }
  const running = run();
  lifecycle.onClose(() => running);
  return { close: () => lifecycle.close() };
}
