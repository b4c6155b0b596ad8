// Kind of action → what does it. One file and one line per kind, loaded when it is done first: the libraries take memory.

import type { ActionKind } from '../action-port.ts';
import type { Perform } from './deed.ts';

export const PERFORM: Readonly<Record<ActionKind, Perform>> = {
  http: async (...deed) => (await import('./action-http.ts')).performHttp(...deed),
  mqtt: async (...deed) => (await import('./action-mqtt.ts')).performMqtt(...deed),
  gpio: async (...deed) => (await import('./action-gpio.ts')).performGpio(...deed),
  command: async (...deed) => (await import('./action-command.ts')).performCommand(...deed),
};
