// For tests: a real MQTT broker.

import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Aedes } from 'aedes';

interface Context {
  after(fn: () => void | Promise<void>): void;
}

export interface HeardMessage {
  readonly topic: string;
  readonly text: string;
  readonly qos: number;
  readonly retain: boolean;
}

export interface TestBroker {
  readonly port: number;
  /** What was published on `kith/…`: topic and parsed JSON. */
  readonly heard: { readonly topic: string; readonly retain: boolean; readonly json: Record<string, unknown> }[];
  /** All that was published by others. */
  readonly all: HeardMessage[];
  /** What somebody who subscribes now is told first, by topic. */
  readonly kept: Map<string, string>;
  publish(payload: unknown, topic?: string, retain?: boolean): Promise<void>;
  /** Answers once there is a message, among those of before too, that this is true of. */
  until(wanted: (message: HeardMessage) => boolean): Promise<HeardMessage>;
  readonly connections: number;
  /** Ends all connections without a word; nobody gets in until `open`. */
  shut(): void;
  open(): void;
}

export async function openTestBroker(t: Context, login?: { user: string; password: string }): Promise<TestBroker> {
  const broker = await Aedes.createBroker({
    ...(login && {
      authenticate(_client, user, password, done) {
        if (user === login.user && String(password) === login.password) done(null, true);
        else done(Object.assign(new Error('no'), { returnCode: 4 }), null);
      },
    }),
  });
  const sockets = new Set<Socket>();
  let shut = false;
  const server = createServer((socket) => {
    if (shut) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const heard: TestBroker['heard'] = [];
  const all: HeardMessage[] = [];
  const kept = new Map<string, string>();
  const waiting = new Set<(message: HeardMessage) => void>();
  broker.on('publish', ({ topic, payload, retain, qos }) => {
    if (topic.startsWith('$SYS/')) return;
    const message = { topic, text: String(payload), qos, retain };
    all.push(message);
    if (retain && message.text === '') kept.delete(topic);
    else if (retain) kept.set(topic, message.text);
    for (const tell of waiting) tell(message);
    const json = topic.startsWith('kith/') ? parsed(message.text) : undefined;
    if (json) heard.push({ topic, retain, json });
  });
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await new Promise<void>((done) => broker.close(done));
  });
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    all,
    kept,
    publish(payload, topic = 'frigate/events', retain = false) {
      const bytes = Buffer.isBuffer(payload) || typeof payload === 'string' ? payload : JSON.stringify(payload);
      const packet = { cmd: 'publish', topic, payload: bytes, qos: 0, retain, dup: false } as const;
      return new Promise((done, failed) => broker.publish(packet, (error) => (error ? failed(error) : done())));
    },
    until(wanted) {
      const found = all.find((message) => wanted(message));
      if (found) return Promise.resolve(found);
      return new Promise((done) => {
        const tell = (message: HeardMessage): void => {
          if (!wanted(message)) return;
          waiting.delete(tell);
          done(message);
        };
        waiting.add(tell);
      });
    },
    get connections() {
      return sockets.size;
    },
    shut() {
      shut = true;
      for (const socket of sockets) socket.destroy();
    },
    open() {
      shut = false;
    },
  };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
