// Which of a photo's faces the photo is about.

import type { Face } from './domain.ts';

/** The face that the photo is about: large and near the middle (the protocols' photos are centred on it). */
export function mainFace(faces: readonly Face[], width: number, height: number): Face | null {
  let best: Face | null = null;
  let bestScore = -Infinity;
  for (const face of faces) {
    const [x, y, w, h] = face.box;
    const off = Math.hypot((x + w / 2) / width - 0.5, (y + h / 2) / height - 0.5);
    const score = Math.sqrt(w * h) * (1 - off);
    if (score > bestScore) [best, bestScore] = [face, score];
  }
  return best;
}

/** So many times larger (in area) than the next face is clearly the one meant: twice as wide and high. */
const DOMINANT = 4;

/** The face of a photo that is to show one person: the largest, if no other one could be meant. */
export function onlyFace(faces: readonly Face[]): Face | null {
  const [first, second] = faces.toSorted((a, b) => areaOf(b) - areaOf(a));
  return first && (!second || areaOf(first) >= DOMINANT * areaOf(second)) ? first : null;
}

export function areaOf({ box }: Face): number {
  return box[2] * box[3];
}
