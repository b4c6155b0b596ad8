// What Kith sees, as devices of Home Assistant: their discovery messages and their states, all retained. Device-based discovery, one message
// per device (https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload). Pure.

import type { MqttSettings } from '../channel-mqtt.ts';
import { ONLINE, OFFLINE, topicKey, type MqttTopics } from './mqtt-topics.ts';

export interface SeenHouse {
  readonly people: readonly SeenPerson[];
  readonly cameras: readonly SeenCamera[];
  readonly doors: readonly SeenDoor[];
}

export interface SeenPerson {
  readonly id: string;
  readonly name: string;
  readonly lastSeenAt: number | null;
  /** Where that was. */
  readonly cameraName: string | null;
}

export interface SeenCamera {
  readonly id: string;
  readonly name: string;
  /** Who was there last. `who` null: somebody who is not to be shown. */
  readonly last: { readonly who: string | null; readonly at: number; readonly detectionId: string } | null;
}

export interface SeenDoor {
  readonly id: string;
  readonly name: string;
  /** It is being opened. */
  readonly isOpening: boolean;
  readonly openedAt: number | null;
}

/** `key` tells whether it changed since it was published; a picture is read only then. */
export type Retained =
  | { readonly key: string; readonly text: string }
  | { readonly key: string; readonly detectionId: string };

type DeviceSettings = Pick<MqttSettings, 'presentMinutes' | 'cameraPicture' | 'allowUnlock'>;
type Component = Readonly<Record<string, unknown>> & { readonly platform: string };

const MINUTE_MS = 60_000;
/** A door has no eyes: it is shown as open for so long after Kith has opened it. */
const OPEN_MS = 5_000;
const SOMEBODY = 'Somebody';

/** By topic, devices before their states. */
export function retainedOf(
  { people, cameras, doors }: SeenHouse,
  topics: MqttTopics,
  settings: DeviceSettings,
  now: number,
): ReadonlyMap<string, Retained> {
  const all = new Map<string, Retained>();
  const put = (topic: string, json: object): void => {
    const text = JSON.stringify(json);
    all.set(topic, { key: text, text });
  };
  put(
    topics.config('kith'),
    deviceOf(topics, { id: topics.node, name: 'Kith', model: 'Kith' }, { connected: CONNECTED(topics) }),
  );
  for (const person of people) {
    const { id, name, lastSeenAt, cameraName } = person;
    put(topics.config(`person_${topicKey(id)}`), personDevice(topics, id, name));
    put(topics.person(id), {
      present: lastSeenAt !== null && now - lastSeenAt < settings.presentMinutes * MINUTE_MS ? 'ON' : 'OFF',
      lastSeen: timeOf(lastSeenAt),
      camera: cameraName,
    });
  }
  for (const { id, name, last } of cameras) {
    put(topics.config(`camera_${topicKey(id)}`), cameraDevice(topics, id, name, settings.cameraPicture));
    put(topics.camera(id), { person: last && (last.who ?? SOMEBODY), at: timeOf(last?.at ?? null) });
    if (settings.cameraPicture && last && last.who !== null) {
      all.set(topics.picture(id), { key: last.detectionId, detectionId: last.detectionId });
    }
  }
  for (const { id, name, isOpening, openedAt } of doors) {
    const isOpen = openedAt !== null && now - openedAt < OPEN_MS;
    put(topics.config(`door_${topicKey(id)}`), doorDevice(topics, id, name, settings.allowUnlock));
    put(topics.door(id), {
      lock: isOpening ? 'UNLOCKING' : isOpen ? 'UNLOCKED' : 'LOCKED',
      lastRun: timeOf(openedAt),
    });
  }
  return all;
}

function personDevice(topics: MqttTopics, personId: string, name: string): object {
  const id = `${topics.node}_person_${topicKey(personId)}`;
  const state = { state_topic: topics.person(personId) };
  return deviceOf(
    topics,
    { id, name, model: 'Person' },
    {
      present: { platform: 'binary_sensor', ...state, ...part(id, 'present', 'Present'), device_class: 'presence' },
      last_seen: { platform: 'sensor', ...state, ...part(id, 'lastSeen', 'Last seen'), device_class: 'timestamp' },
      camera: { platform: 'sensor', ...state, ...part(id, 'camera', 'Camera'), icon: 'mdi:cctv' },
    },
  );
}

function cameraDevice(topics: MqttTopics, cameraId: string, name: string, hasPicture: boolean): object {
  const id = `${topics.node}_camera_${topicKey(cameraId)}`;
  const state = { state_topic: topics.camera(cameraId) };
  return deviceOf(
    topics,
    { id, name, model: 'Camera' },
    {
      last_person: { platform: 'sensor', ...state, ...part(id, 'person', 'Last person'), icon: 'mdi:account' },
      last_seen: { platform: 'sensor', ...state, ...part(id, 'at', 'Last sighting'), device_class: 'timestamp' },
      picture: hasPicture
        ? {
            platform: 'image',
            name: 'Last face',
            unique_id: `${id}_picture`,
            image_topic: topics.picture(cameraId),
            content_type: 'image/jpeg',
          }
        : gone('image'),
    },
  );
}

function doorDevice(topics: MqttTopics, doorId: string, name: string, mayUnlock: boolean): object {
  const id = `${topics.node}_door_${topicKey(doorId)}`;
  const state = { state_topic: topics.door(doorId) };
  const lock = {
    platform: 'lock',
    ...state,
    name: 'Lock',
    unique_id: `${id}_lock`,
    value_template: '{{ value_json.lock }}',
    command_topic: topics.unlock(doorId),
    // The same again is the same command, however often it arrives.
    command_template: '{"command": "{{ value }}", "id": "{{ now().timestamp() }}"}',
    optimistic: false,
    retain: false,
  };
  const open = {
    platform: 'binary_sensor',
    ...state,
    name: 'Lock',
    unique_id: `${id}_open`,
    device_class: 'lock',
    value_template: "{{ 'ON' if value_json.lock == 'UNLOCKED' else 'OFF' }}",
  };
  return deviceOf(
    topics,
    { id, name, model: 'Door' },
    {
      lock: mayUnlock ? lock : gone('lock'),
      open: mayUnlock ? gone('binary_sensor') : open,
      last_run: { platform: 'sensor', ...state, ...part(id, 'lastRun', 'Last opened'), device_class: 'timestamp' },
    },
  );
}

const CONNECTED = ({ node, status }: MqttTopics): Component => ({
  platform: 'binary_sensor',
  name: 'Connected',
  unique_id: `${node}_connected`,
  device_class: 'connectivity',
  state_topic: status,
  payload_on: ONLINE,
  payload_off: OFFLINE,
  entity_category: 'diagnostic',
});

function deviceOf(
  { node, status }: MqttTopics,
  { id, name, model }: { readonly id: string; readonly name: string; readonly model: string },
  components: Readonly<Record<string, Component>>,
): object {
  return {
    device: { identifiers: [id], name, manufacturer: 'Kith', model, ...(id !== node && { via_device: node }) },
    origin: { name: 'Kith' },
    // What tells whether Kith is there is there itself.
    ...(id !== node && { availability_topic: status }),
    qos: 1,
    components,
  };
}

function part(id: string, key: string, name: string) {
  return { name, unique_id: `${id}_${key}`, value_template: `{{ value_json.${key} }}` };
}

/** With its platform alone a component that was there before is removed. */
function gone(platform: string): Component {
  return { platform };
}

/** Null is shown as unknown. */
function timeOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
