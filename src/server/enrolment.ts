// Photos become references: each is analysed first, then picture, row and template are written.

import type { Face, FaceEngine, Reference } from '../domain.ts';
import { KithError } from '../errors.ts';
import type { Context } from './context.ts';
import { faceOfPhoto } from './face-photo.ts';

export interface Photo {
  readonly bytes: Uint8Array;
  readonly face: Face;
  readonly template: Float32Array;
  /** That made the template: another one may be in force by the time it is stored. */
  readonly model: string;
}

/** The face of each photo. KithError `invalid` says which photo cannot be used and why. */
export async function readPhotos(
  engine: FaceEngine,
  images: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (const [index, bytes] of images.entries()) {
    const what = images.length === 1 ? 'the photo' : `photo ${index + 1} of ${images.length}`;
    photos.push({ bytes, ...(await faceOfPhoto(engine, bytes, what, signal)), model: engine.embedder.id });
  }
  return photos;
}

/** KithError `conflict` when the person has the very same photo already. */
export async function addReferences(
  { ports, keeper }: Context,
  personId: string,
  photos: readonly Photo[],
): Promise<readonly Reference[]> {
  const { store } = ports;
  const added: Reference[] = [];
  for (const { bytes, face, template, model } of photos) {
    const insert = async (picture: string) => {
      const known = await store.references.ofPerson(personId);
      if (known.some((reference) => reference.picture === picture)) {
        throw new KithError('conflict', 'The person has this very photo already: use another one.');
      }
      const reference = { personId, picture, quality: face.quality.total };
      return store.references.add(reference, [{ model, vector: template }]);
    };
    added.push(await keeper.keep(bytes, insert));
  }
  return added;
}
