// One connection to an MQTT broker that listens to one topic. Reconnecting is the caller's: one back-off, one state that people see.

import { connect, type MqttClient } from 'mqtt';
import { KithError, messageOf } from '../errors.ts';
import { hideCredentials } from '../log.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user: string | null;
  readonly password: string | null;
}

export interface Broker {
  /** Not retained, at most once: who is not there to hear it has missed it. */
  publish(topic: string, text: string): void;
  close(): Promise<void>;
}

export interface BrokerOptions {
  readonly address: BrokerAddress;
  readonly topic: string;
  readonly onMessage: (payload: Uint8Array) => void;
  /** The connection has ended by itself; nothing comes any more. */
  readonly onLost: (error: KithError) => void;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

/** Answers once the topic is subscribed to. KithError `unavailable` that says what the broker has against it. */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { address, topic, signal, timeoutMs = 10_000 } = options;
  const where = `the MQTT broker ${address.host}:${address.port}`;
  const client = connect({
    host: address.host,
    port: address.port,
    protocol: address.tls ? 'mqtts' : 'mqtt',
    ...(address.user === null ? {} : { username: address.user }),
    ...(address.password === null ? {} : { password: address.password }),
    clean: true,
    keepalive: 30,
    connectTimeout: timeoutMs,
    reconnectPeriod: 0,
    resubscribe: false,
  });
  let failure: unknown;
  // Without a listener an error would end the process.
  client.on('error', (error) => (failure = error));
  try {
    await connected(client, signal, () => failure);
    await subscribed(client, topic);
  } catch (error) {
    client.end(true);
    throw explain(error, where, address, topic);
  }
  let closed = false;
  client.on('message', (_topic, payload) => options.onMessage(payload));
  client.on('close', () => {
    if (closed) return;
    closed = true;
    client.end(true);
    options.onLost(
      new KithError('unavailable', `The connection to ${where} was lost${failure ? `: ${reasonOf(failure)}` : ''}.`),
    );
  });
  return {
    publish(topicOfAnswer, text) {
      if (!closed) client.publish(topicOfAnswer, text, { qos: 0, retain: false });
    },
    async close() {
      closed = true;
      await new Promise<void>((done) => client.end(true, {}, () => done()));
    },
  };
}

function connected(client: MqttClient, signal: AbortSignal, failure: () => unknown): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = (): void => reject(new Error('stopped'));
  const lost = (): void => reject(failure() ?? new Error('it does not answer in time'));
  client.once('connect', () => resolve());
  client.once('error', reject);
  client.once('close', lost);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => {
    signal.removeEventListener('abort', stop);
    client.off('error', reject);
    client.off('close', lost);
  });
}

function subscribed(client: MqttClient, topic: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // A broker that hangs up instead of answering.
    client.once('close', () => reject(new Error('not granted')));
    client.subscribe(topic, { qos: 1 }, (error, granted) => {
      if (error) reject(error);
      else if (granted?.some(({ qos }) => qos === 128)) reject(new Error('not granted'));
      else resolve();
    });
  });
}

function explain(error: unknown, where: string, { user }: BrokerAddress, topic: string): KithError {
  const unavailable = (what: string): KithError => new KithError('unavailable', what, { cause: error });
  const code = (error as { code?: unknown } | null)?.code;
  // 4, 5: MQTT 3.1.1; 134, 135: MQTT 5.
  if (code === 4 || code === 5 || code === 134 || code === 135) {
    return unavailable(
      user === null
        ? `${capital(where)} wants a user and a password: write frigate://user:password@broker/camera.`
        : `${capital(where)} does not accept this user and password: check them in "source".`,
    );
  }
  const text = messageOf(error);
  if (/not granted|unspecified error/i.test(text)) {
    return unavailable(`${capital(where)} does not let this user read "${topic}": allow it there, or check "?topic=".`);
  }
  return unavailable(`${capital(where)} cannot be reached: ${reasonOf(error)}.`);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof AggregateError ? error.errors[0] : error;
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND') return 'its name is not known';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'there is no way to it';
  const text = hideCredentials(messageOf(cause)).replace(/\.$/, '');
  return /connack timeout/i.test(text) ? 'it does not answer in time' : text || 'the connection failed';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
