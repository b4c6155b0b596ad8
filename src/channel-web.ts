// Settings of channels that are a call by HTTP: webhook, Errbot, ntfy, web push.

import { Type, type Static } from 'typebox';
import { ALLOW_PRIVATE, type ChannelKindEntry } from './channel-kind.ts';
import { KithError } from './errors.ts';

const Address = (title: string, description: string, more: { default?: string } = {}) =>
  Type.String({ title, description, pattern: '^https?://[^\\s/?#]+', maxLength: 2_000, place: true, ...more });

const SIGNED = {
  url: Address('Address', 'Where to post to, https://… or http://…'),
  secret: Type.String({
    title: 'Secret',
    description:
      'Signs each message, so that the receiver knows it is from Kith (docs/alerts.md). At least 24 characters that nobody can guess, or whsec_ and Base64.',
    minLength: 24,
    maxLength: 200,
    secret: true,
  }),
  authorization: Type.Optional(
    Type.String({
      title: 'Authorization',
      description: 'Value of the header Authorization, where the receiver asks for one, such as "Bearer abc".',
      minLength: 1,
      maxLength: 2_000,
      pattern: '^[\\x20-\\x7e]+$|^\\*\\*\\*$',
      secret: true,
    }),
  ),
  picture: Type.Union([Type.Literal('inline'), Type.Literal('link'), Type.Literal('none')], {
    title: 'Picture',
    description:
      'inline: in the message, as Base64. link: an address that is good for some days (needs "publicUrl"). none: no picture leaves the house.',
    default: 'inline',
  }),
  pictureKilobytes: Type.Integer({
    title: 'Largest picture (KB)',
    description: 'Pictures are reduced until they fit.',
    default: 500,
    minimum: 10,
    maximum: 10_000,
  }),
  allowPrivate: Type.Boolean(ALLOW_PRIVATE),
};

export const WebhookSettings = Type.Object(SIGNED, { additionalProperties: false });
export type WebhookSettings = Static<typeof WebhookSettings>;

export const ErrbotSettings = Type.Object(
  {
    ...SIGNED,
    room: Type.String({
      title: 'Room or person',
      description: 'Where the bot posts, as Errbot writes it: #room, @person, or a full identifier of its back end.',
      minLength: 1,
      maxLength: 300,
    }),
  },
  { additionalProperties: false },
);
export type ErrbotSettings = Static<typeof ErrbotSettings>;

export const NtfySettings = Type.Object(
  {
    url: Address('Server', 'The ntfy server.', { default: 'https://ntfy.sh' }),
    topic: Type.String({
      title: 'Topic',
      description: 'Whoever knows the topic of a public server can read along: choose one that nobody can guess.',
      pattern: '^[-_A-Za-z0-9]{1,64}$',
    }),
    token: Type.Optional(
      Type.String({
        title: 'Access token',
        description: 'Where the server asks for a login: an access token of it (tk_…).',
        minLength: 1,
        maxLength: 200,
        pattern: '^[\\x21-\\x7e]+$',
        secret: true,
      }),
    ),
    priority: Type.Integer({
      title: 'Priority',
      description: '1 (silent) to 5 (rings until it is seen).',
      default: 3,
      minimum: 1,
      maximum: 5,
    }),
    picture: Type.Boolean({
      title: 'Picture',
      description: 'Attaches the picture: the server keeps it for some hours.',
      default: true,
    }),
    allowPrivate: Type.Boolean(ALLOW_PRIVATE),
  },
  { additionalProperties: false },
);
export type NtfySettings = Static<typeof NtfySettings>;

export const WebPushSettings = Type.Object(
  {
    users: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      title: 'Users',
      description:
        'Whose browsers are told: ids of users. Empty: everybody who has switched it on. Users of some cameras are told of these only.',
      default: [],
      maxItems: 500,
    }),
    contact: Type.String({
      title: 'Contact',
      description: 'An address that the push services of the browsers can complain to: mailto:… or https://…',
      pattern: '^(mailto:[^\\s@]+@[^\\s@]+|https://[^\\s/?#]+\\S*)$',
      maxLength: 300,
    }),
    days: Type.Integer({
      title: 'Kept for (days)',
      description: 'So long the push service tries to reach a browser that is off.',
      default: 1,
      minimum: 1,
      maximum: 28,
    }),
  },
  { additionalProperties: false },
);
export type WebPushSettings = Static<typeof WebPushSettings>;

/** A login in an address would stand in logs and answers: there are keys of their own for it. */
function checkUrl({ url }: Readonly<Record<string, unknown>>): void {
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  if (!parsed) throw new KithError('invalid', `settings: "url" is no address: write it as https://host/path.`);
  if (parsed.username !== '' || parsed.password !== '') {
    throw new KithError('invalid', 'settings: "url" holds a login: leave it out and use the field for it.');
  }
}

export const WEB_CHANNELS: readonly ChannelKindEntry[] = [
  {
    kind: 'webhook',
    title: 'Webhook',
    description: 'Posts each message as JSON to an address of yours, signed.',
    settings: WebhookSettings,
    check: checkUrl,
  },
  {
    kind: 'errbot',
    title: 'Errbot',
    description: 'Posts to the plugin of Kith in an Errbot, which writes into its chat and takes answers there.',
    settings: ErrbotSettings,
    check: checkUrl,
  },
  {
    kind: 'ntfy',
    title: 'ntfy',
    description: 'Messages on telephones through ntfy: their own server or a public one.',
    settings: NtfySettings,
    check: checkUrl,
  },
  {
    kind: 'webpush',
    title: 'Web push',
    description:
      'Messages of the browser, on telephones too: each user switches it on in the panel. The browser fetches the picture itself, where somebody is signed in who may see it.',
    settings: WebPushSettings,
  },
];
