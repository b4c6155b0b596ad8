// A message as JSON, for programs: the body of a webhook, and what is published to a broker.

import type { Message, MessageSighting } from '../channel-port.ts';
import { pictureOf } from './message.ts';

const PICTURE_SIDE = 1_200;
/** A burst shows its first ones; who wants all asks the API. */
const MOST_PICTURES = 4;

export interface PictureSettings {
  /** In Base64, as an address that is good for some days, or not at all. */
  readonly picture: 'inline' | 'link' | 'none';
  readonly pictureKilobytes: number;
}

/** Without its `type`. */
export async function alertBody(message: Message, settings: PictureSettings): Promise<object> {
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
