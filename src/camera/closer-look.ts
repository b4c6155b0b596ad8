// A second look at some pictures with all that the search can do: where the usual one saw nobody, and before a picture is shown,
// so that no face in it goes unhidden.

import type { Examination, View } from '../camera-examination.ts';
import type { Box, Raster } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import { median } from './face-facts.ts';
import { overlap } from './overlap.ts';

/** A picture, perhaps reduced, and how many pixels of the camera one of its pixels is. */
export interface Kept {
  readonly raster: Raster;
  readonly zoom: number;
}

const SMALLEST_PX = 12;
const SURE_SCORE = 0.5;
/** A face that is hidden although it is none does no harm. */
const DOUBTFUL_SCORE = 0.15;

export async function lookCloser(
  engine: FaceEngine,
  pictures: readonly Kept[],
): Promise<NonNullable<Examination['closer']>> {
  const sizes: number[] = [];
  for (const { raster, zoom } of pictures) {
    const { faces } = await engine.analyse(raster, {
      search: 'far',
      minFacePx: SMALLEST_PX,
      minScore: SURE_SCORE,
    });
    sizes.push(...faces.map(({ box }) => Math.max(box[2], box[3]) * zoom));
  }
  return { pictures: pictures.length, faces: sizes.length, medianPx: median(sizes) };
}

/** `known`: where faces are followed, also when they cannot be found in this very picture. */
export async function hiddenFaces(engine: FaceEngine, { raster }: Kept, known: readonly Box[]): Promise<View> {
  const { faces } = await engine.analyse(raster, {
    search: 'far',
    minFacePx: SMALLEST_PX,
    minScore: DOUBTFUL_SCORE,
  });
  const boxes = [...known];
  for (const { box } of faces) if (!boxes.some((other) => overlap(other, box) > 0.5)) boxes.push(box);
  return { picture: raster, faces: boxes };
}
