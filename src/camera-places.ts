// Where in the picture something is, in words, out of the cells of the figures.

import { GRID } from './camera-port.ts';

const NAMES = [
  ['upper left', 'top', 'upper right'],
  ['left', 'middle', 'right'],
  ['lower left', 'bottom', 'lower right'],
] as const;

export type Place = (typeof NAMES)[number][number];

/** `x`, `y` from 0 to 1. */
export function placeOf(x: number, y: number): Place {
  return NAMES[third(y)][third(x)];
}

function third(value: number): 0 | 1 | 2 {
  return value < 1 / 3 ? 0 : value < 2 / 3 ? 1 : 2;
}

/** "at the top", "in the middle", "on the left", "at the upper left". */
export function at(place: Place): string {
  if (place === 'middle') return 'in the middle';
  if (place === 'left' || place === 'right') return `on the ${place}`;
  return `at the ${place}`;
}

/** Shares of the nine places, most first, those with less than `least` left out. */
export function placesOf(cells: readonly number[], least: number): { place: Place; share: number }[] {
  const total = cells.reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const sums = new Map<Place, number>();
  for (const [index, count] of cells.entries()) {
    const place = placeOf(
      ((index % GRID.columns) + 0.5) / GRID.columns,
      (Math.floor(index / GRID.columns) + 0.5) / GRID.rows,
    );
    sums.set(place, (sums.get(place) ?? 0) + count);
  }
  return [...sums]
    .map(([place, sum]) => ({ place, share: sum / total }))
    .filter(({ share }) => share > 0 && share >= least)
    .toSorted((a, b) => b.share - a.share);
}

/** Part of the picture (0 to 1) that the cells with something in them span. */
export function spanOf(cells: readonly number[]): number {
  let [left, right, top, bottom]: [number, number, number, number] = [GRID.columns, -1, GRID.rows, -1];
  for (const [index, count] of cells.entries()) {
    if (count === 0) continue;
    const column = index % GRID.columns;
    const row = Math.floor(index / GRID.columns);
    [left, right, top, bottom] = [
      Math.min(left, column),
      Math.max(right, column),
      Math.min(top, row),
      Math.max(bottom, row),
    ];
  }
  return right < 0 ? 0 : ((right - left + 1) * (bottom - top + 1)) / (GRID.columns * GRID.rows);
}
