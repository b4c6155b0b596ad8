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
