// Asks the engine what a face looks like, for a tracker that cannot tell by places alone who is who.

import { distanceOf } from '../distance.ts';
import type { FaceEngine } from '../face-port.ts';
import type { LookDistance } from './affinity.ts';
import { candidateAt, squareAround } from './boxes.ts';
import type { Frame } from './frame.ts';
import type { SeenFace } from './shots.ts';
import type { Looks } from './tracker.ts';

export interface Describer {
  /** Those of the faces that could be described. */
  describe<T extends SeenFace>(faces: readonly T[], frame: Pick<Frame, 'crop'>, signal: AbortSignal): Promise<Looks<T>>;
  /** In thresholds of the engine's model. */
  readonly distance: LookDistance;
}

/** Side of the part that is cut out, in sides of the face: the mesh wants 1.5, turned by up to 45°. */
const PART = 2.4;
/** A crowd that gets mixed up must not hold the next frame back. */
const FACES_MOST = 4;

export function createDescriber(engine: FaceEngine): Describer {
  const { metric, threshold } = engine.embedder;

  /** Where the face is, and that it is one, was just found out: it is measured there again, not searched. */
  async function lookOf(
    { box, score, face: { points } }: SeenFace,
    frame: Pick<Frame, 'crop'>,
    signal: AbortSignal,
  ): Promise<Float32Array | undefined> {
    const { left, top, ...picture } = await frame.crop(squareAround(box, PART));
    const known = [candidateAt({ box, score, eyes: [points[0], points[1]], large: true }, 1, -left, -top)];
    const { faces } = await engine.analyse(picture, { known, template: true, maxFaces: 1 }, signal);
    return faces[0]?.template;
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
