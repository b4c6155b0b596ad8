// What was found out about a camera, one line for each matter, in words.

import type { Examination } from './camera-examination.ts';
import { UNUSABLE } from './camera-port.ts';
import { at, placesOf, type Place } from './camera-places.ts';

export interface Finding {
  readonly topic: string;
  readonly says: string;
}

/** From here on its size hardly lowers the quality of a face (longer side of the face). */
export const GOOD_FACE_PX = 50;
const MAIN_PLACE = 0.2;
const FEW_PEOPLE = 3;
const NOTHING_USABLE = 0.1;

export function findingsOf(exam: Examination): Finding[] {
  const findings: Finding[] = [
    { topic: 'picture', says: pictureOf(exam) },
    { topic: 'delay', says: delayOf(exam) },
  ];
  if (exam.light) findings.push({ topic: 'light', says: lightOf(exam) });
  if (exam.day.faces === 0) return findings.filter(({ says }) => says !== '');
  findings.push({ topic: 'faces', says: facesOf(exam) }, { topic: 'usable', says: usableOf(exam) });
  for (const says of reasonsOf(exam)) findings.push({ topic: 'not usable', says });
  findings.push({ topic: 'where', says: whereOf(exam) });
  return findings.filter(({ says }) => says !== '');
}

function pictureOf({ day, stream }: Examination): string {
  const size = `${day.width}×${day.height}`;
  if (stream.kind === 'photos') return `${many(stream.frames, 'photo')}, the last one of ${size}`;
  const { frameRate, nominalRate, longestGapMs } = stream;
  const rate = frameRate === null ? 'a single frame' : `${decimal(frameRate)} frames a second`;
  const nominal = nominalRate === null || frameRate === null ? '' : ` (the stream says ${decimal(nominalRate)})`;
  const pause =
    longestGapMs !== null && longestGapMs > 500
      ? `; the longest pause between two frames was ${seconds(longestGapMs)}`
      : '';
  return `${size}, ${rate}${nominal}${pause}`;
}

function delayOf({ derived, stream, day }: Examination): string {
  const { lookDelayP50, lookDelayP95 } = derived;
  if (lookDelayP50 === null || lookDelayP95 === null || stream.kind === 'photos') return '';
  const passed =
    stream.dropped === 0 ? '' : `; ${stream.dropped} of ${day.looks + stream.dropped} were passed over for a newer one`;
  const rest =
    stream.kind === 'recording'
      ? ''
      : '. What the camera and the network add cannot be seen from here: hold a running clock in front of the camera and compare';
  return `half of the frames were searched ${milliseconds(lookDelayP50)} after they came or sooner, 95 % within ${milliseconds(lookDelayP95)}${passed}${rest}`;
}

function lightOf({ light, faces }: Examination): string {
  if (!light) return '';
  const how = light.mean < 45 ? 'dark' : light.mean > 200 ? 'very bright' : 'bright enough';
  const parts = [`the picture is ${how} (brightness ${Math.round(light.mean)} of 255)`];
  if (faces.luminance !== null) parts.push(`the faces are at ${Math.round(faces.luminance)}`);
  if (light.black > 0.3) parts.push(`${percent(light.black)} of it is black`);
  if (light.white > 0.1) parts.push(`${percent(light.white)} of it is burnt out`);
  return parts.join(', ');
}

function facesOf({ day, derived }: Examination): string {
  const px = derived.medianFacePx === null ? '' : `, typically ${Math.round(derived.medianFacePx)} px large`;
  const people =
    day.tracks === 1
      ? `1 person seen, ${many(day.faces, 'look')} at the face`
      : `${day.tracks} people seen (whoever leaves and comes back counts again), ${many(day.faces, 'look')} at their faces`;
  const few = day.tracks < FEW_PEOPLE ? '; few, so watch again when more people pass' : '';
  return `${people}${px}${few}`;
}

function usableOf({ day, derived }: Examination): string {
  const looks = `${percent(derived.usableShare ?? 0)} of the looks are good enough for recognition`;
  return day.tracks === 1
    ? looks
    : `${looks}; ${Math.min(day.usableTracks, day.tracks)} of ${day.tracks} people had one`;
}

/** Why the others are not, the most frequent first. */
function reasonsOf({ day, faces }: Examination): string[] {
  const { turned, small, blurred, lit, covered } = faces;
  const words: Readonly<Record<(typeof UNUSABLE)[number], () => string>> = {
    pose: () =>
      `turned away, most of them ${direction(turned)}${turned.degrees === null ? '' : `, typically by ${Math.round(turned.degrees)}°`}`,
    size: () =>
      `too small${small.px === null ? '' : `, typically ${Math.round(small.px)} px`}; ${small.neededPx === null || small.neededPx > GOOD_FACE_PX ? '' : `they would need ${Math.ceil(small.neededPx)} px, `}${GOOD_FACE_PX} px are good`,
    sharpness: () =>
      `blurred, ${blurred.moving > blurred.still ? 'most of them while they move' : 'most of them although they hardly move'}`,
    light: () => lightWords(lit),
    contrast: () => 'with too little contrast',
    occlusion: () =>
      covered.atEdge > covered.inside
        ? 'cut off by the edge of the picture'
        : 'partly covered (mask, hand, cap, hair) or no real face',
  };
  return UNUSABLE.filter((reason) => day.unusable[reason] > 0)
    .toSorted((a, b) => day.unusable[b] - day.unusable[a])
    .map((reason) => `${percent(day.unusable[reason] / day.faces)} ${words[reason]()}`);
}

function direction(turned: Examination['faces']['turned']): string {
  const ways = [
    [turned.down, 'down'],
    [turned.up, 'up'],
    [turned.left, 'to the left edge of the picture'],
    [turned.right, 'to the right edge of the picture'],
  ] as const;
  const most = ways.reduce((best, way) => (way[0] > best[0] ? way : best));
  const sideways = turned.left + turned.right;
  if (Math.min(turned.left, turned.right) > sideways / 4 && sideways > turned.up + turned.down) {
    return 'to the side, left and right';
  }
  return most[1];
}

function lightWords({ dark, backlit, bright, uneven }: Examination['faces']['lit']): string {
  const most = Math.max(dark, backlit, bright, uneven);
  if (most === backlit) return 'too dark before a bright background';
  if (most === dark) return 'too dark';
  return most === bright ? 'too bright' : 'lit from one side';
}

function whereOf({ day }: Examination): string {
  const good = placesOf(day.usableAt, MAIN_PLACE).map(({ place, share }) => `${percent(share)} ${at(place)}`);
  const bad = placesOf(day.facesAt, MAIN_PLACE)
    .map(({ place }) => place)
    .filter((place) => usableShareAt(day, place) < NOTHING_USABLE);
  const parts = [
    good.length === 0 ? '' : `of the usable faces ${good.join(', ')}`,
    bad.length === 0 ? '' : `hardly any usable ones ${bad.map(at).join(', ')}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function usableShareAt({ facesAt, usableAt }: Examination['day'], place: Place): number {
  const countAt = (cells: readonly number[]): number => {
    const total = cells.reduce((sum, count) => sum + count, 0);
    return total * (placesOf(cells, 0).find((one) => one.place === place)?.share ?? 0);
  };
  return countAt(usableAt) / Math.max(1, countAt(facesAt));
}

export function percent(share: number): string {
  return share > 0 && share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`;
}

export function seconds(ms: number): string {
  return `${decimal(ms / 1000)} s`;
}

export function decimal(value: number): string {
  return value >= 10 && Math.abs(value - Math.round(value)) < 0.15 ? String(Math.round(value)) : value.toFixed(1);
}

export function many(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

function milliseconds(ms: number): string {
  return ms >= 5_000 ? '5 s or more' : ms >= 1_000 ? seconds(ms) : `${Math.round(ms)} ms`;
}
