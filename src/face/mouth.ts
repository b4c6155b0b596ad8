// Are mouth and nose visible? Two witnesses, both are needed: nose and lower face have the colour of the forehead (a mask mostly
// has not), and where the mouth should be there is one: redder than the skin around it, a dark line across (not so with a hand,
// a scarf or a mask of the colour of skin before it).
//
// Weights and limits were chosen by eye on 80 masked and 102 bare faces of strangers; together they order 97 of 100 pairs of a bare
// and a masked face rightly, the colours alone (occlusion.ts) 94.

import type { Raster } from '../domain.ts';
import { meshPoint } from './alignment.ts';
import { fitSimilarity, type Similarity } from './geometry.ts';
import { chromaDistance, meansAround, medianChroma, median, UPPER, LOWER, type Colour } from './occlusion.ts';
import { ramp } from './ramp.ts';
import { warp } from './warp.ts';

const NOSE = [1, 4, 5, 195, 45, 275, 48, 278] as const;
const LIPS = [11, 12, 72, 302, 15, 16, 85, 315, 37, 267, 84, 314] as const;
/** Between the lips. */
const LINE = [13, 14, 82, 312, 87, 317, 81, 311] as const;
/** Skin: below the nose, above the chin, cheeks. */
const AROUND = [164, 18, 200, 205, 425, 92, 322] as const;
const RIGHT_CORNER = 61;
const LEFT_CORNER = 291;
/** Half sides of the squares that are looked at, over the width of the face. */
const REACH = 0.03;
const LINE_REACH = 0.012;
/** The mouth is so many pixels wide in its patch, which begins one pixel outside of it. */
const WIDTH = 24;
const HEIGHT = 23;

/** 0 covered to 1 visible. */
export function mouthOf(raster: Raster, mesh: Float32Array, faceWidth: number): number {
  const reach = Math.max(0.5, faceWidth * REACH);
  const at = (vertices: readonly number[], r = reach): Colour[] => meansAround(raster, mesh, vertices, r);
  const around = at(AROUND);
  const lips = at(LIPS);
  const line = at(LINE, Math.max(0.5, faceWidth * LINE_REACH));
  const upper = medianChroma(at(UPPER));
  const covers = [medianChroma(at(LOWER)), medianChroma(at(NOSE))];
  const [skin, red] = [medianChroma(around), medianChroma(lips)];
  // A face of which that part lies outside of the picture.
  if (!upper || !skin || !red || line.length === 0) return 0;
  const colour = Math.max(...covers.map((chroma) => (chroma ? chromaDistance(upper, chroma) : 1)));
  const mouth = (red[0] - skin[0]) / 0.1 + darker(line, around) / 0.3 + lying(raster, mesh) / 0.6;
  return (1 - ramp(colour, 0.1, 0.5)) * ramp(mouth, 0, 2);
}

/** Logarithm of how much darker the one is than the other. */
function darker(one: readonly Colour[], other: readonly Colour[]): number {
  return Math.log((lightOf(other) + 8) / (lightOf(one) + 8));
}

function lightOf(colours: readonly Colour[]): number {
  return median(colours.map(greyOf));
}

/** Logarithm of the ratio of the edges that lie to those that stand, where the mouth should be. */
function lying(raster: Raster, mesh: Float32Array): number {
  const [width, height] = [WIDTH + 2, HEIGHT];
  const middle = height / 2;
  const toPatch: Similarity = fitSimilarity(
    [meshPoint(mesh, RIGHT_CORNER), meshPoint(mesh, LEFT_CORNER)],
    [
      [1, middle + 1],
      [1 + WIDTH, middle + 1],
    ],
  );
  const patch = warp(raster, toPatch, width, height);
  const grey = new Float32Array(width * height);
  for (let i = 0, from = 0; i < grey.length; i += 1, from += 3) {
    grey[i] =
      0.299 * (patch[from] as number) + 0.587 * (patch[from + 1] as number) + 0.114 * (patch[from + 2] as number);
  }
  let standing = 1;
  let flat = 1;
  for (let y = 1; y < height - 1; y += 1) {
    for (let at = y * width + 1, end = (y + 1) * width - 1; at < end; at += 1) {
      standing += Math.abs((grey[at + 1] as number) - (grey[at - 1] as number));
      flat += Math.abs((grey[at + width] as number) - (grey[at - width] as number));
    }
  }
  return Math.log(flat / standing);
}

function greyOf([r, g, b]: Colour): number {
  return 0.299 * r + 0.587 * g + 0.114 * b;
}
