// One connection to an MQTT broker: cameras listen to events, channels and actions publish. Reconnecting is the caller's: one back-off,
// one state that people see. The only file that knows mqtt.js.

import { connect, type MqttClient } from 'mqtt';
import { KithError, messageOf } from './errors.ts';
import { pause } from './lifecycle.ts';
import { hideCredentials } from './log.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user: string | null;
  readonly password: string | null;
  /** Takes a certificate that nobody vouches for. */
  readonly trustAny?: boolean;
}

export interface PublishOptions {
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
}

export interface Broker {
  /** Not retained and at most once where nothing else is said: who is not there to hear it has missed it. Answers once the broker has
   * confirmed it (qos 1, 2) or it was handed to the connection; it is never sent again. KithError `unavailable`. */
  publish(topic: string, text: string | Uint8Array, options?: PublishOptions): Promise<void>;
  /** Takes leave first, so that the broker does not say the will; a broker that does not hear it is waited for no longer than a second. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker has kept it: it is older than the subscription. */
  readonly retained: boolean;
  /** It may have come before: the broker was not sure. */
  readonly again: boolean;
}

export interface BrokerOptions {
  readonly address: BrokerAddress;
  /** Who connects with one that is connected already takes its place; missing: one that nobody has. */
  readonly clientId?: string;
  /** With wildcards, each with the quality of service that is asked for. */
  readonly topics?: readonly (readonly [topic: string, qos: 0 | 1])[];
  readonly onMessage?: (message: BrokerMessage) => void;
  /** The connection has ended by itself; nothing comes any more. */
  readonly onLost?: (error: KithError) => void;
  /** What the broker says, retained, once this connection has broken. */
  readonly will?: { readonly topic: string; readonly text: string };
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** What to do about the usual refusals, for people. */
  readonly hints?: Partial<Hints>;
}

interface Hints {
  readonly noLogin: string;
  readonly wrongLogin: string;
  readonly topic: string;
}

const LEAVE_MS = 1_000;
const HINTS: Hints = {
  noLogin: 'write both into the settings',
  wrongLogin: 'check them in the settings',
  topic: 'allow it there, or choose another topic',
};

/** mqtt://host:1883 or mqtts://host, as the schemas of settings take it. */
export function brokerAddress(
  text: string,
  login: { readonly user?: string; readonly password?: string; readonly trustAnyCertificate?: boolean },
): BrokerAddress {
  const url = new URL(text);
  const tls = url.protocol === 'mqtts:';
  return {
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? 8883 : 1883) : Number(url.port),
    tls,
    user: login.user ?? null,
    password: login.password ?? null,
    ...(login.trustAnyCertificate === true && { trustAny: true }),
  };
}

/** Answers once the topics are subscribed to. KithError `unavailable` that says what the broker has against it. */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { address, topics = [], will, signal, timeoutMs = 10_000 } = options;
  const where = `the MQTT broker ${address.host}:${address.port}`;
  const client = connect({
    host: address.host,
    port: address.port,
    protocol: address.tls ? 'mqtts' : 'mqtt',
    ...(options.clientId !== undefined && { clientId: options.clientId }),
    ...(address.user === null ? {} : { username: address.user }),
    ...(address.password === null ? {} : { password: address.password }),
    ...(address.trustAny === true && { rejectUnauthorized: false }),
    ...(will && { will: { topic: will.topic, payload: Buffer.from(will.text), qos: 1 as const, retain: true } }),
    clean: true,
    keepalive: 30,
    connectTimeout: timeoutMs,
    reconnectPeriod: 0,
    resubscribe: false,
  });
  let failure: unknown;
  let closed = false;
  // Without a listener an error would end the process.
  client.on('error', (error) => (failure = error));
  client.on('message', (topic, payload, { retain, dup }) => {
    if (!closed) options.onMessage?.({ topic, payload, retained: retain, again: dup });
  });
  try {
    await connected(client, signal, () => failure);
    if (topics.length > 0) await subscribed(client, topics);
  } catch (error) {
    closed = true;
    client.end(true);
    throw explain(error, where, options);
  }
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const lost = (): KithError =>
    new KithError('unavailable', `The connection to ${where} was lost${failure ? `: ${reasonOf(failure)}` : ''}.`);
  client.on('close', () => {
    broken.reject(lost());
    if (closed) return;
    closed = true;
    client.end(true);
    options.onLost?.(lost());
  });
  return {
    async publish(topic, text, { qos = 0, retain = false } = {}) {
      if (closed) throw lost();
      const payload = typeof text === 'string' ? text : Buffer.from(text);
      try {
        await Promise.race([client.publishAsync(topic, payload, { qos, retain }), broken.promise]);
      } catch (error) {
        throw error instanceof KithError ? error : explain(error, where, options);
      }
    },
    async leave() {
      closed = true;
      const left = new Promise<void>((done) => client.end(false, {}, () => done()));
      const timer = new AbortController();
      await Promise.race([left, pause(LEAVE_MS, timer.signal)]);
      timer.abort();
      client.stream.destroy();
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

function subscribed(client: MqttClient, topics: NonNullable<BrokerOptions['topics']>): Promise<void> {
  return new Promise((resolve, reject) => {
    // A broker that hangs up instead of answering.
    client.once('close', () => reject(new Error('not granted')));
    client.subscribe(Object.fromEntries(topics.map(([topic, qos]) => [topic, { qos }])), (error, granted) => {
      if (error) reject(error);
      else if (granted?.some(({ qos }) => qos >= 128)) reject(new Error('not granted'));
      else resolve();
    });
  });
}

function explain(error: unknown, where: string, { address, topics = [], hints }: BrokerOptions): KithError {
  const { noLogin, wrongLogin, topic } = { ...HINTS, ...hints };
  const unavailable = (what: string): KithError => new KithError('unavailable', what, { cause: error });
  const code = (error as { code?: unknown } | null)?.code;
  // 4, 5: MQTT 3.1.1; 134, 135: MQTT 5.
  if (code === 4 || code === 5 || code === 134 || code === 135) {
    return unavailable(
      address.user === null
        ? `${capital(where)} wants a user and a password: ${noLogin}.`
        : `${capital(where)} does not accept this user and password: ${wrongLogin}.`,
    );
  }
  const text = messageOf(error);
  if (/not granted|unspecified error/i.test(text)) {
    const names = topics.map(([name]) => `"${name}"`).join(', ');
    return unavailable(`${capital(where)} does not let this user read ${names}: ${topic}.`);
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
