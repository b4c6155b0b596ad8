// Little plays for trackers: who is where when, who covers whom, who looks away. Pure; the same seed gives the same play.

import type { Box } from '../src/domain.ts';
import { overlap } from '../src/camera/overlap.ts';
import type { Truth } from './tracking-metrics.ts';

/** Middle of the face and its height; null: not on the stage. */
export type Place = readonly [x: number, y: number, size: number] | null;

export interface Actor {
  readonly who: string;
  /** The nearer one covers the other. */
  readonly depth: number;
  place(t: number): Place;
  /** 1: looks into the camera; 0: turned away. */
  front?(t: number): number;
}

export interface Play {
  readonly name: string;
  readonly seconds: number;
  readonly actors: readonly Actor[];
  /** Walls and pillars in front of everybody. */
  readonly pillars?: readonly Box[];
  /** By how much the camera points elsewhere. */
  shake?(t: number): readonly [number, number];
  /** False faces a frame. */
  readonly falseRate?: number;
}

export interface Standing extends Truth {
  readonly depth: number;
  /** Of the face's area, 0 to 1. */
  readonly covered: number;
  readonly front: number;
}

export const STAGE = { width: 640, height: 360 } as const;
/** A face box is so wide; a head covers so much more than its face. */
const WIDE = 0.8;
const HEAD = 1.25;
/** So much of a face must be seen to say that it should be followed. */
const COVERED_MOST = 0.5;
const FRONT_LEAST = 0.5;

/** Everybody on the stage at this moment, the farthest first. */
export function standing(play: Play, t: number): readonly Standing[] {
  const [dx, dy] = play.shake?.(t) ?? [0, 0];
  const there = play.actors
    .flatMap((actor) => {
      const place = actor.place(t);
      if (!place) return [];
      const [x, y, size] = place;
      const box: Box = [x + dx - (size * WIDE) / 2, y + dy - size / 2, size * WIDE, size];
      return [{ who: actor.who, depth: actor.depth, box, front: actor.front?.(t) ?? 1 }];
    })
    .toSorted((a, b) => a.depth - b.depth);
  const pillars = (play.pillars ?? []).map(([x, y, w, h]): Box => [x + dx, y + dy, w, h]);
  return there.flatMap((one, i) => {
    const heads = there.slice(i + 1).map(({ box: [x, y, w, h] }): Box => {
      return [x - (w * (HEAD - 1)) / 2, y - (h * (HEAD - 1)) / 2, w * HEAD, h * HEAD];
    });
    const outside = 1 - inside(one.box, [0, 0, STAGE.width, STAGE.height]);
    if (outside >= 1) return [];
    const covered = Math.min(1, Math.max(outside, ...[...heads, ...pillars].map((other) => inside(one.box, other))));
    return [{ ...one, covered, hidden: covered > COVERED_MOST || one.front < FRONT_LEAST }];
  });
}

/** Share of `box` that lies in the other one. */
function inside(box: Box, other: Box): number {
  const both = overlap(box, other) * (box[2] * box[3] + other[2] * other[3]);
  // From intersection over union back to the intersection.
  return both / (1 + overlap(box, other)) / (box[2] * box[3]);
}

type Random = () => number;

const between = (random: Random, low: number, high: number): number => low + random() * (high - low);

/** Along a line at a constant speed, with a little sway; on the stage from `from` to `to`. */
function walk(random: Random, x: number, y: number, size: number, speed: number, from = 0, to = Infinity) {
  const [phase, sway] = [random() * 6, between(random, 0.02, 0.06) * size];
  return (t: number): Place => {
    if (t < from || t > to) return null;
    return [x + speed * (t - from), y + sway * Math.sin(6 * (t - from) + phase), size];
  };
}

/** Speeds in face heights a second: a stroll is 2 to 3, walking past close to the camera 6. */
export const PLAYS: Readonly<Record<string, (random: Random) => Omit<Play, 'name'>>> = {
  crossing(random) {
    const size = between(random, 48, 72);
    const speed = between(random, 1.6, 3) * size;
    const y = between(random, 130, 200);
    const gap = between(random, -0.35, 0.35) * size;
    return {
      seconds: 640 / speed,
      actors: [
        { who: 'a', depth: 1, place: walk(random, 20, y, size, speed) },
        { who: 'b', depth: 2, place: walk(random, 620, y + gap, size * between(random, 0.9, 1.1), -speed) },
      ],
    };
  },
  'crossing, unequal speeds'(random) {
    const size = between(random, 44, 64);
    const speed = between(random, 2.5, 4) * size;
    const y = between(random, 130, 200);
    return {
      seconds: 620 / speed,
      actors: [
        { who: 'quick', depth: 1, place: walk(random, 10, y, size, speed) },
        { who: 'slow', depth: 2, place: walk(random, 380, y + between(random, -0.3, 0.3) * size, size, -0.25 * speed) },
      ],
    };
  },
  overtaking(random) {
    const size = between(random, 48, 64);
    const slow = between(random, 0.8, 1.4) * size;
    const y = between(random, 140, 200);
    return {
      seconds: 5,
      actors: [
        { who: 'quick', depth: 1, place: walk(random, 20, y, size, slow * 2.2) },
        { who: 'slow', depth: 2, place: walk(random, 150, y + between(random, -0.25, 0.25) * size, size * 1.1, slow) },
      ],
    };
  },
  'hidden 0.3 s': (random) => hiddenFor(random, 0.3),
  'hidden 0.8 s': (random) => hiddenFor(random, 0.8),
  'hidden 1.5 s': (random) => hiddenFor(random, 1.5),
  'behind a pillar'(random) {
    const size = between(random, 44, 60);
    const speed = between(random, 1.4, 2.4) * size;
    const [first, second] = [walk(random, 30, 170, size, speed), walk(random, 610, 180, size * 0.95, -speed)];
    return {
      seconds: 600 / speed,
      pillars: [[320 - 0.5 * size, 0, size * between(random, 1.2, 2), 360]],
      actors: [
        { who: 'a', depth: 1, place: first },
        { who: 'b', depth: 2, place: second },
      ],
    };
  },
  'three together'(random) {
    const size = between(random, 40, 60);
    const speed = between(random, 0.7, 1.6) * size;
    const apart = between(random, 1, 1.4) * size;
    return {
      seconds: 5,
      actors: ['a', 'b', 'c'].map((who, i) => {
        const place = walk(random, 60 + i * apart, 150 + between(random, -0.3, 0.3) * size, size, speed);
        const [beat, sway] = [between(random, 1, 2), between(random, 0.1, 0.35) * size];
        return {
          who,
          depth: i,
          place: (t: number): Place => {
            const at = place(t);
            return at && [at[0] + sway * Math.sin(beat * t + i * 2), at[1], at[2]];
          },
        };
      }),
    };
  },
  'turning around'(random) {
    const size = between(random, 50, 80);
    const x = between(random, 150, 350);
    const away = between(random, 0.6, 1.6);
    const drift = between(random, -0.5, 0.5) * size;
    return {
      seconds: 5.5,
      actors: [
        {
          who: 'a',
          depth: 1,
          place: walk(random, x, 170, size, drift),
          front: (t) => (t > 2 && t < 2 + away ? 0 : t > 1.7 && t < 2.3 + away ? 0.55 : 1),
        },
        { who: 'b', depth: 2, place: walk(random, x + 2 * size, 180, size, drift * 0.8) },
      ],
    };
  },
  'one leaves, one enters'(random) {
    const size = between(random, 48, 70);
    const speed = between(random, 1.4, 2.2) * size;
    const out = 200 / speed;
    const pause = between(random, 0.6, 1.4);
    const y = between(random, 140, 200);
    return {
      seconds: out + pause + 2.5,
      actors: [
        { who: 'a', depth: 1, place: walk(random, 460, y, size, speed, 0, out + 0.5) },
        { who: 'b', depth: 1, place: walk(random, 660, y + between(random, -6, 6), size, -speed, out + pause) },
      ],
    };
  },
  'towards the camera'(random) {
    const x = between(random, 200, 440);
    const near = grow(26, between(random, 110, 150), 4);
    const far = between(random, 34, 44);
    return {
      seconds: 5,
      actors: [
        { who: 'far', depth: 1, place: walk(random, x - 110, 120, far, between(random, 0.6, 1) * far) },
        { who: 'near', depth: 2, place: (t) => [x + 8 * Math.sin(2 * t), 110 + 16 * t, near(t)] },
      ],
    };
  },
  'camera shakes'(random) {
    const size = between(random, 44, 64);
    const speed = between(random, 0.8, 1.5) * size;
    const jolts = Array.from({ length: 6 }, () => [
      random() * 6,
      between(random, -0.9, 0.9),
      between(random, -0.6, 0.6),
    ]);
    const [fx, fy] = [between(random, 2, 4), between(random, 2, 4)];
    return {
      seconds: 5,
      shake(t) {
        const jolted = jolts.filter(([from = 0]) => t > from);
        const jx = jolted.reduce((sum, [, x = 0]) => sum + x, 0);
        const jy = jolted.reduce((sum, [, , y = 0]) => sum + y, 0);
        return [size * (0.25 * Math.sin(fx * 6.3 * t) + jx * 0.5), size * (0.2 * Math.sin(fy * 6.3 * t) + jy * 0.5)];
      },
      actors: [
        { who: 'a', depth: 1, place: walk(random, 150, 170, size, speed) },
        { who: 'b', depth: 2, place: walk(random, 150 + 1.8 * size, 180, size, speed * 0.9) },
        { who: 'c', depth: 3, place: walk(random, 500, 190, size, -speed) },
      ],
    };
  },
  'small faces'(random) {
    return {
      seconds: 6,
      falseRate: 0.1,
      actors: ['a', 'b', 'c', 'd'].map((who, i) => {
        const size = between(random, 24, 40);
        const speed = between(random, 1, 2.5) * size * (i % 2 === 0 ? 1 : -1);
        return { who, depth: size, place: walk(random, i % 2 === 0 ? 180 : 460, 120 + i * 22, size, speed) };
      }),
    };
  },
  'false detections'(random) {
    const size = between(random, 48, 70);
    const speed = between(random, 1, 2) * size;
    return {
      seconds: 5,
      falseRate: 0.5,
      actors: [
        { who: 'a', depth: 1, place: walk(random, 60, 150, size, speed) },
        { who: 'b', depth: 2, place: walk(random, 560, 190, size, -speed) },
      ],
    };
  },
  crowd(random) {
    return {
      seconds: 6,
      actors: Array.from({ length: 12 }, (_, i) => {
        const size = between(random, 34, 52);
        const [x, y] = [60 + (i % 6) * 100 + between(random, -25, 25), 110 + Math.floor(i / 6) * 110];
        const [ax, fx, phase] = [between(random, 10, 60), between(random, 0.4, 1.2), random() * 6];
        return {
          who: `p${i}`,
          depth: y + size + i / 100,
          place: (t: number): Place => [x + ax * Math.sin(fx * t + phase), y + 12 * Math.sin(0.7 * t + i), size],
        };
      }),
    };
  },
};

/** Comes nearer at a constant walk: the size grows by the same factor in the same time, to its largest at `seconds`. */
function grow(from: number, to: number, seconds: number): (t: number) => number {
  return (t) => from * (to / from) ** Math.min(t / seconds, 1);
}

/** One passes behind somebody larger who stands or strolls: the face is gone for about so long. */
function hiddenFor(random: Random, seconds: number): Omit<Play, 'name'> {
  const [back, front] = [between(random, 46, 60), between(random, 84, 110)];
  const speed = between(random, 1.4, 2.4) * back;
  // Hidden while more than half of it lies behind the head in front.
  const relative = (front * WIDE * HEAD) / seconds;
  const frontSpeed = speed - relative;
  const y = between(random, 150, 200);
  // They meet in the middle of the play.
  const meet = between(random, 1.8, 2.4);
  const x = between(random, 240, 320);
  return {
    seconds: meet * 2 + 0.5,
    actors: [
      { who: 'back', depth: 1, place: walk(random, x - speed * meet, y, back, speed) },
      {
        who: 'front',
        depth: 2,
        place: walk(random, x - frontSpeed * meet, y + between(random, -10, 10), front, frontSpeed),
      },
    ],
  };
}

/** So many people walk past, one after the other, in about 2.5 s each and 1.5 s apart; the last two meet. */
export function oneByOne(count: number, random: Random): Play {
  const actors = Array.from({ length: count }, (_, i): Actor => {
    const size = between(random, 60, 84);
    const meets = i === count - 1;
    const speed = meets ? -270 : between(random, 250, 290);
    const from = 0.5 + (meets ? count - 2 : i) * 4;
    const y = between(random, 120, 220) + (meets ? 20 : 0);
    return { who: `p${i}`, depth: i, place: walk(random, speed > 0 ? -50 : 690, y, size, speed, from, from + 3) };
  });
  return { name: 'one by one', seconds: (count - 1) * 4 + 1, actors };
}

export function playOf(name: string, random: Random): Play {
  const make = PLAYS[name];
  if (!make) throw new Error(`There is no play "${name}".`);
  return { name, ...make(random) };
}
