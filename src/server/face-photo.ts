// Photos of one person: which face is meant.

import type { Face } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import { KithError } from '../errors.ts';
import { onlyFace } from '../main-face.ts';

/** As many as are looked at: whether one of them is clearly meant is known long before. */
export const FACES_IN_PHOTO = { search: 'auto', template: true, maxFaces: 50 } as const;

/** The face of a photo of one person, with its template. KithError `invalid` (422) without a face, and where several could be
 * meant; `what` names the photo. */
export async function faceOfPhoto(
  engine: FaceEngine,
  bytes: Uint8Array,
  what: string,
  signal: AbortSignal,
): Promise<{ face: Face; template: Float32Array }> {
  const { faces } = await engine.analyse(bytes, FACES_IN_PHOTO, signal);
  const face = onlyFace(faces);
  if (face) return { face, template: templateOf(face) };
  throw new KithError(
    'invalid',
    faces.length === 0
      ? `No face was found in ${what}: use a sharp photo that shows the face from the front.`
      : `${faces.length} faces were found in ${what} and none is clearly the one meant: cut the photo so that only the person is on it.`,
    { status: 422 },
  );
}

export function templateOf({ template }: Face): Float32Array {
  if (!template) throw new Error('The face engine gave no template although one was asked for.');
  return template;
}
