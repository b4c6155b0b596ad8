// What a kind of channel says of itself: what it is called, and which settings it takes.

import type { ChannelKind } from './delivery-port.ts';
import type { KindEntry } from './kind-settings.ts';

export type ChannelKindEntry = KindEntry<ChannelKind>;

/** Of those that call out by HTTP. */
export const ALLOW_PRIVATE = {
  title: 'Private addresses',
  description:
    'Allows addresses of the own network and of this machine. Leave it off where the receiver is on the Internet: then nobody can use this channel to reach into the network.',
  default: false,
} as const;
