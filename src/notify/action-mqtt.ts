// The action "mqtt": one message to a broker, over a connection of its own, so that it is sent once or not at all.

import type { MqttAction } from '../action-settings.ts';
import { brokerAddress, openBroker } from '../mqtt.ts';
import { deedJson, type Perform } from './deed.ts';

export const performMqtt: Perform = async (settings, deed, signal) => {
  const { broker: address, topic, payload, qos, retain, timeLimit, ...login } = settings as MqttAction;
  const broker = await openBroker({ address: brokerAddress(address, login), signal, timeoutMs: timeLimit * 1000 });
  const stop = Promise.withResolvers<never>();
  stop.promise.catch(() => undefined);
  const end = (): void => stop.reject(signal.reason as Error);
  signal.addEventListener('abort', end, { once: true });
  try {
    const text = payload ?? JSON.stringify(deedJson(deed));
    await Promise.race([broker.publish(topic, text, { qos, retain }), stop.promise]);
  } finally {
    signal.removeEventListener('abort', end);
    await broker.close();
  }
};
