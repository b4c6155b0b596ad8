// Which shots of a stranger are shown: good ones that do not all look the same.

import { squaredBetween, unitLength } from '../distance.ts';
import type { StrangerShot } from '../stranger-port.ts';

export const MOST_SHOTS = 6;
/** Between two shots of which one has no template: as far as two of one person mostly are. */
const USUAL = 0.5;
/** Nearer ones are the same moment twice. */
const SAME = 0.05;

/** The best one first, then always the one whose quality times distance to those that are chosen is largest. */
export function chooseShots(shots: readonly StrangerShot[], most = MOST_SHOTS): readonly StrangerShot[] {
  const [best, ...others] = shots.toSorted((a, b) => b.quality - a.quality);
  if (!best) return [];
  const chosen = [best];
  const left = new Map(others.map((shot) => [shot, distance(shot, best)]));
  while (chosen.length < most) {
    let next: StrangerShot | undefined;
    let largest = 0;
    for (const [shot, far] of left) {
      if (far < SAME) continue;
      const worth = (shot.quality + 0.1) * far;
      if (worth > largest) [next, largest] = [shot, worth];
    }
    if (!next) break;
    chosen.push(next);
    left.delete(next);
    for (const [shot, far] of left) left.set(shot, Math.min(far, distance(shot, next)));
  }
  return chosen;
}

function distance(a: StrangerShot, b: StrangerShot): number {
  if (a.vector === null || b.vector === null || a.vector.length !== b.vector.length) return USUAL;
  return Math.sqrt(squaredBetween(unitLength(a.vector), unitLength(b.vector)));
}
