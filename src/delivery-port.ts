// Messages on their way: channels, what is delivered over them, and the browsers that take messages. Words and ports; imports nothing but
// those.
//
//   channel   where messages go: a chat, a mailbox, a webhook, a broker, a telephone
//   delivery  one alert for one channel, with its state; the row is written together with the classification

import type { Hours } from './alert-port.ts';
import type { Page, PageRequest } from './queries.ts';

// ── Deliveries ──────────────────────────────────────────────────────────────────────────────────────────────────

/** `queued`: waits for its turn or its next try. `sending`: a dispatcher has it. `failed`: given up, can be tried again by hand. */
export type DeliveryState = 'queued' | 'sending' | 'sent' | 'failed';

export interface Delivery {
  readonly id: string;
  readonly seq: number;
  readonly alertId: string;
  readonly channelId: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly at: number;
  /** Not before then. */
  readonly nextAt: number;
  readonly sentAt: number | null;
  /** The last error, in words. */
  readonly error: string | null;
  /** Which version of the alert the receiver has. */
  readonly shownVersion: number | null;
  /** What the channel needs to change the message later: JSON of its own. */
  readonly receipt: unknown;
}

export interface DeliveryStore {
  /** The channel's place: one process at a time sends over it (and holds its connection). True: it is `owner`'s until then. */
  hold(channelId: string, owner: string, untilAt: number, now: number): Promise<boolean>;
  release(channelId: string, owner: string): Promise<void>;
  /** At the start of the only process: whoever held a place is gone. */
  freeAll(): Promise<void>;
  /** The head of the channel's line, as `sending` with `attempts` counted up. One that was tried before is the head until it is sent or
   * given up; else it is the one that is due longest (one that still gathers, or waits for the end of quiet hours, holds nobody up); where
   * none is due, the oldest one sent whose alert has grown since: `shownVersion` says that it is a change of a message. Null: nothing to
   * do now, or the place is not the owner's. */
  take(channelId: string, owner: string, now: number): Promise<Delivery | null>;
  /** When the next one of the channel will be due; null: none waits. */
  nextAt(channelId: string): Promise<number | null>;
  sent(id: string, receipt: unknown, shownVersion: number, at: number): Promise<void>;
  /** `retryAt` null: given up. A change of a message that fails for good leaves the delivery `sent`, with its error. */
  failed(id: string, error: string, retryAt: number | null): Promise<void>;
  /** The channel cannot change messages: the delivery stays as it was sent. */
  leave(id: string): Promise<void>;
  /** By hand, for those that failed or wait for their next try: due now, and counted anew. KithError `not_found`, `conflict`. */
  retry(id: string, now: number): Promise<Delivery>;
  /** What a process that died was sending goes back into the line. */
  recover(channelId: string): Promise<void>;
  list(
    filter: { channelId?: string; alertIds?: readonly string[]; state?: DeliveryState },
    page: PageRequest,
  ): Promise<Page<Delivery>>;
  /** Those that are not sent: few, so that this may be asked often. */
  counts(): Promise<Readonly<Record<Exclude<DeliveryState, 'sent'>, number>>>;
}

/** A browser that shows messages although no page of the panel is open (Web Push). */
export interface PushSubscription {
  readonly id: string;
  readonly userId: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** Which browser, for people. */
  readonly agent: string;
  readonly createdAt: number;
}

export interface PushStore {
  /** The same endpoint again is the same subscription, now of this user. */
  add(subscription: Omit<PushSubscription, 'id'>): Promise<PushSubscription>;
  /** Oldest first; of one user, or of all. Without those of disabled users. */
  list(userId?: string): Promise<readonly PushSubscription[]>;
  /** False where the user has none of that id; without a user: whoever's it is. */
  remove(id: string, userId?: string): Promise<boolean>;
}

/** Keys that this Kith has made for itself, once. */
export interface KeptStore {
  /** What is kept under this name; what `make` answers, where nothing was. */
  once(name: 'picture key' | 'push keys', make: () => string): Promise<string>;
}

// ── Channels ────────────────────────────────────────────────────────────────────────────────────────────────────

export type ChannelKind =
  | 'teams'
  | 'slack'
  | 'telegram'
  | 'discord'
  | 'gchat'
  | 'errbot'
  | 'email'
  | 'webhook'
  | 'mqtt'
  | 'ntfy'
  | 'webpush';

/** A channel as it is kept. `settings` belong to the kind (channel-settings.ts); the secrets among them leave the server masked. */
export interface ChannelDefinition {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly enabled: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Messages wait until these hours are over. */
  readonly quiet: Hours | null;
}

export interface ChannelRow extends ChannelDefinition {
  readonly id: string;
  readonly createdAt: number;
  readonly version: number;
}

export interface ChannelStore {
  list(): Promise<readonly ChannelRow[]>;
  get(id: string): Promise<ChannelRow | null>;
  add(channel: ChannelDefinition, at: number): Promise<ChannelRow>;
  /** What waits for its next try is due at once. KithError `not_found`; `conflict` where somebody has changed it since that version, and
   * for another kind. */
  change(id: string, channel: ChannelDefinition, ifVersion?: number): Promise<ChannelRow>;
  /** Its deliveries go too. KithError `not_found`. */
  remove(id: string): Promise<void>;
}
