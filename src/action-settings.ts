// The kinds of actions and the settings of each: what the API and kith.json are checked by, what is secret, what the panel makes forms
// of. Adding a kind is one entry here and one performer in notify/.

import { Type, type Static } from 'typebox';
import type { ActionDefinition, ActionKind } from './action-port.ts';
import { AccessSchema } from './access-schema.ts';
import { ALLOW_PRIVATE } from './channel-kind.ts';
import { KithError } from './errors.ts';
import { checkedSettings, maskSecrets, type KindEntry, type Settings } from './kind-settings.ts';

const TimeLimit = (most: number) =>
  Type.Number({
    title: 'Time limit (s)',
    description: 'What has not ended by then has failed.',
    default: 10,
    minimum: 1,
    maximum: most,
  });

export const HttpAction = Type.Object(
  {
    method: Type.Union(
      [Type.Literal('POST'), Type.Literal('GET'), Type.Literal('PUT'), Type.Literal('PATCH'), Type.Literal('DELETE')],
      { title: 'Method', description: 'How the address is called.', default: 'POST' },
    ),
    url: Type.String({
      title: 'Address',
      description: 'What to call, https://… or http://…',
      pattern: '^https?://[^\\s/?#]+',
      maxLength: 2_000,
      place: true,
    }),
    headers: Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 2_000, pattern: '^[\\x20-\\x7e]+$' }), {
      title: 'Headers',
      description: 'For example {"authorization": "Bearer abc"}.',
      default: {},
      maxProperties: 20,
      secret: true,
    }),
    body: Type.Optional(
      Type.String({
        title: 'Body',
        description: 'Sent as it is. Without it: JSON that says which action, who, where and why.',
        maxLength: 10_000,
        lines: true,
      }),
    ),
    allowPrivate: Type.Boolean(ALLOW_PRIVATE),
    timeLimit: TimeLimit(60),
  },
  { additionalProperties: false },
);
export type HttpAction = Static<typeof HttpAction>;

/** Of whatever connects to a broker. */
export const BROKER = {
  broker: Type.String({
    title: 'Broker',
    description: 'mqtt://host:1883, or mqtts://host:8883 with TLS.',
    pattern: '^mqtts?://(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(?::\\d{1,5})?/?$',
    maxLength: 300,
    place: true,
  }),
  user: Type.Optional(Type.String({ title: 'User', description: 'For the login.', minLength: 1, maxLength: 300 })),
  password: Type.Optional(
    Type.String({ title: 'Password', description: 'For the login.', minLength: 1, maxLength: 1_000, secret: true }),
  ),
  trustAnyCertificate: Type.Boolean({
    title: 'Any certificate',
    description: 'Takes a certificate that nobody vouches for: only for a broker of your own.',
    default: false,
  }),
};

export const MqttAction = Type.Object(
  {
    ...BROKER,
    topic: Type.String({
      title: 'Topic',
      description: 'Where to publish; no wildcards.',
      pattern: '^[^+#\\u0000]+$',
      minLength: 1,
      maxLength: 500,
    }),
    payload: Type.Optional(
      Type.String({
        title: 'Message',
        description: 'Sent as it is, for example ON. Without it: JSON that says which action, who, where and why.',
        maxLength: 10_000,
        lines: true,
      }),
    ),
    qos: Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)], {
      title: 'Quality of service',
      description: '1 and 2: done once the broker has confirmed it. It is sent once in any case.',
      default: 1,
    }),
    retain: Type.Boolean({
      title: 'Retained',
      description: 'The broker hands it to whoever subscribes later: not for what opens something.',
      default: false,
    }),
    timeLimit: TimeLimit(60),
  },
  { additionalProperties: false },
);
export type MqttAction = Static<typeof MqttAction>;

export const GpioAction = Type.Object(
  {
    chip: Type.String({
      title: 'Chip',
      description: 'As `gpiodetect` lists it: gpiochip0 on a Raspberry Pi.',
      pattern: '^(?:/dev/)?gpiochip\\d{1,3}$',
      default: 'gpiochip0',
    }),
    line: Type.Integer({
      title: 'Line',
      description: 'Number of the line on the chip: on a Raspberry Pi the BCM number, for example 17.',
      minimum: 0,
      maximum: 1_023,
    }),
    pulseMs: Type.Integer({
      title: 'Pulse (ms)',
      description: 'So long the line is active, then it is released again.',
      default: 500,
      minimum: 20,
      maximum: 60_000,
    }),
    activeLow: Type.Boolean({
      title: 'Active low',
      description: 'For relays that switch on when the line is low.',
      default: false,
    }),
    machine: Type.Optional(
      Type.String({
        title: 'Machine',
        description: 'Host name of the machine that has the pins, where Kith runs on several.',
        minLength: 1,
        maxLength: 255,
      }),
    ),
  },
  { additionalProperties: false },
);
export type GpioAction = Static<typeof GpioAction>;

export const CommandAction = Type.Object(
  {
    run: Type.Array(Type.String({ minLength: 1, maxLength: 4_000 }), {
      title: 'Command',
      description:
        'Program and arguments, as they are: no shell reads them. KITH_PERSON and others say who, where and why.',
      minItems: 1,
      maxItems: 100,
    }),
    folder: Type.Optional(
      Type.String({ title: 'Folder', description: 'Where it runs.', minLength: 1, maxLength: 1_000 }),
    ),
    timeLimit: TimeLimit(300),
  },
  { additionalProperties: false },
);
export type CommandAction = Static<typeof CommandAction>;

/** In the order of the panel. */
export const ACTION_KINDS: readonly KindEntry<ActionKind>[] = [
  {
    kind: 'http',
    title: 'HTTP call',
    description: 'Calls an address: a door controller, a relay, another program.',
    settings: HttpAction,
    check: checkCall,
  },
  {
    kind: 'mqtt',
    title: 'MQTT message',
    description: 'Publishes a message to a broker.',
    settings: MqttAction,
    check: ({ user, password }) => checkLogin(user, password),
  },
  {
    kind: 'gpio',
    title: 'GPIO pin',
    description: 'A pulse on a pin of a Raspberry Pi or a like machine, through gpioset of libgpiod.',
    settings: GpioAction,
  },
  {
    kind: 'command',
    title: 'Command',
    description: 'Runs a program. It stands in kith.json only (docs/doors.md), never in the panel.',
    settings: CommandAction,
  },
];

/** KithError `invalid`. */
function checkCall({ url, headers }: Settings): void {
  const wrong = Object.keys(headers as object).find((name) => !/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name));
  if (wrong !== undefined) {
    throw new KithError('invalid', `settings: "headers.${wrong}" is no name of a header: write it like "x-token".`);
  }
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  if (!parsed) throw new KithError('invalid', 'settings: "url" is no address: write it as https://host/path.');
  if (parsed.username === '' && parsed.password === '') return;
  throw new KithError(
    'invalid',
    'settings: "url" holds a login: leave it out and write it into "headers" as authorization.',
  );
}

/** An MQTT login is a user, with or without a password. KithError `invalid`. */
export function checkLogin(user: unknown, password: unknown): void {
  if (password === undefined || user !== undefined) return;
  throw new KithError('invalid', 'settings: "password" is given without "user": give both.');
}

/** KithError `invalid` for a kind that this Kith does not know. */
function actionKind(kind: string): KindEntry<ActionKind> {
  const entry = ACTION_KINDS.find((one) => one.kind === kind);
  if (entry) return entry;
  const known = ACTION_KINDS.map((one) => one.kind).join(', ');
  throw new KithError('invalid', `There is no kind of action ${JSON.stringify(kind)}: known are ${known}.`);
}

/** Defaults filled in, secrets that came back masked restored from what is `stored`. KithError `invalid` names the key. */
export function actionSettings(kind: ActionKind, given: Settings, stored: Settings | null): Settings {
  return checkedSettings(actionKind(kind), given, stored);
}

/** As they leave the server. */
export function maskedAction(kind: ActionKind, settings: Settings): Settings {
  return maskSecrets(actionKind(kind), settings);
}

/** One entry of `actions` in kith.json. */
export const FixedActionSchema = Type.Object(
  {
    id: Type.String({
      title: 'Action id',
      description: 'Letters, digits, ".", "_" and "-"; rules name it, so it should stay the same.',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
    }),
    name: Type.String({ title: 'Name', description: 'What people read.', minLength: 1, maxLength: 200 }),
    kind: Type.Union(
      ACTION_KINDS.map(({ kind }) => Type.Literal(kind)),
      { title: 'Kind', description: 'What it does: docs/doors.md.' },
    ),
    enabled: Type.Boolean({ title: 'Switched on', description: 'Off: it is never done.', default: true }),
    settings: Type.Unsafe<Settings>(
      Type.Object(
        {},
        { title: 'Settings', description: 'Those of the kind.', additionalProperties: true, default: {} },
      ),
    ),
    access: Type.Optional(
      Type.Union([AccessSchema, Type.Null()], {
        title: 'Access policy',
        description: 'With it the action is a door: who is let in.',
      }),
    ),
  },
  { additionalProperties: false, title: 'Action', description: 'An action of this Kith' },
);

export type FixedAction = { readonly id: string } & ActionDefinition;

/** What the schema cannot say. KithError `invalid` names the key. */
export function fixedActions(given: readonly Static<typeof FixedActionSchema>[]): readonly FixedAction[] {
  const ids = new Set<string>();
  return given.map(({ access = null, ...action }, i) => {
    if (ids.has(action.id)) {
      throw new KithError('invalid', `actions: the id ${JSON.stringify(action.id)} is there twice: take another one.`);
    }
    ids.add(action.id);
    try {
      return { ...action, settings: actionSettings(action.kind, action.settings, null), access };
    } catch (error) {
      if (!(error instanceof KithError)) throw error;
      throw new KithError('invalid', `actions.${i}.${error.message}`, { cause: error });
    }
  });
}
