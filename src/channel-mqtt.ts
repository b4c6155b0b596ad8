// Settings of the channel MQTT: alerts for whoever subscribes, and what Kith sees as devices of Home Assistant.

import { Type, type Static } from 'typebox';
import { BROKER, checkLogin } from './action-settings.ts';
import type { ChannelKindEntry } from './channel-kind.ts';

/** Levels of letters that every broker and Home Assistant take; no wildcards. */
const Prefix = (title: string, description: string, standard: string) =>
  Type.String({
    title,
    description,
    default: standard,
    pattern: '^[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*$',
    maxLength: 200,
  });

export const MqttSettings = Type.Object(
  {
    ...BROKER,
    clientId: Type.Optional(
      Type.String({
        title: 'Client id',
        description: 'Under which the broker knows Kith, where it asks for a certain one. Nobody else may use it.',
        pattern: '^[A-Za-z0-9._:-]+$',
        maxLength: 100,
      }),
    ),
    prefix: Prefix(
      'Topics',
      'All topics of this channel begin with it; alerts go to <prefix>/alerts. Each Kith at a broker needs its own.',
      'kith',
    ),
    picture: Type.Union([Type.Literal('inline'), Type.Literal('link'), Type.Literal('none')], {
      title: 'Picture in alerts',
      description:
        'inline: in the message, as Base64. link: an address that is good for some days (needs "publicUrl"). none: no picture.',
      default: 'none',
    }),
    pictureKilobytes: Type.Integer({
      title: 'Largest picture (KB)',
      description: 'Pictures are reduced until they fit.',
      default: 200,
      minimum: 10,
      maximum: 10_000,
    }),
    homeAssistant: Type.Boolean({
      title: 'Home Assistant',
      description:
        'Shows known people, cameras and doors as devices: names, when and where somebody was seen. Whoever may read at the broker sees it.',
      default: true,
    }),
    discoveryPrefix: Prefix(
      'Discovery topic',
      'Where Home Assistant looks for devices: the "discovery prefix" of its MQTT integration.',
      'homeassistant',
    ),
    groups: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      title: 'Groups',
      description: 'Only people of these groups are shown in Home Assistant. Empty: all known people.',
      default: [],
      maxItems: 100,
    }),
    presentMinutes: Type.Integer({
      title: 'Present for (minutes)',
      description: 'Somebody who was seen within this time is shown as present.',
      default: 10,
      minimum: 1,
      maximum: 1_440,
    }),
    cameraPicture: Type.Boolean({
      title: 'Picture in Home Assistant',
      description: 'Shows the last face at each camera. The broker keeps it until the next one.',
      default: false,
    }),
    allowUnlock: Type.Boolean({
      title: 'Doors can be opened',
      description:
        'Doors become locks that Home Assistant can open. Whoever may publish at the broker can open them then: leave it off where you are not sure who that is.',
      default: false,
    }),
  },
  { additionalProperties: false },
);
export type MqttSettings = Static<typeof MqttSettings>;

export const MQTT_CHANNEL: ChannelKindEntry = {
  kind: 'mqtt',
  title: 'MQTT',
  description: 'Publishes each message as JSON to a broker, and shows people, cameras and doors in Home Assistant.',
  settings: MqttSettings,
  check: ({ user, password }) => checkLogin(user, password),
};
