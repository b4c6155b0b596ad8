// Where messages are made and sent: the store, the pictures and the channels meet in the dispatcher. Opened by main.ts.

import { randomBytes, randomUUID } from 'node:crypto';
import type { ChannelRow } from './alert-port.ts';
import { ChannelError } from './channel-port.ts';
import type { Config } from './config.ts';
import type { PictureCodec, PictureStore } from './domain.ts';
import { messageOf } from './errors.ts';
import { hideCredentials, type Log } from './log.ts';
import { openChannel, type ChannelPorts } from './notify/channels.ts';
import { openDispatcher, type DispatcherOptions } from './notify/dispatcher.ts';
import { createMessages } from './notify/message.ts';
import { testMessage } from './notify/test-message.ts';
import { pushKeysOf } from './notify/push-keys.ts';
import { withinTime } from './notify/within-time.ts';
import { createPictureLinks, type PictureLinks } from './picture-links.ts';
import type { Store } from './store-port.ts';

export interface NotifyingParts {
  readonly store: Store;
  readonly pictures: PictureStore;
  readonly codec: PictureCodec;
  /** Read at each use. */
  readonly config: Pick<Config, 'publicUrl'>;
  readonly chats: ChannelPorts['chats'];
  readonly threshold: () => number | null;
  readonly log: Log;
}

export interface Notifying {
  readonly pictureLinks: PictureLinks;
  readonly pushKey: () => Promise<string>;
  /** Answers what went wrong, in words, or null. */
  readonly sendTest: (row: ChannelRow, signal: AbortSignal) => Promise<string | null>;
  /** Begins to send what is due, where this process does. */
  dispatch(onDone?: DispatcherOptions['onDone']): { close(): Promise<void> };
}

const KEY_BYTES = 32;
const TEST_MS = 30_000;

export async function createNotifying(parts: NotifyingParts): Promise<Notifying> {
  const { store, pictures, codec, config, log } = parts;
  const clock = Date.now;
  const publicUrl = () => config.publicUrl?.replace(/\/+$/, '') ?? null;
  const key = await store.kept.once('picture key', () => randomBytes(KEY_BYTES).toString('base64url'));
  const pictureLinks = createPictureLinks({ key, publicUrl, clock });
  const pictureUrl = (detectionId: string) => pictureLinks.url(detectionId);
  const ports: ChannelPorts = { store, log, clock, chats: parts.chats };
  const { threshold } = parts;

  async function sendOnce(row: ChannelRow, signal: AbortSignal): Promise<void> {
    const { timeZone } = await store.rules.calendar();
    const message = testMessage(row, randomUUID(), { codec, clock, timeZone, publicUrl: publicUrl() });
    const channel = await openChannel(row, ports, signal);
    try {
      await channel.send(message, signal);
    } finally {
      await channel.close();
    }
  }

  return {
    pictureLinks,
    pushKey: async () => (await pushKeysOf(store.kept)).publicKey,
    async sendTest(row, signal) {
      try {
        await withinTime((limit) => sendOnce(row, limit), TEST_MS, signal, { what: 'The receiver' });
        return null;
      } catch (error) {
        if (!(error instanceof ChannelError)) log.warn({ err: error, channel: row.name }, 'a test failed unforeseen');
        return hideCredentials(messageOf(error));
      }
    },
    dispatch(onDone) {
      const messages = createMessages({ store, pictures, codec, clock, threshold, publicUrl, pictureUrl });
      return openDispatcher({
        store,
        log,
        clock,
        open: (row, signal) => openChannel(row, ports, signal),
        render: (id, alertId) => messages.render(id, alertId),
        ...(onDone && { onDone }),
      });
    },
  };
}
