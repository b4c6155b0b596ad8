// A message as a mail: plain text, and the same as HTML with the pictures in it.

import type { Message, MessageSighting } from '../channel-port.ts';
import { nearestLines } from './message-words.ts';

export interface MailPicture {
  /** Named in the HTML by `cid:`. */
  readonly cid: string;
  readonly jpeg: Uint8Array;
}

/** Under a picture that is one of several. */
function captionOf({ cameraName, localTime, person, words }: MessageSighting): string {
  return `${cameraName}, ${localTime}: ${person ? `${person.name}, ` : ''}${words}`;
}

export function mailText({ title, lines, sightings, outcomes, link }: Message): string {
  return [
    title,
    '',
    ...lines,
    ...nearestLines(sightings),
    ...(outcomes.length > 0 ? ['', ...outcomes] : []),
    ...(link === null ? [] : ['', `Answer in the panel: ${link}`]),
    '',
  ].join('\n');
}

/** `cids`: of each sighting's picture, null where it has none. */
export function mailHtml(message: Message, cids: readonly (string | null)[]): string {
  const { title, lines, sightings, outcomes, link } = message;
  const paragraph = (text: string): string => `<p style="margin:0 0 8px">${escapeHtml(text)}</p>`;
  const shown = sightings.map((sighting, i) => {
    const cid = cids[i] ?? null;
    const picture = cid === null ? '' : `<img src="cid:${cid}" alt="" style="max-width:320px;border-radius:6px">`;
    if (picture === '') return '';
    return `<div style="margin:0 0 16px">${picture}${sightings.length > 1 ? paragraph(captionOf(sighting)) : ''}</div>`;
  });
  return [
    '<!doctype html><html><body style="font-family:system-ui,sans-serif;color:#222">',
    `<h1 style="font-size:18px">${escapeHtml(title)}</h1>`,
    ...[...lines, ...nearestLines(sightings)].map(paragraph),
    ...shown,
    ...outcomes.map((outcome) => `<p style="margin:0 0 8px"><strong>${escapeHtml(outcome)}</strong></p>`),
    link === null ? '' : `<p><a href="${escapeHtml(link)}">Answer in the panel</a></p>`,
    '</body></html>',
  ].join('\n');
}

function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (sign) => names[sign] ?? sign);
}
