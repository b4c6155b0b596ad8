// `kith detect` and `kith compare`: pictures in, faces or a distance out. They need no store.

import { readFile } from 'node:fs/promises';
import { distanceOf } from '../distance.ts';
import type { Face } from '../domain.ts';
import type { Analysis, FaceEngine } from '../face-port.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { mainFace } from '../main-face.ts';
import { EXIT, round, type Output } from './output.ts';

export async function readPicture(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new KithError('invalid', `${file} cannot be read (${messageOf(error)}): check the path.`, { cause: error });
  }
}

/** A photo as the API takes it. */
export function photoForm(bytes: Uint8Array): FormData {
  const form = new FormData();
  form.append('image', new Blob([Buffer.from(bytes)]), 'photo');
  return form;
}

/** Analyses a file; an error names it. */
export async function analyseFile(engine: FaceEngine, file: string, template: boolean): Promise<Analysis> {
  const bytes = await readPicture(file);
  try {
    return await engine.analyse(bytes, { search: 'far', template });
  } catch (error) {
    if (!isKithError(error)) throw error;
    throw new KithError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}

export function describeFace(face: Face): object {
  const { size, sharpness, light, contrast, pose, occlusion, total, reason } = face.quality;
  const shares = { total, size, sharpness, light, contrast, pose, occlusion };
  return {
    box: face.box.map((value) => round(value, 1)),
    score: round(face.score, 3),
    landmarks: face.points.map(([x, y]) => [round(x, 1), round(y, 1)]),
    pose: { yaw: round(face.pose.yaw, 1), pitch: round(face.pose.pitch, 1), roll: round(face.pose.roll, 1) },
    quality: { ...Object.fromEntries(Object.entries(shares).map(([key, value]) => [key, round(value, 3)])), reason },
  };
}

/** One file: `{file, width, height, faces}`; several: a list of them. Exit 1 when no face was found anywhere. */
export async function detect(engine: FaceEngine, files: readonly string[], output: Output): Promise<number> {
  const results: { file: string; analysis: Analysis }[] = [];
  for (const file of files) results.push({ file, analysis: await analyseFile(engine, file, false) });
  const pictures = results.map(({ file, analysis: { width, height, faces } }) => {
    return { file, width, height, faces: faces.map(describeFace) };
  });
  output.answer(pictures.length === 1 ? pictures[0] : { pictures }, () =>
    results.flatMap(({ file, analysis }) => lines(file, analysis)),
  );
  return results.some(({ analysis }) => analysis.faces.length > 0) ? EXIT.done : EXIT.no;
}

function lines(file: string, { width, height, faces }: Analysis): string[] {
  const count = faces.length === 1 ? '1 face' : `${faces.length} faces`;
  const details = faces.map(({ box: [x, y, w, h], score, quality }) => {
    const place = `${Math.round(w)}×${Math.round(h)} at ${Math.round(x)},${Math.round(y)}`;
    return `  ${place}  score ${score.toFixed(2)}  quality ${quality.total.toFixed(2)} (weakest: ${quality.reason})`;
  });
  return [`${file}  ${width}×${height}  ${count}`, ...details];
}

/** Exit 0 when both show the same person, 1 when not, 3 when there is no face to compare. */
export async function compare(engine: FaceEngine, a: string, b: string, output: Output): Promise<number> {
  const [one, two] = await Promise.all([mainTemplate(engine, a), mainTemplate(engine, b)]);
  const distance = distanceOf(engine.embedder.metric, one, two);
  const { threshold, id: model } = engine.embedder;
  const same = distance < threshold;
  output.answer({ distance: round(distance, 4), threshold, same, model }, () =>
    same
      ? `The same person: distance ${distance.toFixed(3)} is under ${threshold}.`
      : `Two persons: distance ${distance.toFixed(3)} is not under ${threshold}.`,
  );
  return same ? EXIT.done : EXIT.no;
}

async function mainTemplate(engine: FaceEngine, file: string): Promise<Float32Array> {
  const { width, height, faces } = await analyseFile(engine, file, true);
  const template = mainFace(faces, width, height)?.template;
  if (template) return template;
  throw new KithError(
    'invalid',
    `${file} shows no face that was found: give a photo in which the face is larger or clearer.`,
  );
}
