// Plane geometry of faces: similarity transforms (turn, scale, shift), boxes and their overlap. Pure numbers.

import type { Box, Point } from '../domain.ts';

/** x' = a·x − b·y + tx, y' = b·x + a·y + ty. Scale is hypot(a, b), the turn (clockwise, y points down) atan2(b, a). */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

export function apply(t: Similarity, [x, y]: Point): Point {
  return [t.a * x - t.b * y + t.tx, t.b * x + t.a * y + t.ty];
}

export function scaleOf(t: Similarity): number {
  return Math.hypot(t.a, t.b);
}

export function invert(t: Similarity): Similarity {
  const d = t.a * t.a + t.b * t.b;
  const a = t.a / d;
  const b = -t.b / d;
  return { a, b, tx: -(a * t.tx - b * t.ty), ty: -(b * t.tx + a * t.ty) };
}

/** First `first`, then `then`. */
export function compose(first: Similarity, then: Similarity): Similarity {
  return {
    a: then.a * first.a - then.b * first.b,
    b: then.b * first.a + then.a * first.b,
    tx: then.a * first.tx - then.b * first.ty + then.tx,
    ty: then.b * first.tx + then.a * first.ty + then.ty,
  };
}

/** The similarity without reflection that takes `from` to `to` with the least squared error: Umeyama 1991, which in the
 * plane is one division of complex numbers. Both lists have the same length, two points or more that differ. */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const [fx, fy] = meanPoint(from);
  const [gx, gy] = meanPoint(to);
  let re = 0;
  let im = 0;
  let norm = 0;
  for (const [i, p] of from.entries()) {
    const q = to[i];
    if (!q) throw new RangeError('fitSimilarity: the two lists differ in length');
    const px = p[0] - fx;
    const py = p[1] - fy;
    const qx = q[0] - gx;
    const qy = q[1] - gy;
    re += px * qx + py * qy;
    im += px * qy - py * qx;
    norm += px * px + py * py;
  }
  if (!(norm > 0)) throw new RangeError('fitSimilarity: the points are one and the same');
  const a = re / norm;
  const b = im / norm;
  return { a, b, tx: gx - (a * fx - b * fy), ty: gy - (b * fx + a * fy) };
}

/** The square of side `side` around `centre`, turned clockwise by `turn` radians, onto a `size` × `size` crop. */
export function squareCrop(centre: Point, side: number, turn: number, size: number): Similarity {
  const scale = size / side;
  const a = scale * Math.cos(turn);
  const b = -scale * Math.sin(turn);
  return {
    a,
    b,
    tx: size / 2 - (a * centre[0] - b * centre[1]),
    ty: size / 2 - (b * centre[0] + a * centre[1]),
  };
}

/** Puts a whole region into a `size` × `size` input, centred, turned by `quarters` × 90° clockwise, enlarged by `zoom`
 * (under 1: with a margin around it). */
export function letterbox(region: Box, size: number, quarters = 0, zoom = 1): Similarity {
  const [x, y, w, h] = region;
  const side = Math.max(w, h) / zoom;
  return squareCrop([x + w / 2, y + h / 2], side, (-quarters * Math.PI) / 2, size);
}

export function meanPoint(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const p of points) {
    x += p[0];
    y += p[1];
  }
  return [x / points.length, y / points.length];
}

export function centreOf([x, y, w, h]: Box): Point {
  return [x + w / 2, y + h / 2];
}

/** The upright box around a box that a transform has moved. */
export function applyToBox(t: Similarity, [x, y, w, h]: Box): Box {
  const corners = [apply(t, [x, y]), apply(t, [x + w, y]), apply(t, [x, y + h]), apply(t, [x + w, y + h])];
  return boxAround(corners);
}

export function boxAround(points: readonly Point[]): Box {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const [x, y] of points) {
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return [left, top, right - left, bottom - top];
}

export function intersection(a: Box, b: Box): number {
  const w = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return w > 0 && h > 0 ? w * h : 0;
}

/** Intersection over union, 0..1. */
export function overlap(a: Box, b: Box): number {
  const both = intersection(a, b);
  return both === 0 ? 0 : both / (a[2] * a[3] + b[2] * b[3] - both);
}

/** Intersection over the smaller box: 1 when one lies inside the other. */
export function containment(a: Box, b: Box): number {
  const both = intersection(a, b);
  return both === 0 ? 0 : both / Math.min(a[2] * a[3], b[2] * b[3]);
}
