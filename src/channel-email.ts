// Settings of the channel e-mail.

import { Type, type Static } from 'typebox';
import type { ChannelKindEntry } from './channel-kind.ts';
import { KithError } from './errors.ts';

/** One mailbox, with a name or without: Kith <kith@example.org>. No line ends, so that nothing gets into the header. */
const Mailbox = (title: string, description: string) =>
  Type.String({ title, description, pattern: MAILBOX, maxLength: 320 });

const PLAIN = '[^\\s@<>",;:]+@[^\\s@<>",;:]+';
const MAILBOX = `^(?:${PLAIN}|[^<>"\\r\\n\\u0000-\\u001f]*<${PLAIN}>)$`;

export const EmailSettings = Type.Object(
  {
    host: Type.String({
      title: 'Server',
      description: 'The SMTP server that takes the mail, such as smtp.example.org.',
      pattern: '^[A-Za-z0-9._:-]+$',
      maxLength: 255,
      place: true,
    }),
    port: Type.Integer({
      title: 'Port',
      description: '587 for STARTTLS, 465 for TLS, 25 between servers.',
      default: 587,
      minimum: 1,
      maximum: 65_535,
    }),
    security: Type.Union([Type.Literal('starttls'), Type.Literal('tls'), Type.Literal('none')], {
      title: 'Encryption',
      description:
        'starttls: begins in the clear, and nothing is sent unless it turns to TLS. tls: from the first byte. none: in the clear, on the own machine only.',
      default: 'starttls',
    }),
    trustAnyCertificate: Type.Boolean({
      title: 'Any certificate',
      description: 'Takes a certificate that nobody vouches for: only for a server of your own.',
      default: false,
    }),
    user: Type.Optional(Type.String({ title: 'User', description: 'For the login.', minLength: 1, maxLength: 320 })),
    password: Type.Optional(
      Type.String({ title: 'Password', description: 'For the login.', minLength: 1, maxLength: 1_000, secret: true }),
    ),
    from: Mailbox('From', 'The sender, such as Kith <kith@example.org>.'),
    replyTo: Type.Optional(Mailbox('Reply to', 'Where answers go, where that is not the sender.')),
    to: Type.Array(Mailbox('Recipient', 'One mailbox.'), {
      title: 'To',
      description: 'Who gets the messages. All see each other.',
      minItems: 1,
      maxItems: 50,
    }),
    pictures: Type.Integer({
      title: 'Pictures',
      description: 'At most so many pictures stand in one message; 0: none leaves the house.',
      default: 4,
      minimum: 0,
      maximum: 20,
    }),
  },
  { additionalProperties: false },
);
export type EmailSettings = Static<typeof EmailSettings>;

export const EMAIL_CHANNEL: ChannelKindEntry = {
  kind: 'email',
  title: 'E-mail',
  description: 'Messages with the picture in them, through an SMTP server.',
  settings: EmailSettings,
  check({ user, password, security }) {
    if ((user === undefined) !== (password === undefined)) {
      throw new KithError('invalid', 'settings: "user" and "password" belong together: give both or neither.');
    }
    if (password !== undefined && security === 'none') {
      throw new KithError(
        'invalid',
        'settings: the password would go over the line in the clear: choose an encryption.',
      );
    }
  },
};
