// Messages as a signed call: for programs of one's own, and for the plugin of Errbot. Signed as https://www.standardwebhooks.com says:
// HMAC-SHA256 over "id.timestamp.body", so a receiver knows that it is from Kith, when, and whether it had it before.

import { createHmac } from 'node:crypto';
import type { ChannelRow } from '../delivery-port.ts';
import type { ErrbotSettings, WebhookSettings } from '../channel-web.ts';
import type { Channel, Message } from '../channel-port.ts';
import { alertBody } from './alert-body.ts';
import { openHttp } from './http.ts';
import { answerError } from './http-words.ts';

const PREFIX = 'whsec_';

export interface WebhookPorts {
  readonly clock: () => number;
}

export async function openWebhook(row: ChannelRow, { clock }: WebhookPorts): Promise<Channel> {
  const settings = row.settings as WebhookSettings | ErrbotSettings;
  const http = openHttp({ allowPrivate: settings.allowPrivate });
  const { authorization } = settings;
  const who = `The receiver at ${new URL(settings.url).host}`;

  async function post(type: 'alert' | 'alert.changed', message: Message, signal: AbortSignal): Promise<null> {
    const body = JSON.stringify({
      type,
      ...('room' in settings && { room: settings.room }),
      ...(await alertBody(message, settings)),
    });
    // A change is a message of its own: the receiver has had the first one.
    const id = type === 'alert' ? message.id : `${message.id}.${message.alert.version}`;
    const answer = await http.call({
      method: 'POST',
      url: settings.url,
      headers: { 'content-type': 'application/json', ...signatureOf(settings.secret, id, clock(), body) },
      ...(authorization !== undefined && { credentials: { authorization } }),
      body,
      signal,
    });
    if (answer.status >= 200 && answer.status < 300) return null;
    throw answerError(who, answer, clock());
  }

  return {
    kind: row.kind,
    send: (message, signal) => post('alert', message, signal),
    edit: (_receipt, message, signal) => post('alert.changed', message, signal),
    close: () => http.close(),
  };
}

/** The three headers. `secret`: text, or `whsec_` and Base64. */
function signatureOf(secret: string, id: string, now: number, body: string): Record<string, string> {
  const key = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : secret;
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
