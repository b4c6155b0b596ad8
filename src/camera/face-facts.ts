// From every look at every face to what they have in common: from where they are seen, what blurs them, who never moves.

import type { FaceFacts, FixedFace } from '../camera-examination.ts';
import type { Box, Pose, Quality, QualityReason } from '../domain.ts';
import { USABLE, whyUnusable } from '../usable.ts';
import { overlap } from './overlap.ts';

/** One look at one face. */
export interface FaceSample {
  readonly at: number;
  /** Shares of width and height of the picture. */
  readonly box: Box;
  /** Longer side, pixels of the full picture. */
  readonly px: number;
  readonly pose: Pose;
  readonly quality: Quality;
  /** Mean luminance of the picture then. */
  readonly around: number;
  /** Sides of the face a second; null at the first look. */
  readonly speed: number | null;
}

const SIDEWAYS_DEGREES = 25;
/** With 1/25 s of exposure a face is smeared over 3 % of its side at this speed. */
const MOVING_SPEED = 0.7;
/** Mean luminance of a face: between these the quality does not suffer. */
const DARK = 75;
const BRIGHT = 195;
/** A face this much darker than the picture stands before something bright. */
const BACKLIT = 0.65;
const EDGE = 0.005;
/** Eyes this far apart cost no quality at all, and none are told apart below 2 px (the ramp of the quality's size). */
const EYES_PX = { none: 2, full: 32 } as const;

const FIXED_SHARE = 0.6;
const FIXED_LOOKS = 8;
/** Different people who pass the same place leave it empty in between. */
const PRESENT = 0.5;
/** Standard deviation of the centre in sides of the face: somebody who sits still sways by three times as much. */
const UNMOVING = 0.03;
const MOST_PLACES = 500;

/** `looks`: how often somebody was looked for in these seconds. */
export function factsOf(samples: readonly FaceSample[], seconds: number, looks: number): FaceFacts {
  const blamed = new Map<QualityReason, FaceSample[]>();
  for (const sample of samples) {
    const reason = whyUnusable(sample.quality);
    if (reason !== null) blamed.set(reason, [...(blamed.get(reason) ?? []), sample]);
  }
  const by = (reason: QualityReason): readonly FaceSample[] => blamed.get(reason) ?? [];
  const small = by('size');
  return {
    pitch: median(samples.map(({ pose }) => pose.pitch)),
    yaw: median(samples.map(({ pose }) => pose.yaw)),
    toLeft: share(samples, ({ pose }) => pose.yaw < -SIDEWAYS_DEGREES),
    toRight: share(samples, ({ pose }) => pose.yaw > SIDEWAYS_DEGREES),
    luminance: median(samples.map(({ quality }) => quality.luminance)),
    turned: turnedOf(by('pose')),
    small: { px: median(small.map(({ px }) => px)), neededPx: median(small.map(neededPx)) },
    blurred: {
      moving: count(by('sharpness'), ({ speed }) => (speed ?? 0) >= MOVING_SPEED),
      still: count(by('sharpness'), ({ speed }) => (speed ?? 0) < MOVING_SPEED),
    },
    lit: litOf(by('light')),
    covered: { atEdge: count(by('occlusion'), isAtEdge), inside: count(by('occlusion'), (one) => !isAtEdge(one)) },
    fixed: fixedOf(samples, seconds, looks),
  };
}

function turnedOf(samples: readonly FaceSample[]): FaceFacts['turned'] {
  const turned = { up: 0, down: 0, left: 0, right: 0 };
  const degrees: number[] = [];
  for (const { pose } of samples) {
    // Heads turn to the side more easily than they nod, so the quality forgives less of a nod.
    const sideways = (Math.abs(pose.yaw) - 15) / 60 > (Math.abs(pose.pitch) - 20) / 55;
    if (sideways) turned[pose.yaw > 0 ? 'right' : 'left']++;
    else turned[pose.pitch > 0 ? 'up' : 'down']++;
    degrees.push(Math.abs(sideways ? pose.yaw : pose.pitch));
  }
  return { ...turned, degrees: median(degrees) };
}

/** How large this face would have to be to be usable, all else equal. */
function neededPx({ px, quality }: FaceSample): number {
  const span = EYES_PX.full - EYES_PX.none;
  const eyes = EYES_PX.none + span * quality.size;
  const others = quality.size > 0 ? quality.total / quality.size : 1;
  const enough = others > USABLE.total ? USABLE.total / others : 1;
  return px * ((EYES_PX.none + span * enough) / eyes);
}

function litOf(samples: readonly FaceSample[]): FaceFacts['lit'] {
  const lit = { dark: 0, backlit: 0, bright: 0, uneven: 0 };
  for (const { quality, around } of samples) {
    const { luminance } = quality;
    if (luminance > BRIGHT) lit.bright++;
    else if (luminance >= DARK) lit.uneven++;
    else if (luminance < around * BACKLIT) lit.backlit++;
    else lit.dark++;
  }
  return lit;
}

function isAtEdge({ box: [x, y, w, h] }: FaceSample): boolean {
  return x < EDGE || y < EDGE || x + w > 1 - EDGE || y + h > 1 - EDGE;
}

function fixedOf(samples: readonly FaceSample[], seconds: number, looks: number): FixedFace[] {
  const places: { box: Box; samples: FaceSample[] }[] = [];
  for (const sample of samples) {
    const place = places.find(({ box }) => overlap(box, sample.box) > 0.5);
    if (place) place.samples.push(sample);
    else if (places.length < MOST_PLACES) places.push({ box: sample.box, samples: [sample] });
  }
  const fixed: FixedFace[] = [];
  for (const { samples: here } of places) {
    const lasted = ((here.at(-1)?.at ?? 0) - (here[0]?.at ?? 0)) / 1000;
    if (here.length < Math.max(FIXED_LOOKS, looks * PRESENT) || lasted < Math.max(8, seconds * FIXED_SHARE)) continue;
    const usable = count(here, ({ quality }) => whyUnusable(quality) === null);
    const mean = (axis: 0 | 1 | 2 | 3): number => here.reduce((sum, { box }) => sum + box[axis], 0) / here.length;
    const box: Box = [mean(0), mean(1), mean(2), mean(3)];
    const sway = Math.max(
      deviation(here.map((one) => one.box[0] + one.box[2] / 2)) / box[2],
      deviation(here.map((one) => one.box[1] + one.box[3] / 2)) / box[3],
    );
    const unmoving = sway < UNMOVING;
    if (unmoving || usable === 0) fixed.push({ box, seconds: lasted, faces: here.length, usable, unmoving });
  }
  return fixed.toSorted((a, b) => b.faces - a.faces).slice(0, 5);
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function count<T>(values: readonly T[], is: (value: T) => boolean): number {
  return values.filter(is).length;
}

function share<T>(values: readonly T[], is: (value: T) => boolean): number {
  return values.length === 0 ? 0 : count(values, is) / values.length;
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? null;
}
