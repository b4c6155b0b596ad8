// What the states of a camera mean for whoever looks.

import type { Schemas } from '../../api/client.ts';

type State = Schemas['Camera']['state'];

/** What is needed of a camera here. */
export type LiveCamera = Pick<Schemas['Camera'], 'id' | 'name' | 'state' | 'reason'>;

export const STATE_COLOUR: Readonly<Record<State, string>> = {
  starting: 'blue',
  connecting: 'blue',
  running: 'green',
  retrying: 'orange',
  restarting: 'orange',
  ended: 'gray',
  offline: 'red',
};

/** It shows nothing, and nothing is to be waited for. */
export function isAway({ state }: Pick<LiveCamera, 'state'>): boolean {
  return state === 'offline' || state === 'ended';
}
