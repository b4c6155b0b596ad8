// Kind of action → what does it. One file and one line per kind.

import type { ActionKind } from '../action-port.ts';
import { performCommand } from './action-command.ts';
import { performGpio } from './action-gpio.ts';
import { performHttp } from './action-http.ts';
import { performMqtt } from './action-mqtt.ts';
import type { Perform } from './deed.ts';

export const PERFORM: Readonly<Record<ActionKind, Perform>> = {
  http: performHttp,
  mqtt: performMqtt,
  gpio: performGpio,
  command: performCommand,
};
