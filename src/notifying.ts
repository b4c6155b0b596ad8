// Where messages are made and sent: the store, the pictures and the channels meet in the dispatcher. Opened by main.ts.

import { randomBytes, randomUUID } from 'node:crypto';
import { createActing, type Acting } from './acting.ts';
import type { ChannelRow } from './delivery-port.ts';
import { ChannelError } from './channel-port.ts';
import type { RunCommand } from './chat-port.ts';
import type { Config } from './config.ts';
import type { PictureCodec, PictureStore } from './domain.ts';
import { KithError, messageOf } from './errors.ts';
import { hideCredentials, type Log } from './log.ts';
import { openChannel, type ChannelPorts } from './notify/channels.ts';
import { openChats } from './notify/chats.ts';
import { createCommands } from './notify/commands.ts';
import { openDispatcher, type DispatcherOptions } from './notify/dispatcher.ts';
import { createMessages } from './notify/message.ts';
import { fitPicture } from './notify/picture-fit.ts';
import { testMessage } from './notify/test-message.ts';
import { pushKeysOf } from './notify/push-keys.ts';
import { withinTime } from './notify/within-time.ts';
import { createPictureLinks, type PictureLinks } from './picture-links.ts';
import type { Store } from './store-port.ts';
import { createUserClient, type Inject } from './user-client.ts';

export interface NotifyingParts {
  readonly store: Store;
  readonly pictures: PictureStore;
  readonly codec: PictureCodec;
  /** Read at each use. */
  readonly config: Pick<Config, 'publicUrl'>;
  /** Kith's own API, through which people in chats do what they do. */
  readonly api: Inject;
  readonly threshold: () => number | null;
  readonly log: Log;
}

export interface Notifying {
  readonly pictureLinks: PictureLinks;
  readonly pushKey: () => Promise<string>;
  readonly acting: Acting;
  readonly runCommand: RunCommand;
  /** What messengers send to /hooks. */
  readonly hooks: (channelId: string, request: Request) => Promise<Response | null>;
  /** Answers what went wrong, in words, or null. */
  readonly sendTest: (row: ChannelRow, signal: AbortSignal) => Promise<string | null>;
  /** Begins to send what is due, where this process does. */
  dispatch(onDone?: DispatcherOptions['onDone']): { close(): Promise<void> };
  close(): Promise<void>;
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
  const { api, threshold } = parts;
  const acting = createActing();
  const runCommand = createCommands({ calendar: () => store.rules.calendar(), clock });
  const asUser = (userId: string, via: string) =>
    createUserClient(api, { authorization: `Bearer ${acting.keyOf({ userId, via })}` });
  const asChannel = (channelId: string, via: string) =>
    createUserClient(api, { authorization: `Bearer ${acting.keyOf({ channelId, via })}` });
  const chats = openChats({ store, asUser, runCommand, publicUrl, log, clock });
  const ports: ChannelPorts = { store, log, clock, chats, listens: true, asChannel, picture };

  async function picture(detectionId: string, maxBytes: number, maxSide: number): Promise<Uint8Array | null> {
    const detection = await store.detections.get(detectionId);
    if (!detection) return null;
    try {
      return await fitPicture(codec, await pictures.get(detection.picture), maxBytes, maxSide);
    } catch (error) {
      if (error instanceof KithError) return null;
      throw error;
    }
  }

  async function sendOnce(row: ChannelRow, signal: AbortSignal): Promise<void> {
    const { timeZone } = await store.rules.calendar();
    const message = testMessage(row, randomUUID(), { codec, clock, timeZone, publicUrl: publicUrl() });
    // Whoever holds the channel's place listens already.
    const channel = await openChannel(
      row,
      { ...ports, listens: false, chats: { open: (one) => chats.openToSend(one) } },
      signal,
    );
    try {
      await channel.send(message, signal);
    } finally {
      await channel.close();
    }
  }

  return {
    pictureLinks,
    pushKey: async () => (await pushKeysOf(store.kept)).publicKey,
    acting,
    runCommand,
    hooks: (channelId, request) => chats.receive(channelId, request),
    close: () => chats.close(),
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
