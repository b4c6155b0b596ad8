// How well faces were followed. CLEAR MOT: Bernardin and Stiefelhagen, "Evaluating Multiple Object Tracking Performance", 2008.
// Mostly tracked and lost: Li, Huang and Nevatia, 2009. IDF1: Ristani et al., "Performance Measures and a Data Set for
// Multi-Target, Multi-Camera Tracking", 2016.

import type { Box } from '../src/domain.ts';
import { assign } from '../src/camera/assignment.ts';
import { overlap } from '../src/camera/overlap.ts';

/** Who really is in a frame. `hidden` ones are there but hardly to be seen: following them is neither right nor wrong. */
export interface Truth {
  readonly who: string;
  readonly box: Box;
  readonly hidden: boolean;
}

/** Whom a tracker says it sees. */
export interface Said {
  readonly id: string;
  readonly box: Box;
}

export interface Step {
  readonly truths: readonly Truth[];
  readonly said: readonly Said[];
}

/** Sums, so that sequences can be added up. */
export interface Counts {
  /** Visible faces, all frames. */
  readonly faces: number;
  readonly said: number;
  readonly misses: number;
  readonly falsely: number;
  /** Identity switches: a face is followed by another track than the last time. */
  readonly switches: number;
  /** A followed face was lost for a while, by whatever track it is followed then. */
  readonly fragmentations: number;
  /** Tracks that followed two people for at least two frames each: the worst for a log, which takes them for one visit. */
  readonly mixed: number;
  readonly people: number;
  readonly mostlyTracked: number;
  readonly mostlyLost: number;
  /** Frames that are right under the best pairing of whole tracks with whole people (IDTP). */
  readonly rightly: number;
}

/** A box is right when it overlaps so much with the truth. MOT uses 0.5 for whole bodies; of a face of 30 pixels 0.4 is a detector's
 * usual trembling. */
const SAME = 0.4;

export function countSteps(steps: readonly Step[]): Counts {
  const lastIdOf = new Map<string, string>();
  const followed = new Map<string, { frames: number; seen: number; lost: boolean }>();
  const framesOf = new Map<string, Map<string, number>>();
  let [faces, said, misses, falsely, switches, fragmentations] = [0, 0, 0, 0, 0, 0];
  for (const { truths, said: all } of steps) {
    const visible = truths.filter(({ hidden }) => !hidden);
    const pairs = pairUp(visible, all, lastIdOf);
    const matched = new Set(pairs.values());
    const rest = all.filter((one) => !matched.has(one));
    const excused = rest.filter(({ box }) => truths.some((truth) => truth.hidden && overlap(truth.box, box) >= SAME));
    faces += visible.length;
    said += all.length - excused.length;
    misses += visible.length - pairs.size;
    falsely += rest.length - excused.length;
    for (const { who } of visible) {
      const life = followed.get(who) ?? { frames: 0, seen: 0, lost: false };
      followed.set(who, life);
      life.frames++;
      const one = pairs.get(who);
      if (!one) {
        life.lost = true;
        continue;
      }
      if (life.lost && life.seen > 0) fragmentations++;
      life.lost = false;
      life.seen++;
      const before = lastIdOf.get(who);
      if (before !== undefined && before !== one.id) switches++;
      lastIdOf.set(who, one.id);
      const people = framesOf.get(one.id) ?? new Map<string, number>();
      framesOf.set(one.id, people);
      people.set(who, (people.get(who) ?? 0) + 1);
    }
  }
  const lives = [...followed.values()];
  return {
    faces,
    said,
    misses,
    falsely,
    switches,
    fragmentations,
    mixed: [...framesOf.values()].filter((people) => [...people.values()].filter((n) => n > 1).length > 1).length,
    people: lives.length,
    mostlyTracked: lives.filter(({ frames, seen }) => seen >= 0.8 * frames).length,
    mostlyLost: lives.filter(({ frames, seen }) => seen < 0.2 * frames).length,
    rightly: rightFrames(steps),
  };
}

/** Who is followed by which box in this frame: pairs of the frame before stay where they still overlap (step 1 of CLEAR MOT). */
function pairUp(
  visible: readonly Truth[],
  said: readonly Said[],
  lastIdOf: ReadonlyMap<string, string>,
): Map<string, Said> {
  const pairs = new Map<string, Said>();
  for (const { who, box } of visible) {
    const one = said.find(({ id }) => id === lastIdOf.get(who));
    if (one && overlap(one.box, box) >= SAME && ![...pairs.values()].includes(one)) pairs.set(who, one);
  }
  const truths = visible.filter(({ who }) => !pairs.has(who));
  const free = said.filter((one) => ![...pairs.values()].includes(one));
  const costs = Float64Array.from(truths.flatMap(({ box }) => free.map((one) => 1 - overlap(one.box, box))));
  for (const [row, column] of assign(costs, truths.length, free.length, 1 - SAME).entries()) {
    const [truth, one] = [truths[row], free[column]];
    if (truth && one) pairs.set(truth.who, one);
  }
  return pairs;
}

/** IDTP: tracks and people are paired once for the whole sequence so that the most frames are right. */
function rightFrames(steps: readonly Step[]): number {
  const together = new Map<string, Map<string, number>>();
  for (const { truths, said } of steps) {
    for (const { who, box, hidden } of truths) {
      if (hidden) continue;
      for (const one of said) {
        if (overlap(one.box, box) < SAME) continue;
        const row = together.get(who) ?? new Map<string, number>();
        together.set(who, row);
        row.set(one.id, (row.get(one.id) ?? 0) + 1);
      }
    }
  }
  const people = [...together.values()];
  const ids = [...new Set(people.flatMap((row) => [...row.keys()]))];
  const costs = Float64Array.from(people.flatMap((row) => ids.map((id) => -(row.get(id) ?? -Infinity))));
  const columns = assign(costs, people.length, ids.length, 0);
  return people.reduce((sum, row, i) => sum + (row.get(ids[columns[i] ?? -1] ?? '') ?? 0), 0);
}

export function addUp(all: readonly Counts[]): Counts {
  const sum = (pick: (counts: Counts) => number): number => all.reduce((total, counts) => total + pick(counts), 0);
  return {
    faces: sum(({ faces }) => faces),
    said: sum(({ said }) => said),
    misses: sum(({ misses }) => misses),
    falsely: sum(({ falsely }) => falsely),
    switches: sum(({ switches }) => switches),
    fragmentations: sum(({ fragmentations }) => fragmentations),
    mixed: sum(({ mixed }) => mixed),
    people: sum(({ people }) => people),
    mostlyTracked: sum(({ mostlyTracked }) => mostlyTracked),
    mostlyLost: sum(({ mostlyLost }) => mostlyLost),
    rightly: sum(({ rightly }) => rightly),
  };
}

/** 1 − (misses + false ones + switches) / faces. */
export function mota({ misses, falsely, switches, faces }: Counts): number {
  return 1 - (misses + falsely + switches) / Math.max(faces, 1);
}

/** 2·IDTP / (2·IDTP + IDFP + IDFN). */
export function idf1({ rightly, faces, said }: Counts): number {
  return (2 * rightly) / Math.max(faces + said, 1);
}
