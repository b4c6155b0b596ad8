// Photos to templates for the protocols: each file once, several under way at a time, with progress.

import { readFile } from 'node:fs/promises';
import type { FaceEngine } from '../domain.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { mainFace } from '../main-face.ts';

export type Progress = (done: number, total: number) => void;

/** Template of the main face of each file; null where no face was found. A missing or unreadable file is `invalid`. */
export async function templatesOf(
  engine: FaceEngine,
  files: readonly string[],
  progress: Progress = () => {},
): Promise<ReadonlyMap<string, Float32Array | null>> {
  const names = [...new Set(files)];
  const templates = new Map<string, Float32Array | null>();
  let next = 0;
  async function work(): Promise<void> {
    for (let file = names[next++]; file !== undefined; file = names[next++]) {
      templates.set(file, await templateOf(engine, file));
      progress(templates.size, names.length);
    }
  }
  await Promise.all(Array.from({ length: engine.threads * 4 }, work));
  return templates;
}

async function templateOf(engine: FaceEngine, file: string): Promise<Float32Array | null> {
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
    const { width, height, faces } = await engine.analyse(bytes, { template: true, search: 'auto' });
    return mainFace(faces, width, height)?.template ?? null;
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
