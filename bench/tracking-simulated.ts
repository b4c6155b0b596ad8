// A detector that is made up: it trembles, misses for a while, doubts half-covered faces and sees some that are not there.

import type { Box } from '../src/domain.ts';
import { overlap } from '../src/camera/overlap.ts';
import { seeded } from './random.ts';
import type { Detection } from './tracking-rivals.ts';
import { playOf, STAGE, standing, type Standing } from './tracking-scenes.ts';

export interface SimulatedFace extends Detection {
  /** What a network would say of the look of this face. */
  readonly look: Float32Array;
}

export interface SimulatedFrame {
  readonly at: number;
  readonly truths: readonly Standing[];
  readonly detections: readonly SimulatedFace[];
}

/** Shares of a face's size. */
const TREMBLE = 0.05;
const TREMBLE_COVERED = 0.12;
/** Misses come in runs: begun so often a second, so long on average. */
const RUNS = 0.25;
const RUN_SECONDS = 0.3;
const MISSED = 0.03;
const FALSE_RATE = 0.04;
/** Two faces that overlap so much come out of a detector as one. */
const SUPPRESSED = 0.4;
/** Distances of looks as bench/tracking.ts measures them between faces in motion: two of the same and two strangers. */
const DIMENSIONS = 32;
const SAME_LOOK = 0.3;
const OTHER_LOOK = 0.76;

export function simulate(name: string, fps: number, seed: number): readonly SimulatedFrame[] {
  const random = seeded(seed * 1_000 + 17);
  const play = playOf(name, random);
  const blindUntil = new Map<string, number>();
  const looks = new Map(play.actors.map(({ who }) => [who, direction(random, OTHER_LOOK / Math.SQRT2)]));
  const frames: SimulatedFrame[] = [];

  function detect(one: Standing, t: number): SimulatedFace[] {
    const { who, box, covered, front } = one;
    if (t < (blindUntil.get(who) ?? 0)) return [];
    if (random() < RUNS / fps) blindUntil.set(who, t - Math.log(1 - random()) * RUN_SECONDS);
    if (random() < MISSED || front < 0.1) return [];
    if (covered > 0.8 || (covered > 0.5 && random() > 0.3)) return [];
    const small = Math.max(0, (40 - box[3]) / 40);
    const score = Math.min(0.99, 0.92 - 0.5 * covered - 0.45 * (1 - front) - 0.4 * small + 0.07 * gauss(random));
    if (score < 0.3) return [];
    const noise = covered > 0.2 ? TREMBLE_COVERED : TREMBLE;
    const away = SAME_LOOK / Math.SQRT2;
    const worse = 1 + covered + small;
    const noiseOfLook = direction(random, away * worse);
    const look = looks.get(who)?.map((value, i) => value + (noiseOfLook[i] ?? 0));
    return look ? [{ box: trembled(box, noise), score, look }] : [];
  }

  function trembled([x, y, w, h]: Box, share: number): Box {
    const size = h * Math.exp(share * gauss(random));
    const wide = (w / h) * size;
    const [dx, dy] = [share * h * gauss(random), share * h * gauss(random)];
    return [x + w / 2 + dx - wide / 2, y + h / 2 + dy - size / 2, wide, size];
  }

  function falseFaces(): SimulatedFace[] {
    if (random() > (play.falseRate ?? FALSE_RATE)) return [];
    const size = 24 + random() * 50;
    const box: Box = [random() * (STAGE.width - size), random() * (STAGE.height - size), size * 0.8, size];
    return [{ box, score: 0.3 + 0.35 * random(), look: direction(random, OTHER_LOOK / Math.SQRT2) }];
  }

  for (let i = 0; i / fps <= play.seconds; i++) {
    const t = i / fps;
    const truths = standing(play, t);
    const found = [...truths.flatMap((one) => detect(one, t)), ...falseFaces()];
    frames.push({ at: 1_000 + Math.round(t * 1000), truths, detections: unsuppressed(found) });
  }
  return frames;
}

function unsuppressed(found: readonly SimulatedFace[]): SimulatedFace[] {
  const kept: SimulatedFace[] = [];
  for (const one of found.toSorted((a, b) => b.score - a.score)) {
    if (!kept.some(({ box }) => overlap(box, one.box) > SUPPRESSED)) kept.push(one);
  }
  return kept;
}

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function direction(random: () => number, length: number): Float32Array {
  const numbers = Float32Array.from({ length: DIMENSIONS }, () => gauss(random));
  const norm = Math.hypot(...numbers);
  return numbers.map((value) => (value * length) / norm);
}
