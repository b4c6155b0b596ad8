// The doctor's picture of a camera: one of its frames with the faces made unrecognisable, over it where faces were seen and which
// of them are usable, and beside it the findings in words. As SVG, which goes into a JPEG or a page.

import type { Advice, Verdict } from '../camera-advice.ts';
import type { Examination, View } from '../camera-examination.ts';
import type { Finding } from '../camera-findings.ts';
import { GRID } from '../camera-port.ts';
import type { Box, PictureCodec, Raster } from '../domain.ts';

export interface Sheet {
  readonly examination: Examination;
  readonly advice: Advice;
  readonly findings: readonly Finding[];
  readonly view: View;
  /** Faces as they are; otherwise nobody in the picture can be recognised. */
  readonly showFaces: boolean;
}

export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const WIDTH = 1_600;
const MARGIN = 28;
const HEADER = 92;
const FRAME = { width: 1_080, height: 720 } as const;
/** Pictures of less width leave no room for text under them. */
const NARROW = 700;
const FONT = 'DejaVu Sans, Verdana, Segoe UI, Arial, sans-serif';
/** Mean width of a letter in sizes of the font: a little more than that of most fonts, so that nothing runs over. */
const LETTER = 0.56;

const INK = '#1c2430';
const PALE = '#5b6675';
const COLOURS = { good: '#1f9d4d', fair: '#d98a00', poor: '#d22f3a', nobody: '#4a6fa5' } as const satisfies Record<
  Verdict,
  string
>;
const WORDS: Readonly<Record<Verdict, string>> = {
  good: 'GOOD',
  fair: 'USABLE',
  poor: 'NOT USABLE',
  nobody: 'NOBODY SEEN',
};
/** Usable shares from which a cell is green, amber. */
const GREEN = 0.6;
const AMBER = 0.2;

/** At least so much around the face is hidden too: hair and ears tell who it is. */
const HIDE = 1.5;
/** Cells across a hidden face. */
const MOSAIC = 5;

export async function drawSheet(sheet: Sheet, codec: PictureCodec): Promise<Drawing> {
  const { examination, advice, findings, view } = sheet;
  const picture = sheet.showFaces ? view.picture : hide(view);
  const jpeg = await codec.encodeJpeg(picture, { maxSide: FRAME.width, quality: 85 });
  const scale = Math.min(FRAME.width / picture.width, FRAME.height / picture.height);
  const [w, h] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const x = MARGIN + w + 32;
  const panel = column(x, HEADER, WIDTH - MARGIN - x);
  panel.chip(WORDS[advice.verdict], COLOURS[advice.verdict]);
  panel.text(advice.headline, 21, { bold: true });
  panel.space(10);
  let topic = '';
  for (const finding of findings) {
    if (finding.topic !== topic) panel.label(finding.topic);
    topic = finding.topic;
    panel.text(sentence(finding.says), 16);
  }
  const legend = legendOf(examination, HEADER + h + 14, sheet.showFaces);
  const legendEnd = HEADER + h + 66;
  // Beside a panel that is longer than the picture there is room under the picture.
  const beside = panel.y() > legendEnd && w >= NARROW;
  const below = column(MARGIN, beside ? legendEnd : Math.max(legendEnd, panel.y()), beside ? w : WIDTH - 2 * MARGIN);
  below.heading(titleOf(advice));
  for (const [index, change] of advice.changes.entries()) below.text(change, 18, { mark: `${index + 1}.` });
  const height = Math.ceil(Math.max(below.y(), panel.y()) + MARGIN);
  const data = Buffer.from(jpeg).toString('base64');
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONT}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    header(examination),
    `<image x="${MARGIN}" y="${HEADER}" width="${w}" height="${h}" preserveAspectRatio="none" xlink:href="data:image/jpeg;base64,${data}"/>`,
    `<g transform="translate(${MARGIN} ${HEADER})">${heat(examination, w, h)}</g>`,
    legend,
    panel.svg(),
    below.svg(),
    '</svg>',
  ].join('');
  return { svg, width: WIDTH, height };
}

export function encodeSheet({ svg, width, height }: Drawing, codec: PictureCodec): Promise<Uint8Array> {
  const canvas: Raster = { width, height, data: new Uint8Array(width * height * 3).fill(255) };
  return codec.encodeJpeg(canvas, { overlay: svg, quality: 88 });
}

export function pageOf({ svg }: Drawing, { advice, examination }: Sheet): string {
  const title = `Camera doctor: ${escape(examination.source)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{margin:0;background:#e9edf2}svg{display:block;margin:auto;width:100%;max-width:1600px;height:auto}</style></head>
<body><main aria-label="${escape(advice.headline)}">${svg}</main></body></html>
`;
}

/** Of the list of changes. */
export function titleOf({ verdict, changes }: Advice): string {
  if (changes.length === 0) return 'Nothing needs to be changed';
  return verdict === 'nobody' ? 'What to try' : 'What to change';
}

function header({ source, startedAt, seconds, settings }: Examination): string {
  const when = `${new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const detail = `${when} · watched for ${Math.round(seconds)} s · profile ${settings.profile}`;
  return [
    line(MARGIN, 46, `Camera doctor: ${shorten(source, 80)}`, 28, `font-weight="bold" fill="${INK}"`),
    line(MARGIN, 74, detail, 16, `fill="${PALE}"`),
  ].join('');
}

/** Colour: share of usable faces. Opacity: how many faces were seen there. */
function heat({ day, faces }: Examination, w: number, h: number): string {
  const most = Math.max(...day.facesAt);
  const [cw, ch] = [w / GRID.columns, h / GRID.rows];
  const parts: string[] = [];
  for (let i = 1; i < GRID.columns; i++) parts.push(rule(i * cw, 0, i * cw, h));
  for (let i = 1; i < GRID.rows; i++) parts.push(rule(0, i * ch, w, i * ch));
  const size = Math.max(10, Math.min(18, cw / 3.6));
  for (const [index, count] of day.facesAt.entries()) {
    if (count === 0) continue;
    const usable = (day.usableAt[index] ?? 0) / count;
    const [x, y] = [(index % GRID.columns) * cw, Math.floor(index / GRID.columns) * ch];
    const opacity = 0.28 + 0.4 * Math.sqrt(count / most);
    parts.push(
      `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${cw.toFixed(1)}" height="${ch.toFixed(1)}" fill="${colourOf(usable)}" fill-opacity="${opacity.toFixed(2)}"/>`,
      line(
        x + cw / 2,
        y + ch / 2 + size / 3,
        `${Math.round(usable * 100)}%`,
        size,
        'text-anchor="middle" font-weight="bold" fill="#fff" stroke="#000" stroke-opacity="0.6" stroke-width="3" paint-order="stroke"',
      ),
    );
  }
  for (const { box, unmoving } of faces.fixed) {
    const [x, y, bw, bh] = [box[0] * w, box[1] * h, box[2] * w, box[3] * h];
    parts.push(
      `<rect x="${(x - bw / 2).toFixed(1)}" y="${(y - bh / 2).toFixed(1)}" width="${(bw * 2).toFixed(1)}" height="${(bh * 2).toFixed(1)}" fill="none" stroke="#fff" stroke-width="3" stroke-dasharray="8 6"/>`,
      `<rect x="${(x - bw / 2).toFixed(1)}" y="${(y - bh / 2 - 26).toFixed(1)}" width="210" height="24" rx="4" fill="#000" fill-opacity="0.7"/>`,
      line(
        x - bw / 2 + 10,
        y - bh / 2 - 9,
        unmoving ? 'always there: a poster?' : 'never usable: a screen?',
        15,
        'fill="#fff"',
      ),
    );
  }
  return parts.join('');
}

function colourOf(usable: number): string {
  return usable >= GREEN ? COLOURS.good : usable >= AMBER ? COLOURS.fair : COLOURS.poor;
}

function legendOf({ day }: Examination, y: number, showFaces: boolean): string {
  const entries =
    day.faces === 0
      ? []
      : ([
          [COLOURS.good, 'most faces here are usable'],
          [COLOURS.fair, 'some'],
          [COLOURS.poor, 'hardly any'],
        ] as const);
  const parts: string[] = [];
  let x = MARGIN;
  for (const [colour, says] of entries) {
    parts.push(
      `<rect x="${x}" y="${y}" width="18" height="18" rx="3" fill="${colour}"/>`,
      line(x + 25, y + 14, says, 15, `fill="${INK}"`),
    );
    x += 25 + says.length * 15 * LETTER + 22;
  }
  const rest = [
    day.faces === 0
      ? 'No face was seen in any part of the picture'
      : '%: how many of the faces seen there are usable; the stronger the colour, the more faces',
    ...(showFaces ? [] : ['faces that were found are hidden: look before you pass it on']),
  ];
  const below = day.faces === 0 ? y + 14 : y + 40;
  parts.push(line(MARGIN, below, rest.join(' · '), 15, `fill="${PALE}"`));
  return parts.join('');
}

interface Column {
  chip(word: string, colour: string): void;
  heading(text: string): void;
  label(text: string): void;
  text(text: string, size: number, options?: { bold?: boolean; mark?: string }): void;
  space(pixels: number): void;
  y(): number;
  svg(): string;
}

/** Text that flows down. */
function column(x: number, top: number, width: number): Column {
  const parts: string[] = [];
  let y = top;
  return {
    chip(word, colour) {
      const chip = word.length * 17 * 0.72 + 28;
      parts.push(
        `<rect x="${x}" y="${y}" width="${chip.toFixed(0)}" height="34" rx="17" fill="${colour}"/>`,
        line(x + chip / 2, y + 23, word, 17, 'text-anchor="middle" font-weight="bold" fill="#fff"'),
      );
      y += 48;
    },
    heading(text) {
      y += 26;
      parts.push(line(x, y, text, 22, `font-weight="bold" fill="${INK}"`));
      y += 12;
    },
    label(text) {
      y += 24;
      parts.push(line(x, y, text.toUpperCase(), 12, `font-weight="bold" letter-spacing="1" fill="${PALE}"`));
      y += 2;
    },
    text(text, size, { bold = false, mark } = {}) {
      const indent = mark === undefined ? 0 : 30;
      const letters = Math.floor((width - indent) / (size * LETTER * (bold ? 1.1 : 1)));
      for (const [index, words] of wrap(text, letters).entries()) {
        y += Math.round(size * 1.35);
        if (index === 0 && mark !== undefined) parts.push(line(x, y, mark, size, `font-weight="bold" fill="${INK}"`));
        parts.push(line(x + indent, y, words, size, `fill="${INK}"${bold ? ' font-weight="bold"' : ''}`));
      }
      y += mark === undefined ? 0 : 5;
    },
    space(pixels) {
      y += pixels;
    },
    y: () => y,
    svg: () => parts.join(''),
  };
}

function line(x: number, y: number, text: string, size: number, more: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size.toFixed(0)}" ${more}>${escape(text)}</text>`;
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="#fff" stroke-opacity="0.16"/>`;
}

export function wrap(text: string, letters: number): string[] {
  const lines: string[] = [];
  let now = '';
  for (const word of text.split(' ')) {
    if (now !== '' && now.length + 1 + word.length > letters) {
      lines.push(now);
      now = word;
    } else now = now === '' ? word : `${now} ${word}`;
  }
  return [...lines, now];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function shorten(text: string, letters: number): string {
  return text.length <= letters ? text : `…${text.slice(-letters + 1)}`;
}

function escape(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A copy in which each face, and some more around it, is a mosaic of a few cells. */
export function hide({ picture, faces }: View): Raster {
  const data = Uint8Array.from(picture.data);
  const copy = { ...picture, data };
  for (const box of faces) mosaic(copy, box);
  return copy;
}

function mosaic({ width, height, data }: Raster, [x, y, w, h]: Box): void {
  const side = Math.max(w, h) * HIDE;
  const [left, top] = [x + w / 2 - side / 2, y + h / 2 - side / 2];
  const edge = (from: number, index: number, most: number): number =>
    Math.min(most, Math.max(0, Math.round(from + (side * index) / MOSAIC)));
  for (let row = 0; row < MOSAIC; row++) {
    for (let cell = 0; cell < MOSAIC; cell++) {
      const [x0, x1] = [edge(left, cell, width), edge(left, cell + 1, width)];
      const [y0, y1] = [edge(top, row, height), edge(top, row + 1, height)];
      const n = (x1 - x0) * (y1 - y0);
      if (n <= 0) continue;
      const mean = [0, 0, 0];
      for (let py = y0; py < y1; py++) {
        for (let at = (py * width + x0) * 3; at < (py * width + x1) * 3; at++) {
          mean[at % 3] = (mean[at % 3] ?? 0) + (data[at] ?? 0) / n;
        }
      }
      for (let py = y0; py < y1; py++) {
        for (let at = (py * width + x0) * 3; at < (py * width + x1) * 3; at++) data[at] = Math.round(mean[at % 3] ?? 0);
      }
    }
  }
}
