// The plays with real faces: cut out of photos, moved over a background, searched by the real detector.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFinder } from '../src/camera/find.ts';
import { rasterFrame } from '../src/camera/frame.ts';
import { createDescriber } from '../src/camera/looks.ts';
import { createTracker } from '../src/camera/tracker.ts';
import type { Box, Face, PictureCodec, Raster } from '../src/domain.ts';
import type { FaceEngine } from '../src/face-port.ts';
import type { Step } from './tracking-metrics.ts';
import { saidBy } from './tracking-ours.ts';
import type { Detection } from './tracking-rivals.ts';
import { STAGE, standing, type Play, type Standing } from './tracking-scenes.ts';

/** A head that can be painted at any size: the same picture halved again and again, the largest first. */
export interface Sprite {
  readonly levels: readonly Raster[];
  /** The face in the largest. */
  readonly box: Box;
}

/** One person: what she looks like, and what after she has looked away or was hidden, if there is a second photo. */
export type Person = readonly [Sprite, ...Sprite[]];

const MARGIN = 0.55;
const LEAST_QUALITY = 0.3;

/** The faces of a photo, each with its surroundings. */
export async function cutFaces(
  engine: FaceEngine,
  codec: PictureCodec,
  file: string,
  leastPx: number,
): Promise<readonly Sprite[]> {
  const bytes = await readFile(file);
  const raster = await codec.decode(bytes);
  const { faces } = await engine.analyse(bytes, { search: 'auto' });
  const good = faces.filter(({ box, quality }) => box[3] >= leastPx && quality.total >= LEAST_QUALITY);
  return good.toSorted((a, b) => a.box[0] - b.box[0]).map(({ box }) => spriteOf(raster, box));
}

function spriteOf(raster: Raster, [x, y, w, h]: Box): Sprite {
  const [left, top] = [Math.max(0, Math.floor(x - w * MARGIN)), Math.max(0, Math.floor(y - h * MARGIN))];
  const right = Math.min(raster.width, Math.ceil(x + w * (1 + MARGIN)));
  const bottom = Math.min(raster.height, Math.ceil(y + h * (1 + MARGIN)));
  const [width, height] = [right - left, bottom - top];
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * raster.width + left) * 3;
    data.set(raster.data.subarray(from, from + width * 3), row * width * 3);
  }
  const levels: Raster[] = [{ width, height, data }];
  for (let level = levels[0]; level && Math.min(level.width, level.height) > 40;) {
    level = halved(level);
    levels.push(level);
  }
  return { levels, box: [x - left, y - top, w, h] };
}

function halved({ width, height, data }: Raster): Raster {
  const [w, h] = [width >> 1, height >> 1];
  const out = new Uint8Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (y * 2 * width + x * 2) * 3 + c;
        const below = at + width * 3;
        out[(y * w + x) * 3 + c] =
          ((data[at] ?? 0) + (data[at + 3] ?? 0) + (data[below] ?? 0) + (data[below + 3] ?? 0)) >> 2;
      }
    }
  }
  return { width: w, height: h, data: out };
}

/** Larger than the stage, so that the camera can point elsewhere. */
export async function openBackground(codec: PictureCodec, file: string): Promise<Raster> {
  return codec.decode(await readFile(join(file)), Math.round(STAGE.width * 1.4));
}

/** Who wears which face when, and the pictures of the play. */
export function createPainter(play: Play, people: readonly Person[], background: Raster) {
  const changes = new Map<string, { hidden: boolean; sprite: number }>();

  function paint(t: number): { raster: Raster; truths: readonly Standing[] } {
    const { width, height } = STAGE;
    const data = new Uint8Array(new SharedArrayBuffer(width * height * 3));
    const raster = { width, height, data };
    const [dx, dy] = play.shake?.(t) ?? [0, 0];
    const left = clamp(Math.round((background.width - width) / 2 - dx), 0, background.width - width);
    const top = clamp(Math.round((background.height - height) / 2 - dy), 0, background.height - height);
    for (let row = 0; row < height; row++) {
      const from = ((top + row) * background.width + left) * 3;
      data.set(background.data.subarray(from, from + width * 3), row * width * 3);
    }
    const truths = standing(play, t);
    for (const one of truths) {
      const change = changes.get(one.who) ?? { hidden: false, sprite: 0 };
      changes.set(one.who, change);
      if (change.hidden && !one.hidden) change.sprite++;
      change.hidden = one.hidden;
      const person = people[play.actors.findIndex(({ who }) => who === one.who) % people.length];
      const sprite = person?.[change.sprite % person.length];
      if (sprite) paste(raster, sprite, one.box, one.front < 0.5);
    }
    for (const [x, y, w, h] of play.pillars ?? []) fill(raster, [x + dx, y + dy, w, h], 96);
    return { raster, truths };
  }

  return { paint };
}

/** The head as an ellipse with a soft edge; turned away it is all hair. */
function paste(target: Raster, { levels, box }: Sprite, place: Box, turned: boolean): void {
  const [first] = levels;
  if (!first) return;
  let level = first;
  let scale = place[3] / box[3];
  for (const next of levels.slice(1)) {
    if (scale > 0.6) break;
    level = next;
    scale *= 2;
  }
  const shrunk = level.width / first.width;
  const [cx, cy] = [(box[0] + box[2] / 2) * shrunk, (box[1] + box[3] / 2) * shrunk];
  const [px, py] = [place[0] + place[2] / 2, place[1] + place[3] / 2];
  const [rx, ry] = [place[3] * 0.66, place[3] * 0.78];
  const [top, bottom] = [Math.max(0, Math.floor(py - ry)), Math.min(target.height - 1, Math.ceil(py + ry))];
  const [left, right] = [Math.max(0, Math.floor(px - rx)), Math.min(target.width - 1, Math.ceil(px + rx))];
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const away = Math.hypot((x - px) / rx, (y - py) / ry);
      const alpha = clamp((1 - away) * 6, 0, 1);
      const [sx, sy] = [cx + (x - px) / scale, cy + (y - py) / scale];
      if (alpha === 0 || sx < 0 || sy < 0 || sx > level.width - 2 || sy > level.height - 2) continue;
      for (let c = 0; c < 3; c++) {
        const at = (y * target.width + x) * 3 + c;
        const value = turned ? 46 - c * 6 : sample(level, sx, sy, c);
        target.data[at] = (target.data[at] ?? 0) * (1 - alpha) + value * alpha;
      }
    }
  }
}

function sample({ width, data }: Raster, x: number, y: number, c: number): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const at = (y0 * width + x0) * 3 + c;
  const below = at + width * 3;
  const upper = (data[at] ?? 0) * (1 - fx) + (data[at + 3] ?? 0) * fx;
  return upper * (1 - fy) + ((data[below] ?? 0) * (1 - fx) + (data[below + 3] ?? 0) * fx) * fy;
}

function fill({ width, height, data }: Raster, [x, y, w, h]: Box, value: number): void {
  for (let row = Math.max(0, Math.round(y)); row < Math.min(height, y + h); row++) {
    const [from, to] = [clamp(Math.round(x), 0, width), clamp(Math.round(x + w), 0, width)];
    data.fill(value, (row * width + from) * 3, (row * width + to) * 3);
  }
}

export interface Seen extends Detection {
  readonly face: Face;
  readonly zones: readonly string[];
}

export interface Played {
  readonly steps: readonly Step[];
  /** What the finder gave, for other trackers. */
  readonly frames: readonly {
    readonly at: number;
    readonly truths: readonly Standing[];
    readonly detections: readonly Seen[];
  }[];
  readonly described: number;
  readonly describedMs: number;
}

/** The play before the real finder and tracker, as the camera program puts them together. */
export async function follow(
  play: Play,
  fps: number,
  people: readonly Person[],
  background: Raster,
  engine: FaceEngine,
): Promise<Played> {
  const { paint } = createPainter(play, people, background);
  const describer = createDescriber(engine);
  const tracker = createTracker<Seen>({ session: 'bench', sure: 0.5, lookDistance: describer.distance });
  const finder = createFinder({
    engine,
    search: 'auto',
    minFacePx: 18,
    minScore: 0.3,
    wideShare: 0.1,
    wideEveryMs: 500,
  });
  const { signal } = new AbortController();
  const frames: { at: number; truths: readonly Standing[]; detections: readonly Seen[] }[] = [];
  const steps: Step[] = [];
  let [described, describedMs] = [0, 0];
  for (let i = 0; i / fps <= play.seconds; i++) {
    const at = 1_000 + Math.round((i * 1000) / fps);
    const { raster, truths } = paint(i / fps);
    const frame = rasterFrame(raster, at);
    const faces = await finder.find(frame, tracker.expected(at), at, signal);
    const detections = faces.map((face): Seen => ({ box: face.box, score: face.score, face, zones: [] }));
    const unclear = tracker.unclear(detections, at);
    const began = performance.now();
    const looks = await describer.describe(unclear, frame, signal);
    described += unclear.length;
    describedMs += performance.now() - began;
    frames.push({ at, truths, detections });
    steps.push({ truths, said: saidBy(tracker.update(detections, at, looks)) });
  }
  return { steps, frames, described, describedMs };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
