// Messages as e-mail, through an SMTP server. The only file that imports nodemailer.

import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import type { ChannelRow } from '../delivery-port.ts';
import type { EmailSettings } from '../channel-email.ts';
import { ChannelError, type Channel, type Message } from '../channel-port.ts';
import { messageOf } from '../errors.ts';
import { mailHtml, mailText, type MailPicture } from './mail-body.ts';
import { pictureOf } from './message.ts';

/** Mail servers take 10 MB and more; several pictures share it. */
const PICTURE_BYTES = 400_000;
const PICTURE_SIDE = 800;
const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;

/** Enough to answer the same thread later. */
interface Receipt {
  readonly messageId: string;
  readonly subject: string;
  readonly outcomes: readonly string[];
}

export async function openEmail(row: ChannelRow): Promise<Channel> {
  const settings = row.settings as EmailSettings;
  const transport = openTransport(settings);
  const domain = settings.from.replace(/>$/, '').split('@').at(-1) ?? 'kith.invalid';

  async function post(message: Message, more: SendMailOptions): Promise<void> {
    const pictures = await picturesOf(message, settings.pictures);
    const mail: SendMailOptions = {
      from: settings.from,
      to: settings.to,
      ...(settings.replyTo !== undefined && { replyTo: settings.replyTo }),
      text: mailText(message),
      html: mailHtml(
        message,
        pictures.map((picture) => picture?.cid ?? null),
      ),
      attachments: pictures.flatMap((picture) =>
        picture === null
          ? []
          : [{ filename: `${picture.cid}.jpg`, cid: picture.cid, content: Buffer.from(picture.jpeg) }],
      ),
      headers: { 'auto-submitted': 'auto-generated', 'x-kith-delivery': message.id },
      ...more,
    };
    try {
      await transport.sendMail(mail);
    } catch (error) {
      throw mailError(error, settings);
    }
  }

  return {
    kind: 'email',
    async send(message) {
      // The same delivery again is the same mail: most mailboxes show it once.
      const messageId = `<${message.id}@${domain}>`;
      await post(message, { messageId, subject: message.title });
      return { messageId, subject: message.title, outcomes: message.outcomes } satisfies Receipt;
    },
    async edit(receipt, message) {
      const { messageId, subject, outcomes } = receipt as Receipt;
      // A mail cannot be changed; what happened is worth another one, further pictures are not.
      if (message.outcomes.join('\n') === outcomes.join('\n')) return receipt;
      await post(message, { inReplyTo: messageId, references: messageId, subject: `Re: ${subject}` });
      return { messageId, subject, outcomes: message.outcomes } satisfies Receipt;
    },
    async close() {
      transport.close();
    },
  };
}

function openTransport(settings: EmailSettings): Transporter {
  const { host, port, security, user, password, trustAnyCertificate } = settings;
  return createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { rejectUnauthorized: !trustAnyCertificate },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    // What stands in a message is text of ours; nothing of it is an address or a file.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
  });
}

async function picturesOf({ id, sightings }: Message, most: number): Promise<readonly (MailPicture | null)[]> {
  return Promise.all(
    sightings.map(async (sighting, i) => {
      const jpeg = i < most ? await pictureOf(sighting, PICTURE_BYTES, PICTURE_SIDE) : null;
      return jpeg && { cid: `face-${i + 1}-${id}`, jpeg };
    }),
  );
}

/** What the server said, and whether another try can help: SMTP's 4xx says so, 5xx denies it (RFC 5321, 4.2.1). */
function mailError(error: unknown, { host, port }: EmailSettings): ChannelError {
  const { responseCode, code, response, command } = error as {
    responseCode?: number;
    code?: string;
    response?: string;
    command?: string;
  };
  const where = `The mail server ${host}:${port}`;
  const cause = { cause: error };
  if (code === 'EAUTH') {
    return new ChannelError(`${where} refuses user and password: ${response ?? messageOf(error)}`, {
      retry: false,
      ...cause,
    });
  }
  if (code === 'ETLS' || command === 'STARTTLS') {
    return new ChannelError(`${where} offers no encryption as asked: ${messageOf(error)}`, { retry: false, ...cause });
  }
  if (responseCode !== undefined) {
    return new ChannelError(`${where} refuses the message: ${response ?? messageOf(error)}`, {
      retry: responseCode < 500,
      ...cause,
    });
  }
  // The library keeps no code of it, only the words of TLS, and Node adds advice for programmers.
  const said = messageOf(error).split(';')[0] ?? '';
  if (/certificate/i.test(said)) {
    const message = `${where} has a certificate that cannot be trusted (${said}): give it one that somebody vouches for, or switch "trustAnyCertificate" on where the server is your own.`;
    // It may be renewed within the day.
    return new ChannelError(message, { retry: true, ...cause });
  }
  return new ChannelError(`${where} cannot be reached: ${messageOf(error)}`, { retry: true, ...cause });
}
