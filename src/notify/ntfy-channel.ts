// Messages to telephones through an ntfy server (https://docs.ntfy.sh/publish): the picture as the body of a PUT, the words as headers.

import type { ChannelRow } from '../delivery-port.ts';
import type { NtfySettings } from '../channel-web.ts';
import type { Channel, Message } from '../channel-port.ts';
import { openHttp } from './http.ts';
import { answerError } from './http-words.ts';
import { pictureOf } from './message.ts';
import { nearestLines } from './message-words.ts';

/** ntfy.sh takes attachments of 2 MB to 15 MB; a telephone shows this much. */
const PICTURE_BYTES = 500_000;
const PICTURE_SIDE = 1_000;
/** Longer messages become an attachment. */
const MOST_BYTES = 3_500;

export interface NtfyPorts {
  readonly clock: () => number;
}

export async function openNtfy(row: ChannelRow, { clock }: NtfyPorts): Promise<Channel> {
  const { url, topic, token, priority, picture, allowPrivate } = row.settings as NtfySettings;
  const http = openHttp({ allowPrivate });
  const who = `The ntfy server ${new URL(url).host}`;
  const address = `${url.replace(/\/+$/, '')}/${topic}`;

  async function post(message: Message, title: string, body: Uint8Array | null, signal: AbortSignal): Promise<void> {
    const headers = {
      'x-title': encodedWord(title),
      'x-priority': String(priority),
      'x-tags': message.isTest ? 'bell' : 'bust_in_silhouette',
      ...(message.link !== null && { 'x-click': message.link, 'x-actions': `view, Open in Kith, ${message.link}` }),
    };
    const text = shortened(textOf(message));
    const answer = await http.call({
      method: body === null ? 'POST' : 'PUT',
      url: address,
      headers: body === null ? headers : { ...headers, 'x-message': encodedWord(text), 'x-filename': 'face.jpg' },
      ...(token !== undefined && { credentials: { authorization: `Bearer ${token}` } }),
      body: body ?? text,
      signal,
    });
    if (answer.status < 200 || answer.status >= 300) throw answerError(who, answer, clock());
  }

  return {
    kind: 'ntfy',
    async send(message, signal) {
      await post(message, message.title, picture ? await firstPicture(message) : null, signal);
      return message.outcomes;
    },
    async edit(receipt, message, signal) {
      // What was published stays; what happened since is worth a further message, another picture is not.
      const told = receipt as readonly string[];
      if (message.outcomes.join('\n') !== told.join('\n')) {
        await post(message, message.outcomes.at(-1) ?? message.title, null, signal);
      }
      return message.outcomes;
    },
    close: () => http.close(),
  };
}

async function firstPicture({ sightings: [first] }: Message): Promise<Uint8Array | null> {
  return first ? pictureOf(first, PICTURE_BYTES, PICTURE_SIDE) : null;
}

/** The title goes in a header of its own. */
function textOf({ lines, sightings, outcomes }: Message): string {
  return [...outcomes.toReversed(), ...lines, ...nearestLines(sightings)].join('\n');
}

function shortened(text: string): string {
  let letters = Array.from(text);
  while (Buffer.byteLength(letters.join('')) > MOST_BYTES) letters = letters.slice(0, -100);
  const short = letters.join('');
  return short === text ? text : `${short} …`;
}

/** Headers are ASCII in one line: other text goes as RFC 2047 says, which ntfy reads. */
function encodedWord(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}
