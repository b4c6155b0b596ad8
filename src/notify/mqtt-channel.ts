// Alerts as JSON for whoever subscribes at a broker, and, by the process that holds the channel's place, what Kith sees as devices of
// Home Assistant. Nothing of it is logged but topics; what the broker keeps goes when the channel does.

import { randomUUID } from 'node:crypto';
import { ChannelError, type Channel, type Message } from '../channel-port.ts';
import type { MqttSettings } from '../channel-mqtt.ts';
import type { AsChannel } from '../chat-port.ts';
import type { ChannelRow } from '../delivery-port.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { pause } from '../lifecycle.ts';
import { brokerAddress, openBroker } from '../mqtt.ts';
import type { Store } from '../store-port.ts';
import { alertBody } from './alert-body.ts';
import { createHouse, NO_HOUSE, type HouseStore } from './mqtt-house.ts';
import { retainedOf } from './mqtt-devices.ts';
import { openLink, type Link } from './mqtt-link.ts';
import { openMirror, type Mirror } from './mqtt-mirror.ts';
import { mqttTopics, OFFLINE, ONLINE, type MqttTopics } from './mqtt-topics.ts';
import { createUnlock } from './mqtt-unlock.ts';

export interface MqttPorts {
  readonly store: HouseStore & Pick<Store, 'channels' | 'changes' | 'chatUsers'>;
  readonly log: Log;
  readonly clock: () => number;
  /** This process holds the channel's place: it shows the house, and listens. */
  readonly listens: boolean;
  readonly asChannel: AsChannel;
  /** Of a detection, as JPEG of so many bytes and pixels at most; null once it was erased. */
  readonly picture: (detectionId: string, maxBytes: number, maxSide: number) => Promise<Uint8Array | null>;
}

const PICTURE_SIDE = 800;
/** How long is waited for the end of what is retained. */
const LOOK_MS = 3_000;
const HINTS = {
  noLogin: 'write both into the settings of the channel',
  wrongLogin: 'check them in the settings of the channel',
  topic: 'allow it there, or choose other topics in the settings of the channel',
};
const RETAINED = { qos: 1, retain: true } as const;

export async function openMqtt(row: ChannelRow, ports: MqttPorts, signal: AbortSignal): Promise<Channel> {
  const settings = row.settings as MqttSettings;
  const topics = mqttTopics(settings);
  const log = ports.log.child({ channel: row.id });
  const { listens, clock } = ports;
  const connection = {
    address: brokerAddress(settings.broker, settings),
    hints: HINTS,
    clientId: `${settings.clientId ?? `kith-${randomUUID()}`}${listens ? '' : '-test'}`,
  };
  const house = settings.homeAssistant ? createHouse(ports.store, settings, log) : NO_HOUSE;
  let mirror: Mirror | undefined;

  const unlock = createUnlock({
    channelId: row.id,
    doorOf: (topic) => house.seen.doors.find(({ id }) => topics.unlock(id) === topic)?.id,
    async open(doorId) {
      const client = ports.asChannel(row.id, row.name);
      await client.call({ method: 'POST', path: `/actions/${encodeURIComponent(doorId)}/run` });
    },
    memory: ports.store.chatUsers.memory,
    log,
    clock,
  });

  const link: Link = await openLink(
    {
      ...connection,
      ...(listens && { will: { topic: topics.status, text: OFFLINE } }),
      ...(listens && settings.homeAssistant && settings.allowUnlock && { topics: [[topics.commands, 1]] }),
      onMessage: (message) => void unlock(message),
      onBack: () => mirror?.again(),
      log,
    },
    signal,
  );

  async function post(type: 'alert' | 'alert.changed', message: Message): Promise<null> {
    const body = { type, ...(await alertBody(message, settings)) };
    await link.publish(topics.alerts, JSON.stringify(body), { qos: 1 });
    return null;
  }

  function openHouse(): Mirror {
    return openMirror({
      changes: ports.store.changes,
      house,
      retained: (seen) => (settings.homeAssistant ? retainedOf(seen, topics, settings, clock()) : new Map()),
      picture: (id) => ports.picture(id, settings.pictureKilobytes * 1024, PICTURE_SIDE),
      publish: (topic, payload) => link.publish(topic, payload, RETAINED),
      isUp: () => link.isUp,
      look: () => keptAt({ ...connection, clientId: `${connection.clientId}-look` }, topics),
      onReady: () => link.publish(topics.status, ONLINE, RETAINED),
      log,
    });
  }

  /** The settings are others by now, or the channel is gone: what the broker has of it would stay for ever. */
  async function isOver(): Promise<boolean> {
    const now = await ports.store.channels.get(row.id);
    if (!now?.enabled) return true;
    const { homeAssistant, prefix, discoveryPrefix, broker } = now.settings as MqttSettings;
    return (
      (settings.homeAssistant && !homeAssistant) ||
      prefix !== settings.prefix ||
      discoveryPrefix !== settings.discoveryPrefix ||
      broker !== settings.broker
    );
  }

  async function close(): Promise<void> {
    await mirror?.close();
    try {
      if (mirror && (await isOver())) {
        await mirror.clear();
        await link.publish(topics.status, '', RETAINED);
      } else if (mirror && link.isUp) await link.publish(topics.status, OFFLINE, RETAINED);
    } catch (error) {
      log.warn(
        { reason: messageOf(error) },
        'The broker could not be told that the channel ends: it keeps what it has.',
      );
    } finally {
      await link.close();
    }
  }

  if (listens) mirror = openHouse();
  return {
    kind: 'mqtt',
    send: (message) => post('alert', message),
    edit: (_receipt, message) => post('alert.changed', message),
    close,
  };
}

type Connection = Omit<Parameters<typeof openBroker>[0], 'signal'>;

/** Topics of this channel that the broker retains. Throws where it does not let them be read. */
async function keptAt(connection: Connection, topics: MqttTopics): Promise<readonly string[]> {
  const kept = new Set<string>();
  const end = new AbortController();
  const mark = randomUUID();
  const broker = await openBroker({
    ...connection,
    signal: end.signal,
    topics: [...topics.retained, topics.mark].map((topic) => [topic, 1] as const),
    onMessage({ topic, payload, retained }) {
      if (retained && payload.length > 0) kept.add(topic);
      if (topic === topics.mark && Buffer.from(payload).toString() === mark) end.abort();
    },
    onLost: () => end.abort(new ChannelError('The connection was lost while it was looked.', { retry: true })),
  });
  try {
    // What is retained is told first.
    await broker.publish(topics.mark, mark, { qos: 1 });
    await pause(LOOK_MS, end.signal);
  } finally {
    await broker.close();
  }
  return [...kept];
}
