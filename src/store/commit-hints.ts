// Tells other processes of commits and hears of theirs, over one connection that is made again when it breaks. Only a hint:
// whoever needs to be sure asks the change log now and then.

import { backoffMs, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import type { Listener } from './postgres-driver.ts';

export interface CommitHints {
  /** Tells the others soon. */
  notify(): void;
  close(): Promise<void>;
}

type Connect = (onHint: () => void, onLost: () => void) => Promise<Listener>;

/** Throws when the first connection cannot be made; later ones are tried until `close`. */
export async function openCommitHints(connect: Connect, onHint: () => void, log: Log): Promise<CommitHints> {
  const closing = new AbortController();
  let listener: Listener | undefined;
  let reconnecting: Promise<void> | undefined;
  let wanted = false;
  let telling: Promise<void> | undefined;

  function lost(): void {
    listener = undefined;
    if (closing.signal.aborted) return;
    log.warn('the connection that hears of commits broke, connecting again');
    reconnecting = reconnect();
  }

  async function reconnect(): Promise<void> {
    for (let tries = 1; !closing.signal.aborted; tries += 1) {
      await pause(backoffMs(tries), closing.signal);
      if (closing.signal.aborted) return;
      try {
        listener = await connect(onHint, lost);
        log.info('the connection that hears of commits is back');
        // Something may have been committed meanwhile.
        onHint();
        return;
      } catch (error) {
        log.debug({ err: error }, 'the connection that hears of commits cannot be made');
      }
    }
  }

  /** One message at a time: those that come while it travels are one more. */
  async function tell(): Promise<void> {
    while (wanted) {
      wanted = false;
      try {
        await listener?.notify();
      } catch {
        // The connection broke; `lost` takes care of it.
        break;
      }
    }
    telling = undefined;
  }

  listener = await connect(onHint, lost);
  return {
    notify() {
      wanted = true;
      if (listener) telling ??= tell();
    },
    async close() {
      closing.abort();
      await telling;
      await reconnecting;
      await listener?.close();
    },
  };
}
