// Which face a search is for: one of a picture that was sent, or somebody's who is in the store already.

import type { Box, Face } from '../domain.ts';
import type { Analysis, FaceEngine } from '../face-port.ts';
import { KithError } from '../errors.ts';
import { mainFace } from '../main-face.ts';
import type { FaceJson } from './schemas.ts';
import { templateOf } from './face-photo.ts';
import { faceJson } from './json.ts';

export interface SearchedFace {
  readonly template: Float32Array;
  /** Null: no picture was looked at. */
  readonly width: number | null;
  readonly height: number | null;
  readonly faces: FaceJson[];
  readonly face: number | null;
}

const MOST_FACES = 100;
/** Between the eyes, as the enrolment gate has it: below it a template is chance. */
const LEAST_EYES_PX = 12;

/** By its own template, without a picture. */
export function byTemplate(template: Float32Array): SearchedFace {
  return { template, width: null, height: null, faces: [], face: null };
}

/** `wish`: its place among the faces, or a box; else the one that the picture is about. KithError `invalid` (422) where there is none, or
 * it is too small. */
export async function faceOfPicture(
  engine: FaceEngine,
  bytes: Uint8Array,
  wish: number | readonly number[] | undefined,
  signal: AbortSignal,
): Promise<SearchedFace> {
  const options = { search: 'auto', template: true, maxFaces: MOST_FACES } as const;
  const analysis = await engine.analyse(bytes, options, signal);
  const { width, height, faces } = analysis;
  if (faces.length === 0) {
    throw unusable('No face was found in the picture: use a sharp one that shows the face from the front.', analysis);
  }
  const face = choose(analysis, wish);
  const eyes = eyeDistance(face);
  if (eyes < LEAST_EYES_PX) {
    const px = Math.round(eyes);
    throw unusable(
      `The face is too small to be searched for: ${px} pixels between the eyes, ${LEAST_EYES_PX} are needed. Use a picture in which it is larger.`,
      analysis,
    );
  }
  return { template: templateOf(face), width, height, faces: faces.map(faceJson), face: faces.indexOf(face) };
}

function choose(analysis: Analysis, wish: number | readonly number[] | undefined): Face {
  const { width, height, faces } = analysis;
  if (wish === undefined) {
    const main = mainFace(faces, width, height);
    if (main) return main;
    throw new Error('Of several faces none was the main one.');
  }
  if (typeof wish === 'number') {
    const meant = faces[wish];
    if (meant) return meant;
    throw unusable(`There is no face ${wish}: ${faces.length} were found, counted from 0.`, analysis);
  }
  const [best] = faces
    .map((face) => ({ face, overlap: overlapOf(face.box, wish) }))
    .toSorted((a, b) => b.overlap - a.overlap);
  if (best && best.overlap > 0) return best.face;
  throw unusable('There is no face in that place of the picture: choose one of `faces`.', analysis);
}

/** Intersection over union. */
function overlapOf([x, y, w, h]: Box, [x2 = 0, y2 = 0, w2 = 0, h2 = 0]: readonly number[]): number {
  const wide = Math.max(0, Math.min(x + w, x2 + w2) - Math.max(x, x2));
  const high = Math.max(0, Math.min(y + h, y2 + h2) - Math.max(y, y2));
  return (wide * high) / (w * h + w2 * h2 - wide * high);
}

function eyeDistance({ points: [[x1, y1], [x2, y2]] }: Face): number {
  return Math.hypot(x2 - x1, y2 - y1);
}

/** With what was seen, so that another face can be chosen. */
function unusable(message: string, { width, height, faces }: Analysis): KithError {
  return new KithError('invalid', message, { status: 422, more: { width, height, faces: faces.map(faceJson) } });
}
