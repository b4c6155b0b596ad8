// Photos to templates for the protocols: each file once, several under way at a time, with progress.

import { readFile } from 'node:fs/promises';
import type { Face } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import type { Probe } from '../gallery-port.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { mainFace } from '../main-face.ts';

export type Progress = (done: number, total: number) => void;

export interface ReadPhotos {
  /** Of the main face of each file, with its quality as weight. Where no face was found, of the middle of the picture, as the
   * protocols want it: a picture without an answer would be one less to fail. */
  readonly templates: ReadonlyMap<string, Probe>;
  /** Photos in which no face was found. */
  readonly noFace: number;
}

/** A missing or unreadable file is KithError `invalid`. */
export async function templatesOf(
  engine: FaceEngine,
  files: readonly string[],
  progress: Progress = () => {},
): Promise<ReadPhotos> {
  const names = [...new Set(files)];
  const templates = new Map<string, Probe>();
  let noFace = 0;
  let next = 0;
  async function work(): Promise<void> {
    for (let file = names[next++]; file !== undefined; file = names[next++]) {
      const face = await mainFaceOf(engine, file);
      if (!face.template) throw new Error('The face engine answered a face without a template.');
      templates.set(file, { vector: face.template, weight: face.quality.total });
      if (face.guessed) noFace += 1;
      progress(templates.size, names.length);
    }
  }
  await Promise.all(Array.from({ length: engine.threads * 4 }, work));
  return { templates, noFace };
}

async function mainFaceOf(engine: FaceEngine, file: string): Promise<Face> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new KithError(
      'invalid',
      `${file} cannot be read (${messageOf(error)}): check the folder given with --images.`,
      { cause: error },
    );
  }
  try {
    const options = { template: true, search: 'auto', fallback: 'middle' } as const;
    const { width, height, faces } = await engine.analyse(bytes, options);
    const face = mainFace(faces, width, height);
    if (!face) throw new Error('The face engine answered no face although it was to guess one.');
    return face;
  } catch (error) {
    if (!isKithError(error)) throw error;
    throw new KithError('invalid', `${file}: ${error.message}`, { cause: error });
  }
}

/** Text of a protocol file; `what` says what should have been given. */
export async function readProtocol(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new KithError('invalid', `${file} cannot be read (${messageOf(error)}): give ${what}.`, { cause: error });
  }
}
