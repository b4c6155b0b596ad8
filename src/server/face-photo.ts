// Photos of one person: which face is meant.

import type { Face, FaceEngine } from '../domain.ts';
import { KithError } from '../errors.ts';

/** So many times larger (in area) than the next face is clearly the one meant: twice as wide and high. */
const DOMINANT = 4;

/** The face of a photo of one person, with its template. KithError `invalid` (422) without a face, and where several could be
 * meant; `what` names the photo. */
export async function faceOfPhoto(
  engine: FaceEngine,
  bytes: Uint8Array,
  what: string,
  signal: AbortSignal,
): Promise<{ face: Face; template: Float32Array }> {
  const { faces } = await engine.analyse(bytes, { search: 'auto', template: true, maxFaces: 50 }, signal);
  const [first, second] = faces.toSorted((a, b) => areaOf(b) - areaOf(a));
  if (!first) {
    throw new KithError(
      'invalid',
      `No face was found in ${what}: use a sharp photo that shows the face from the front.`,
      {
        status: 422,
      },
    );
  }
  if (second && areaOf(first) < DOMINANT * areaOf(second)) {
    throw new KithError(
      'invalid',
      `${faces.length} faces were found in ${what} and none is clearly the one meant: cut the photo so that only the person is on it.`,
      { status: 422 },
    );
  }
  if (!first.template) throw new Error('The face engine gave no template although one was asked for.');
  return { face: first, template: first.template };
}

function areaOf({ box }: Face): number {
  return box[2] * box[3];
}
