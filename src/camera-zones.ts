// Where in the picture faces count, and which zones have a name: polygons that include, that exclude, that are named, corners from 0 to 1
// of the picture.

import type { NamedZones, Polygons } from './camera-settings.ts';
import type { Box, Point } from './domain.ts';
import { KithError } from './errors.ts';

export interface ZoneSettings {
  readonly include: Polygons;
  readonly exclude: Polygons;
  readonly zones: NamedZones;
}

export interface Zones {
  /** The centre of the box decides. Without polygons everything counts. */
  counts(box: Box, width: number, height: number): boolean;
  /** Names of the zones that the centre of the box is in, each once. */
  names(box: Box, width: number, height: number): readonly string[];
  /** Which cells of a grid over the picture have to do with what counts (1), row by row; null: all. */
  readonly mask: (columns: number, rows: number) => Uint8Array | null;
}

type Corners = readonly Point[];

/** Smaller is no zone but a slip: the share that one pixel has of a picture of 1000 × 1000. */
const LEAST_AREA = 1e-6;
const FLAT = 1e-9;

/** KithError `invalid` that names the key and the polygon (the first one is 1). `where` stands before the key. */
export function checkZones({ include, exclude, zones }: ZoneSettings, where = ''): void {
  const named = zones.map(({ polygon }) => polygon);
  for (const [key, polygons] of Object.entries({ include, exclude, zones: named })) {
    for (const [index, polygon] of polygons.entries()) {
      const wrong = faultOf(polygon);
      if (wrong) throw new KithError('invalid', `"${where}${key}": polygon ${index + 1} ${wrong}.`);
    }
  }
}

/** What is wrong with a polygon, as the end of a sentence; null: nothing. */
export function faultOf(polygon: Corners): string | null {
  const outside = polygon.findIndex(([x, y]) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1));
  if (outside >= 0) {
    return `has a corner outside of the picture (corner ${outside + 1}): x and y go from 0 (left, top) to 1 (right, bottom)`;
  }
  const corners = withoutRepeats(polygon);
  if (new Set(corners.map(String)).size < 3) return 'has fewer than three different corners';
  const [first] = corners;
  const flat = corners.every((b, i) => first && Math.abs(turn(first, b, corners[i + 1] ?? first)) < FLAT);
  if (flat) return 'has no area: all its corners lie on one line';
  const crossing = crossingOf(corners);
  if (crossing) {
    const [a, b] = crossing;
    return `crosses or touches itself between ${textOf(a)} and ${textOf(b)}: give its corners in the order around it`;
  }
  return areaOf(corners) < LEAST_AREA ? 'has no area' : null;
}

/** Many programs give the first corner again at the end. */
function withoutRepeats(polygon: Corners): Corners {
  return polygon.filter(([x, y], i) => {
    const before = polygon.at(i - 1);
    return !before || before[0] !== x || before[1] !== y;
  });
}

/** The beginnings of two sides that meet where they should not. */
function crossingOf(corners: Corners): readonly [Point, Point] | null {
  const n = corners.length;
  const at = (i: number): Point => corners[i % n] ?? [0, 0];
  for (let i = 0; i < n; i++) {
    // A side that goes back over the one before it.
    if (Math.abs(turn(at(i), at(i + 1), at(i + 2))) < FLAT && along(at(i), at(i + 1), at(i + 2)) < 0) {
      return [at(i), at(i + 1)];
    }
    for (let j = i + 2; j < n; j++) {
      if (j + 1 === n && i === 0) continue;
      if (meet(at(i), at(i + 1), at(j), at(j + 1))) return [at(i), at(j)];
    }
  }
  return null;
}

/** Twice the signed area of the triangle. */
function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]);
}

/** Negative where b → c goes against a → b. */
function along(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]);
}

function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const [s1, s2, s3, s4] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)].map((value) =>
    Math.abs(value) < FLAT ? 0 : Math.sign(value),
  );
  if (s1 !== s2 && s3 !== s4) return true;
  // On one line: they meet where an end of one lies on the other.
  return (
    (s1 === 0 && on(a, b, c)) || (s2 === 0 && on(a, b, d)) || (s3 === 0 && on(c, d, a)) || (s4 === 0 && on(c, d, b))
  );
}

function on(a: Point, b: Point, p: Point): boolean {
  const inside = (axis: 0 | 1) => p[axis] >= Math.min(a[axis], b[axis]) && p[axis] <= Math.max(a[axis], b[axis]);
  return inside(0) && inside(1);
}

function areaOf(corners: Corners): number {
  let twice = 0;
  for (const [i, [x, y]] of corners.entries()) {
    const [px, py] = corners.at(i - 1) ?? [0, 0];
    twice += px * y - x * py;
  }
  return Math.abs(twice) / 2;
}

function textOf([x, y]: Point): string {
  return `[${x}, ${y}]`;
}

export function createZones({ include, exclude, zones }: ZoneSettings): Zones {
  const everywhere = include.length === 0 && exclude.length === 0;
  let kept: { columns: number; rows: number; cells: Uint8Array } | undefined;

  function isIn(x: number, y: number): boolean {
    if (include.length > 0 && !include.some((polygon) => holds(polygon, x, y))) return false;
    return !exclude.some((polygon) => holds(polygon, x, y));
  }

  return {
    counts([x, y, w, h], width, height) {
      // A box may reach over the edge, also with its centre: then the edge decides.
      return everywhere || isIn(inPicture((x + w / 2) / width), inPicture((y + h / 2) / height));
    },
    names([x, y, w, h], width, height) {
      if (zones.length === 0) return [];
      const [u, v] = [inPicture((x + w / 2) / width), inPicture((y + h / 2) / height)];
      return [...new Set(zones.filter(({ polygon }) => holds(polygon, u, v)).map(({ name }) => name))];
    },
    mask(columns, rows) {
      if (everywhere) return null;
      if (kept?.columns !== columns || kept.rows !== rows)
        kept = { columns, rows, cells: cellsOf(isIn, columns, rows) };
      return kept.cells;
    },
  };
}

/** A cell matters when any of 5 × 5 points of it counts. A zone that is thinner than that (1/5 of a cell) gets lost, but no
 * face is that small. */
function cellsOf(isIn: (x: number, y: number) => boolean, columns: number, rows: number): Uint8Array {
  const cells = new Uint8Array(columns * rows);
  for (let cell = 0; cell < cells.length; cell++) {
    for (let point = 0; point < 25 && cells[cell] === 0; point++) {
      const x = ((cell % columns) + ((point % 5) + 0.5) / 5) / columns;
      const y = (Math.floor(cell / columns) + (Math.floor(point / 5) + 0.5) / 5) / rows;
      if (isIn(x, y)) cells[cell] = 1;
    }
  }
  return cells;
}

function inPicture(share: number): number {
  return Math.min(1 - 1e-6, Math.max(1e-6, share));
}

/** Even-odd rule. */
function holds(polygon: Corners, x: number, y: number): boolean {
  let inside = false;
  for (const [i, [ax, ay]] of polygon.entries()) {
    const [bx, by] = polygon.at(i - 1) ?? [0, 0];
    if (ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)) inside = !inside;
  }
  return inside;
}
