// Messages as a signed call: for programs of one's own, and for the plugin of Errbot. Signed as https://www.standardwebhooks.com says:
// HMAC-SHA256 over "id.timestamp.body", so a receiver knows that it is from Kith, when, and whether it had it before.

import { createHmac } from 'node:crypto';
import type { ChannelRow } from '../delivery-port.ts';
import type { ErrbotSettings, WebhookSettings } from '../channel-web.ts';
import type { Channel, Message, MessageSighting } from '../channel-port.ts';
import { openHttp } from './http.ts';
import { answerError } from './http-words.ts';
import { pictureOf } from './message.ts';

const PICTURE_SIDE = 1_200;
/** A burst shows its first ones; who wants all asks the API. */
const MOST_PICTURES = 4;
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
      ...(await payloadOf(message, settings)),
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
export function signatureOf(secret: string, id: string, now: number, body: string): Record<string, string> {
  const key = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : secret;
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

type PictureSettings = Pick<WebhookSettings, 'picture' | 'pictureKilobytes'>;

async function payloadOf(message: Message, settings: PictureSettings): Promise<object> {
  const { id, alert, title, lines, sightings, outcomes, answers, doors, link, isTest } = message;
  return {
    delivery: id,
    isTest,
    alert: { id: alert.id, number: alert.seq, version: alert.version, rule: alert.ruleName, event: alert.event },
    at: new Date(alert.at).toISOString(),
    title,
    lines,
    sightings: await Promise.all(sightings.map((sighting, i) => sightingOf(sighting, i, settings))),
    outcomes,
    answers,
    doors,
    link,
  };
}

async function sightingOf(sighting: MessageSighting, i: number, settings: PictureSettings): Promise<object> {
  const { detectionId, visitId, cameraId, cameraName, zones, at, localTime, person, words, candidates } = sighting;
  return {
    detection: detectionId,
    visit: visitId,
    camera: { id: cameraId, name: cameraName },
    zones,
    at: new Date(at).toISOString(),
    localTime,
    person,
    decision: words,
    candidates,
    ...(i < MOST_PICTURES && (await shownPicture(sighting, settings))),
  };
}

async function shownPicture(
  sighting: MessageSighting,
  { picture, pictureKilobytes }: PictureSettings,
): Promise<{ readonly picture?: string; readonly pictureUrl?: string }> {
  if (picture === 'none') return {};
  if (picture === 'link') return sighting.pictureUrl === null ? {} : { pictureUrl: sighting.pictureUrl };
  const jpeg = await pictureOf(sighting, pictureKilobytes * 1024, PICTURE_SIDE);
  return jpeg ? { picture: Buffer.from(jpeg).toString('base64') } : {};
}
