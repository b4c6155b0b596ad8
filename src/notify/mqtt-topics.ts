// Which topics the channel MQTT has at a broker.

import { createHash } from 'node:crypto';

export const ONLINE = 'online';
export const OFFLINE = 'offline';

export interface MqttTopics {
  /** Begins all ids that Home Assistant gets. */
  readonly node: string;
  /** `online`, or `offline`, also as the last will. */
  readonly status: string;
  readonly alerts: string;
  person(id: string): string;
  camera(id: string): string;
  picture(cameraId: string): string;
  door(id: string): string;
  unlock(doorId: string): string;
  /** Of the device of Home Assistant; `of` as in `person_` and its key. */
  config(of: string): string;
  /** For the end of what is retained being heard: nobody else listens. */
  readonly mark: string;
  /** With wildcards: all that this channel has ever retained, but the status. */
  readonly retained: readonly string[];
  /** With wildcards. */
  readonly commands: string;
}

export function mqttTopics({ prefix, discoveryPrefix }: { prefix: string; discoveryPrefix: string }): MqttTopics {
  const node = prefix.replaceAll('/', '_');
  return {
    node,
    status: `${prefix}/status`,
    alerts: `${prefix}/alerts`,
    person: (id) => `${prefix}/people/${topicKey(id)}/state`,
    camera: (id) => `${prefix}/cameras/${topicKey(id)}/state`,
    picture: (id) => `${prefix}/cameras/${topicKey(id)}/picture`,
    door: (id) => `${prefix}/doors/${topicKey(id)}/state`,
    unlock: (id) => `${prefix}/doors/${topicKey(id)}/set`,
    config: (of) => `${discoveryPrefix}/device/${node}/${of}/config`,
    mark: `${prefix}/mark`,
    retained: [
      `${discoveryPrefix}/device/${node}/+/config`,
      `${prefix}/people/+/state`,
      `${prefix}/cameras/+/state`,
      `${prefix}/cameras/+/picture`,
      `${prefix}/doors/+/state`,
    ],
    commands: `${prefix}/doors/+/set`,
  };
}

/** Home Assistant takes letters, digits, `_` and `-`: ids with a dot get something that no other id becomes. */
export function topicKey(id: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(id)) return id;
  return `${id.replaceAll(/[^A-Za-z0-9_-]/g, '_')}-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}
