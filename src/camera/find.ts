// Where a frame is searched for faces. The search of a whole frame for small faces costs a hundred times the look at one place,
// so it is done now and then; in between small faces are looked for where their tracks expect them.

import type { Box, Face, FaceEngine, Raster } from '../domain.ts';
import type { Frame } from './frame.ts';
import { overlap } from './overlap.ts';

export type Search = 'near' | 'auto' | 'far';

export interface Finder {
  /** `expected` are the boxes of tracks that are still followed. Boxes and points are
   * in pixels of the full picture; best first is not promised. */
  find(frame: Frame, expected: readonly Box[], at: number, signal: AbortSignal): Promise<readonly Face[]>;
  /** The scene has changed: look everywhere next time. */
  reset(): void;
}

export interface FinderOptions {
  readonly engine: FaceEngine;
  readonly search: Search;
  readonly minFacePx: number;
  readonly minScore: number;
  /** Part of the time that the search of the whole frame for small faces may take (0 at `near`): its cost is measured and
   * decides how often it is done. */
  readonly wideShare: number;
  /** Fixed instead: recordings that do not run in real time shall give the same on every machine. */
  readonly wideEveryMs?: number;
}

/** Side of the place that is searched, in sides of the expected face: in the detector's 256 pixels it is a fourth then, and
 * a face that walked its own width away is still inside. */
const PLACE = 4;
const MAX_PLACES = 6;
/** Also a slow machine looks for small faces so often: who walks past is in the picture for a few seconds. */
const LONGEST_WAIT_MS = 3_000;

export function createFinder({ engine, search, minFacePx, minScore, wideShare, wideEveryMs }: FinderOptions): Finder {
  let wideAt = Number.NEGATIVE_INFINITY;
  let waitMs = 0;
  const common = { minFacePx, minScore };

  function isTime(at: number): boolean {
    return search !== 'near' && (at - wideAt >= waitMs || at < wideAt);
  }

  async function lookEverywhere(raster: Raster, at: number, signal: AbortSignal): Promise<readonly Face[]> {
    const wide = isTime(at);
    const began = performance.now();
    const { faces } = await engine.analyse(raster, { ...common, search: wide ? search : 'near' }, signal);
    if (wide) {
      wideAt = at;
      waitMs = wideEveryMs ?? Math.min((performance.now() - began) / wideShare, LONGEST_WAIT_MS);
    }
    return faces;
  }

  return {
    async find(frame, expected, at, signal) {
      const raster = await frame.look(Number.POSITIVE_INFINITY);
      const found = [...(await lookEverywhere(raster, at, signal))];
      const missing = expected
        .filter((box) => !found.some((face) => overlap(face.box, box) > 0.2))
        .slice(0, MAX_PLACES);
      for (const box of missing) {
        const region = placeAround(box, raster);
        if (!region) continue;
        const look = await engine.analyse(raster, { ...common, search: 'near', region, maxFaces: 3 }, signal);
        for (const face of look.faces) if (!found.some((other) => overlap(other.box, face.box) > 0.3)) found.push(face);
      }
      return found;
    },
    reset() {
      wideAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Clamped to the picture; null when nothing of it is inside. */
function placeAround([x, y, w, h]: Box, { width, height }: Raster): Box | null {
  const half = (Math.max(w, h) * PLACE) / 2;
  const left = Math.max(0, Math.floor(x + w / 2 - half));
  const top = Math.max(0, Math.floor(y + h / 2 - half));
  const right = Math.min(width, Math.ceil(x + w / 2 + half));
  const bottom = Math.min(height, Math.ceil(y + h / 2 + half));
  return right - left < 8 || bottom - top < 8 ? null : [left, top, right - left, bottom - top];
}
