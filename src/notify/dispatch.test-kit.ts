// A store with rules, alerts and lines of deliveries, and channels that write down what they are given.

import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertPlanner, RuleDefinition } from '../alert-port.ts';
import type { ChannelRow, Delivery } from '../delivery-port.ts';
import type { Channel, Message } from '../channel-port.ts';
import { openLog } from '../log.ts';
import { RULE } from '../rule.test-kit.ts';
import type { Store } from '../store-port.ts';
import { openDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import { createMessages, type MessagePorts } from './message.ts';

export const log = openLog({ level: 'silent' });

/** Answers when it holds; waits without end, which the limit of the test ends. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(5);
}

export function addChannel(store: Store, name: string, more: Partial<ChannelRow> = {}): Promise<ChannelRow> {
  return store.channels.add({ name, kind: 'webhook', enabled: true, settings: {}, quiet: null, ...more }, Date.now());
}

/** Answers what has the store tell each channel of each detection. */
export async function tellingPlanner(
  store: Store,
  channels: readonly ChannelRow[],
  more: Partial<RuleDefinition> = {},
): Promise<AlertPlanner> {
  const rule = await store.rules.add({ ...RULE, channels: channels.map(({ id }) => id), ...more }, Date.now());
  return {
    isIdle: () => false,
    plan: ({ detectionId }) => ({
      alerts: [{ rule, event: 'unknown', subject: detectionId, once: detectionId }],
      doors: [],
    }),
  };
}

export const deliveriesOf = async (store: Store, channel: ChannelRow): Promise<readonly Delivery[]> =>
  (await store.deliveries.list({ channelId: channel.id }, { limit: 500 })).items.toReversed();

export const statesOf = async (store: Store, channel: ChannelRow): Promise<string> =>
  (await deliveriesOf(store, channel)).map(({ state }) => state).join(' ');

/** What a channel did with the messages of a detection each: `sent d1`, `changed d1`. */
export interface Recorded {
  readonly did: string[];
  readonly messages: Message[];
  opened: number;
  closed: number;
}

export interface Behaviour {
  send?: (message: Message, signal: AbortSignal) => Promise<unknown>;
  edit?: Channel['edit'] | null;
  open?: (signal: AbortSignal) => Promise<void>;
}

export const detectionOf = (message: Message): string => message.sightings[0]?.detectionId ?? 'none';

export interface Recorder {
  readonly open: DispatcherOptions['open'];
  of(channel: ChannelRow): Recorded;
  behave(channel: ChannelRow, behaviour: Behaviour): void;
}

export function createRecorder(): Recorder {
  const recorded = new Map<string, Recorded>();
  const behaviours = new Map<string, Behaviour>();
  const of = ({ id }: ChannelRow): Recorded => {
    const known = recorded.get(id) ?? { did: [], messages: [], opened: 0, closed: 0 };
    recorded.set(id, known);
    return known;
  };
  return {
    of,
    behave: ({ id }, behaviour) => void behaviours.set(id, behaviour),
    async open(row, signal) {
      const behaviour = (): Behaviour => behaviours.get(row.id) ?? {};
      const here = of(row);
      await behaviour().open?.(signal);
      here.opened += 1;
      const { edit } = behaviour();
      return {
        kind: row.kind,
        async send(message, of) {
          const receipt = await behaviour().send?.(message, of);
          here.did.push(`sent ${detectionOf(message)}`);
          here.messages.push(message);
          return receipt ?? { of: detectionOf(message) };
        },
        ...(edit !== null && {
          async edit(receipt, message, of) {
            const next = await behaviour().edit?.(receipt, message, of);
            here.did.push(`changed ${detectionOf(message)}`);
            here.messages.push(message);
            return next ?? receipt;
          },
        }),
        async close() {
          here.closed += 1;
        },
      };
    },
  };
}

async function unused(): Promise<never> {
  throw new Error('No picture is asked for.');
}

export function messagePorts(store: Store, more: Partial<MessagePorts> = {}): MessagePorts {
  return {
    store,
    pictures: { get: unused },
    codec: { check: unused, decode: unused, encodeJpeg: unused },
    clock: Date.now,
    threshold: () => 0.6,
    publicUrl: () => null,
    pictureUrl: () => null,
    ...more,
  };
}

export function dispatch(
  store: Store,
  open: DispatcherOptions['open'],
  more: Partial<DispatcherOptions> = {},
): Dispatcher {
  const messages = createMessages(messagePorts(store));
  return openDispatcher({
    store,
    log,
    clock: Date.now,
    open,
    render: (id, alertId) => messages.render(id, alertId),
    ...more,
  });
}
