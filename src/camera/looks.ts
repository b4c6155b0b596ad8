// Asks the engine what a face looks like, for a tracker that cannot tell by places alone who is who.

import { distanceOf } from '../distance.ts';
import type { Box, FaceEngine } from '../domain.ts';
import type { LookDistance } from './affinity.ts';
import type { Frame } from './frame.ts';
import { overlap } from './overlap.ts';
import type { Looks, Seen } from './tracker.ts';

export interface Describer {
  /** Those of the faces that could be described. */
  describe<T extends Seen>(faces: readonly T[], frame: Pick<Frame, 'crop'>, signal: AbortSignal): Promise<Looks<T>>;
  /** In thresholds of the engine's model. */
  readonly distance: LookDistance;
}

/** Sides of the part that is cut out, in sides of the face: the near detector finds it again there at any size. */
const PART = 2.5;
/** A crowd that gets mixed up must not hold the next frame back. */
const FACES_MOST = 4;

export function createDescriber(engine: FaceEngine): Describer {
  const { metric, threshold } = engine.embedder;

  async function lookOf(
    face: Seen,
    frame: Pick<Frame, 'crop'>,
    signal: AbortSignal,
  ): Promise<Float32Array | undefined> {
    const part = await frame.crop(grown(face.box));
    const { left, top, ...picture } = part;
    const found = await engine.analyse(picture, { search: 'near', template: true, maxFaces: 2 }, signal);
    const [x, y, w, h] = face.box;
    const there: Box = [x - left, y - top, w, h];
    return found.faces.find(({ box }) => overlap(box, there) > 0.3)?.template;
  }

  return {
    async describe(faces, frame, signal) {
      const looks = new Map<(typeof faces)[number], Float32Array>();
      for (const face of faces.slice(0, FACES_MOST)) {
        const look = await lookOf(face, frame, signal);
        if (look) looks.set(face, look);
      }
      return looks;
    },
    distance: (a, b) => distanceOf(metric, a, b) / threshold,
  };
}

function grown([x, y, w, h]: Box): Box {
  const side = Math.max(w, h) * PART;
  return [x + w / 2 - side / 2, y + h / 2 - side / 2, side, side];
}
