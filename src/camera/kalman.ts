// Where a box will be: four independent Kalman filters with constant velocity, for centre x, centre y, width and height.
// The noise grows with the size of the box, as in SORT and ByteTrack: a large face moves more pixels.

import type { Box } from '../domain.ts';

/** One coordinate: value and velocity (per second) with their covariance. */
interface Axis {
  x: number;
  v: number;
  pxx: number;
  pxv: number;
  pvv: number;
}

export interface Motion2d {
  /** Moves the state forward and answers the expected box. */
  predict(seconds: number): Box;
  /** The same without moving. */
  peek(seconds: number): Box;
  /** A doubtful box (half covered, turned away) trembles more. */
  correct(box: Box, score: number): void;
  /** Everything is elsewhere by so much: the camera has moved. */
  shift(dx: number, dy: number): void;
  /** The expected box at the present state. */
  readonly box: Box;
}

// Face sizes: a measured box trembles by a tenth of its size; an unknown velocity is up to about 3 sizes a second, and
// people change it by about 4 sizes a second within a second (walking past: a face is 0.24 m, a walk 1.4 m/s).
const MEASURED = 0.1;
const DOUBTED = 2;
const UNKNOWN_VELOCITY = 3;
const ACCELERATION = 3;

export function createMotion2d(first: Box): Motion2d {
  let size = sizeOf(first);
  const [cx, cy, w, h] = centred(first);
  const axes: readonly [Axis, Axis, Axis, Axis] = [axis(cx, 1), axis(cy, 1), axis(w, 0.2), axis(h, 0.2)];

  function axis(x: number, mobility: number): Axis {
    const measured = MEASURED * size;
    const velocity = UNKNOWN_VELOCITY * mobility * size;
    return { x, v: 0, pxx: measured * measured, pxv: 0, pvv: velocity * velocity };
  }

  function boxIn(seconds: number): Box {
    const [x, y, wide, high] = axes;
    const w = Math.max(wide.x + wide.v * seconds, 1);
    const h = Math.max(high.x + high.v * seconds, 1);
    return [x.x + x.v * seconds - w / 2, y.x + y.v * seconds - h / 2, w, h];
  }

  return {
    get box() {
      return boxIn(0);
    },
    peek: boxIn,
    predict(seconds) {
      for (const [index, a] of axes.entries()) {
        // White acceleration: q·[t⁴/4 t³/2; t³/2 t²]. Sizes change slower than places.
        const q = (ACCELERATION * size * (index < 2 ? 1 : 0.2)) ** 2;
        a.x += a.v * seconds;
        a.pxx += 2 * seconds * a.pxv + seconds ** 2 * a.pvv + (q * seconds ** 4) / 4;
        a.pxv += seconds * a.pvv + (q * seconds ** 3) / 2;
        a.pvv += q * seconds ** 2;
      }
      return boxIn(0);
    },
    shift(dx, dy) {
      axes[0].x += dx;
      axes[1].x += dy;
    },
    correct(box, score) {
      size = sizeOf(box);
      const measured = (MEASURED * size * (1 + DOUBTED * (1 - score))) ** 2;
      for (const [index, value] of centred(box).entries()) {
        const a = axes[index];
        if (!a) continue;
        const gain = 1 / (a.pxx + measured);
        const kx = a.pxx * gain;
        const kv = a.pxv * gain;
        const error = value - a.x;
        a.x += kx * error;
        a.v += kv * error;
        a.pvv -= kv * a.pxv;
        a.pxv *= 1 - kx;
        a.pxx *= 1 - kx;
      }
    },
  };
}

function centred(box: Box): readonly [number, number, number, number] {
  return [box[0] + box[2] / 2, box[1] + box[3] / 2, box[2], box[3]];
}

function sizeOf(box: Box): number {
  return Math.max((box[2] + box[3]) / 2, 1);
}
