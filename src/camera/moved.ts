// Where something has moved between two grey pictures: the part that is worth a thorough search.

import type { Box } from '../domain.ts';
import type { Luma } from './frame.ts';

/** As in motion.ts: grey levels that a cell must change by. */
const LEVEL = 7;
/** Cells that are added around what has changed: a face is often above the part that moves. */
const AROUND = 4;

/** The area around all that has changed, each number from 0 to 1 of the picture; null when nothing has. Different sizes: all. */
export function movedArea(before: Luma, luma: Luma): Box | null {
  const { width, height, data } = luma;
  if (before.width !== width || before.height !== height) return [0, 0, 1, 1];
  let shift = 0;
  for (let i = 0; i < data.length; i++) shift += (data[i] as number) - (before.data[i] as number);
  shift /= data.length;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (Math.abs((data[i] as number) - (before.data[i] as number) - shift) <= LEVEL) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (right < 0) return null;
  left = Math.max(0, left - AROUND) / width;
  top = Math.max(0, top - AROUND) / height;
  right = Math.min(width, right + 1 + AROUND) / width;
  bottom = Math.min(height, bottom + 1 + AROUND) / height;
  return [left, top, right - left, bottom - top];
}
