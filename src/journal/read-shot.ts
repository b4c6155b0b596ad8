// A detection's picture to the one face it is about, or the reason why there is none.

import type { Detection, Face, PictureStore } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import type { Outcome } from '../store-port.ts';
import { isKithError } from '../errors.ts';
import { chooseFace } from './choose-face.ts';

export type Shot =
  /** `guessed`: no face was found; this is what is where the camera has seen one. */
  | { readonly face: Face; readonly template: Float32Array; readonly guessed: boolean }
  | { readonly outcome: Extract<Outcome, { state: 'rejected' | 'failed' }> };

export interface ShotPorts {
  readonly pictures: Pick<PictureStore, 'get'>;
  readonly engine: Pick<FaceEngine, 'analyse'>;
}

/** Throws what is nobody's fault here: a thread that died, a disk that fails, an abort. */
export async function readShot(ports: ShotPorts, detection: Detection, signal: AbortSignal): Promise<Shot> {
  const bytes = await ports.pictures.get(detection.picture).catch((error: unknown) => {
    if (isKithError(error) && error.code === 'not_found') return undefined;
    throw error;
  });
  if (bytes === undefined) return failed('picture_missing', 'The picture file is gone from the data folder.');
  try {
    const { box } = detection;
    const options = { search: 'shot', template: true, ...(box && { fallback: box }) } as const;
    const { faces } = await ports.engine.analyse(bytes, options, signal);
    const face = chooseFace(faces, detection.box);
    if (face === undefined) return rejected('no_face', 'No face was found in this picture.');
    if (face.template === undefined) throw new Error('The face engine answered a face without a template.');
    return { face, template: face.template, guessed: face.guessed === true };
  } catch (error) {
    if (isKithError(error) && error.code === 'invalid') return rejected('unreadable', error.message);
    throw error;
  }
}

function rejected(code: string, message: string): Shot {
  return { outcome: { state: 'rejected', code, message, quality: null } };
}

function failed(code: string, message: string): Shot {
  return { outcome: { state: 'failed', code, message } };
}
