// The connection of a channel to its broker: comes again by itself, with the stepped back-off, and says so each time.

import { ChannelError } from '../channel-port.ts';
import { messageOf, type KithError } from '../errors.ts';
import { backoffMs, pause } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { openBroker, type Broker, type BrokerOptions, type PublishOptions } from '../mqtt.ts';

export interface LinkOptions extends Omit<BrokerOptions, 'signal' | 'onLost'> {
  readonly log: Log;
  /** Each time that it is there again, not at the first. */
  readonly onBack: () => void;
}

export interface Link {
  /** Throws ChannelError while the broker is away. */
  publish(topic: string, text: string | Uint8Array, options?: PublishOptions): Promise<void>;
  readonly isUp: boolean;
  close(): Promise<void>;
}

/** Answers once it is connected. Throws ChannelError that says what the broker has against it. */
export async function openLink({ log, onBack, ...options }: LinkOptions, signal: AbortSignal): Promise<Link> {
  const ending = new AbortController();
  let broker: Broker | null = null;
  let why = '';
  let coming: Promise<void> | undefined;

  async function connect(until: AbortSignal): Promise<void> {
    const opened = await openBroker({ ...options, signal: until, onLost });
    if (ending.signal.aborted) await opened.close();
    else broker = opened;
  }

  function onLost(error: KithError): void {
    broker = null;
    why = messageOf(error);
    if (ending.signal.aborted) return;
    log.warn({ reason: why }, 'The broker is away: trying again.');
    coming ??= comeBack();
  }

  async function comeBack(): Promise<void> {
    for (let tries = 1; !ending.signal.aborted && !broker; tries += 1) {
      await pause(backoffMs(tries), ending.signal);
      try {
        if (!ending.signal.aborted) await connect(ending.signal);
      } catch (error) {
        why = messageOf(error);
      }
    }
    coming = undefined;
    if (!broker) return;
    log.info('The broker is there again.');
    onBack();
  }

  try {
    await connect(signal);
  } catch (error) {
    throw new ChannelError(messageOf(error), { retry: true, cause: error });
  }
  return {
    get isUp() {
      return broker !== null;
    },
    async publish(topic, text, publishing) {
      const open = broker;
      try {
        if (open) return await open.publish(topic, text, publishing);
      } catch (error) {
        throw new ChannelError(messageOf(error), { retry: true, cause: error });
      }
      throw new ChannelError(`${why} It is tried again until it works.`, { retry: true });
    },
    async close() {
      ending.abort();
      await coming;
      // What is to be said at the end was said.
      await broker?.leave();
      broker = null;
    },
  };
}
