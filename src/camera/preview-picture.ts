// What is drawn over a preview picture, as SVG: zones, boxes with name and quality, and the camera's state. Pure.

import type { Named } from '../camera-port.ts';
import type { Polygons } from '../camera-settings.ts';
import type { ZoneSettings } from '../camera-zones.ts';
import type { Box } from '../domain.ts';

export interface Labelled {
  /** In pixels of the camera's full picture. */
  readonly box: Box;
  /** Of the face, 0 to 1. */
  readonly quality: number;
  readonly trackId: string;
  readonly named: Pick<Named, 'decision' | 'person'> | null;
}

export interface Drawing {
  /** Of the picture that is drawn on. */
  readonly width: number;
  readonly height: number;
  /** Width of the picture that the boxes are in. */
  readonly fullWidth: number;
  readonly faces: readonly Labelled[];
  readonly zones: ZoneSettings;
  readonly state: string;
}

const KNOWN = '#3ddc6c';
const UNKNOWN = '#ffb020';
const UNIDENTIFIED = '#c8ccd4';
const INCLUDE = '#4aa8ff';
const EXCLUDE = '#ff5a5a';
const NAMED = '#d6a8ff';
const BACK = '#10141c';
const SHADE = 0.72;
// The first that the machine has, the widest of them first: widths are those of DejaVu Sans.
const FONT = 'DejaVu Sans, Noto Sans, Liberation Sans, Arial, sans-serif';
/** Mean width of a letter of normal weight, in sizes of the font. */
const LETTER = 0.64;
/** Widths of bold letters, the first that fits; Chinese, Japanese, Korean and emoji are square. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[ .,:;'’|!iIlj]/u, 0.4],
  [/[fJrt()/-]/u, 0.5],
  [/[mwMW@%…#&]/u, 1.02],
  [/[\u1100-\uffff\u{10000}-\u{10ffff}]/u, 1.05],
  [/\p{Lu}/u, 0.8],
];
const OTHER_WIDTH = 0.71;
const LONGEST_NAME = 24;

export function drawPreview(drawing: Drawing): string {
  const { width, height, faces, zones, state } = drawing;
  const unit = Math.max(11, Math.round(Math.min(width, height * 1.6) / 62));
  const taken: Rectangle[] = [];
  // The nearer face is drawn last, over the others.
  const ordered = faces.toSorted((a, b) => a.box[2] * a.box[3] - b.box[2] * b.box[3]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONT}">`,
    ...zones.include.map((polygon) => zone(polygon, drawing, INCLUDE)),
    ...zones.exclude.map((polygon) => zone(polygon, drawing, EXCLUDE)),
    ...zones.zones.map(({ name, polygon }) => zone(polygon, drawing, NAMED) + zoneName(name, polygon, drawing, unit)),
    ...ordered.map((face) => frame(face, drawing)),
    ...ordered.toReversed().map((face) => label(face, drawing, unit, taken)),
    stateText(state, drawing, unit),
    '</svg>',
  ].join('');
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

function zone(polygon: Polygons[number], { width, height }: Drawing, colour: string): string {
  const points = polygon.map(([x, y]) => `${round(x * width)},${round(y * height)}`).join(' ');
  return `<polygon points="${points}" fill="none" stroke="${colour}" stroke-opacity="0.7" stroke-width="1" stroke-dasharray="6 4"/>`;
}

/** At the topmost corner, inside the picture. */
function zoneName(name: string, polygon: Polygons[number], { width, height }: Drawing, unit: number): string {
  const size = Math.max(9, Math.round(unit * 0.8));
  const [x, y] = polygon.reduce((top, corner) => (corner[1] < top[1] ? corner : top));
  const words = shortened(name);
  const left = Math.max(2, Math.min(x * width + 4, width - widthOf(words) * size - 2));
  return text(words, left, Math.min(height - 2, y * height + size * 1.2), size, NAMED);
}

function colourOf({ named }: Labelled): string {
  if (!named?.person) return UNIDENTIFIED;
  return named.person.kind === 'known' ? KNOWN : UNKNOWN;
}

function placed({ box }: Labelled, { width, fullWidth }: Drawing): Rectangle {
  const scale = width / fullWidth;
  return { x: box[0] * scale, y: box[1] * scale, w: box[2] * scale, h: box[3] * scale };
}

function frame(face: Labelled, drawing: Drawing): string {
  const { x, y, w, h } = placed(face, drawing);
  const line = Math.max(2, Math.round(drawing.width / 400));
  const at = `x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}" rx="${line * 2}" fill="none"`;
  // Dark behind bright: seen on any background.
  return (
    `<rect ${at} stroke="${BACK}" stroke-opacity="0.6" stroke-width="${line + 2}"/>` +
    `<rect ${at} stroke="${colourOf(face)}" stroke-width="${line}"/>`
  );
}

/** Name and track in a line, quality as a bar under them; above the face where there is room, else below, always inside of the picture
 * and not over another label. */
function label(face: Labelled, drawing: Drawing, unit: number, taken: Rectangle[]): string {
  const name = shortened(face.named?.person?.name ?? '?');
  const track = `#${lastOf(face.trackId)}`;
  const small = Math.max(9, Math.round(unit * 0.72));
  const pad = Math.round(unit * 0.35);
  const nameWidth = widthOf(name) * unit;
  const w = pad + nameWidth + pad + widthOf(track) * small + pad;
  const h = unit + small * 0.35 + pad * 2.2;
  const at = free(placed(face, drawing), { w, h }, drawing, taken);
  taken.push(at);
  const colour = colourOf(face);
  const base = at.y + pad + unit * 0.8;
  const bar = { x: at.x + pad, y: at.y + h - pad - small * 0.35, w: w - pad * 2, h: Math.max(2, small * 0.3) };
  const share = Math.min(1, Math.max(0, face.quality));
  return [
    rectangle(at, BACK, SHADE, 3),
    text(name, at.x + pad, base, unit, colour, 'bold'),
    text(track, at.x + pad * 2 + nameWidth, base, small, '#ffffff', 'normal', 0.75),
    rectangle(bar, '#ffffff', 0.25, 1),
    rectangle({ ...bar, w: bar.w * share }, colour, 1, 1),
  ].join('');
}

function stateText(state: string, { width, height }: Drawing, unit: number): string {
  const size = Math.max(9, Math.round(unit * 0.8));
  const pad = Math.round(size * 0.5);
  const lines = wrapped(state, Math.floor((width - pad * 4) / (size * LETTER))).slice(-4);
  const w = Math.min(width, Math.max(...lines.map((line) => widthOf(line))) * size + pad * 2);
  const h = lines.length * size * 1.3 + pad;
  const top = height - h;
  return (
    rectangle({ x: 0, y: top, w, h }, BACK, SHADE, 0) +
    lines.map((line, i) => text(line, pad, top + pad * 0.4 + size * (1 + i * 1.3), size, '#ffffff')).join('')
  );
}

/** Above, below, or inside the box, moved into the picture; the first that covers no other label, else the first. */
function free(
  box: Rectangle,
  size: { w: number; h: number },
  { width, height }: Drawing,
  taken: Rectangle[],
): Rectangle {
  const gap = 3;
  const places = [box.y - size.h - gap, box.y + box.h + gap, box.y + gap].map((y) => ({
    x: Math.max(0, Math.min(box.x, width - size.w)),
    y: Math.max(0, Math.min(y, height - size.h)),
    ...size,
  }));
  const [above = { x: 0, y: 0, ...size }] = places;
  const fits = (place: Rectangle): boolean => !taken.some((other) => covers(place, other));
  // Above counts only when it did not have to be moved over the face.
  const candidates = box.y - size.h - gap >= 0 ? places : [...places.slice(1), above];
  return candidates.find(fits) ?? candidates[0] ?? above;
}

function covers(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function rectangle({ x, y, w, h }: Rectangle, fill: string, opacity: number, radius: number): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}" rx="${radius}" fill="${fill}" fill-opacity="${opacity}"/>`;
}

function text(
  words: string,
  x: number,
  y: number,
  size: number,
  colour: string,
  weight = 'normal',
  opacity = 1,
): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" fill="${colour}" fill-opacity="${opacity}">${escaped(words)}</text>`;
}

/** In sizes of the font, of bold letters: others are narrower. SVG as it is drawn here cannot measure or press text. */
function widthOf(words: string): number {
  let width = 0;
  for (const letter of words) width += WIDTHS.find(([letters]) => letters.test(letter))?.[1] ?? OTHER_WIDTH;
  return width;
}

function shortened(name: string): string {
  const letters = Array.from(name);
  return letters.length <= LONGEST_NAME ? name : `${letters.slice(0, LONGEST_NAME - 1).join('')}…`;
}

function lastOf(trackId: string): string {
  return trackId.split('-').slice(1).join('-').slice(-8) || trackId.slice(-8);
}

function wrapped(words: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word.slice(0, columns) : `${line} ${word}`;
  }
  return [...lines, line];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Names are other people's words: nothing of them may become markup, and what XML does not allow goes. */
function escaped(words: string): string {
  return words
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
