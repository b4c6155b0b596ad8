// When the camera itself is pushed, all faces jump together: the jump that most of them agree on is taken from where they are
// expected, so that nobody is mistaken for a neighbour.

import type { Box } from '../domain.ts';
import { away, sizeOf } from './affinity.ts';

/** Face sizes. */
const FARTHEST = 2.5;
const AGREE = 0.25;
/** Where as many agree on standing still, only a jump that cannot reach the neighbour. */
const SMALL = 0.5;
/** More faces do not make it surer, only slower. */
const FACES_MOST = 12;

/** `expected`: where tracks in sight should be. [0, 0] unless at least two faces agree on more than nothing. */
export function commonShift(expected: readonly Box[], found: readonly Box[]): readonly [number, number] {
  if (expected.length < 2 || found.length < 2) return [0, 0];
  const some = expected.slice(0, FACES_MOST);
  const still = support(some, found, 0, 0, 0.6);
  let best = still;
  let shift: readonly [number, number] = [0, 0];
  for (const box of some) {
    for (const other of found) {
      if (!alike(box, other) || away(box, other) > FARTHEST) continue;
      const [dx, dy] = [middleX(other) - middleX(box), middleY(other) - middleY(box)];
      const supported = support(some, found, dx, dy);
      if (supported.faces < 2 || !isBetter(supported, best)) continue;
      best = supported;
      shift = [supported.dx, supported.dy];
    }
  }
  if (best.faces > still.faces) return shift;
  const size = sizeOf(some[0] ?? [0, 0, 1, 1]);
  return Math.hypot(...shift) < SMALL * size && best.error < still.error / 2 ? shift : [0, 0];
}

interface Support {
  readonly faces: number;
  readonly error: number;
  /** Mean jump of those who agree. */
  readonly dx: number;
  readonly dy: number;
}

function isBetter(a: Support, b: Support): boolean {
  return a.faces > b.faces || (a.faces === b.faces && a.error < b.error);
}

/** How many of the tracks find a face where they would be after this jump. */
function support(expected: readonly Box[], found: readonly Box[], dx: number, dy: number, within = AGREE): Support {
  const taken = new Set<Box>();
  let [faces, error, sx, sy] = [0, 0, 0, 0];
  for (const [x, y, w, h] of expected) {
    const there: Box = [x + dx, y + dy, w, h];
    let nearest: Box | undefined;
    let least = within;
    for (const box of found) {
      if (taken.has(box) || !alike(there, box)) continue;
      const distance = away(there, box);
      if (distance < least) [nearest, least] = [box, distance];
    }
    if (!nearest) continue;
    taken.add(nearest);
    faces++;
    error += least;
    sx += middleX(nearest) - x - w / 2;
    sy += middleY(nearest) - y - h / 2;
  }
  return { faces, error: error / Math.max(faces, 1), dx: sx / Math.max(faces, 1), dy: sy / Math.max(faces, 1) };
}

function alike(a: Box, b: Box): boolean {
  return Math.abs(Math.log(sizeOf(a) / sizeOf(b))) < 0.35;
}

function middleX(box: Box): number {
  return box[0] + box[2] / 2;
}

function middleY(box: Box): number {
  return box[1] + box[3] / 2;
}
