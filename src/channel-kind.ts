// What a kind of channel says of itself: what it is called, and which settings it takes.

import type { TObject } from 'typebox';
import type { ChannelKind } from './alert-port.ts';

/** Keywords of our own in the schemas of settings, beside title, description, default. */
export interface ChannelSettingKeywords {
  /** Leaves the server as "***" only; "***" that comes back keeps what is stored. Strings on the top level. */
  readonly secret?: boolean;
  /** Of several lines, for the form. */
  readonly lines?: boolean;
}

export interface ChannelKindEntry {
  readonly kind: ChannelKind;
  readonly title: string;
  /** One or two sentences: what it is for, what one needs. */
  readonly description: string;
  /** An object without further keys. */
  readonly settings: TObject;
  /** What the schema cannot say. Throws KithError `invalid`. */
  check?(settings: Readonly<Record<string, unknown>>): void;
}

/** Of those that call out by HTTP. */
export const ALLOW_PRIVATE = {
  title: 'Private addresses',
  description:
    'Allows addresses of the own network and of this machine. Leave it off where the receiver is on the Internet: then nobody can use this channel to reach into the network.',
  default: false,
} as const;
