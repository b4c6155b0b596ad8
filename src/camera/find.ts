// Where a frame is searched for faces. Candidates are found in reduced pictures, and each is then measured in a crop of the full
// one. The search of a whole frame for small faces costs thirty times a quick look, so it is done now and then, where something
// has moved; in between small faces are looked for where their tracks expect them.

import type { Box, Face, Raster } from '../domain.ts';
import type { AnalyseOptions, FaceCandidate, FaceEngine } from '../face-port.ts';
import { candidateAt, common, faceAt, squareAround } from './boxes.ts';
import { wholePixels, type Frame, type Luma } from './frame.ts';
import { movedArea } from './moved.ts';
import { overlap } from './overlap.ts';
import { tilesOver } from './tiles.ts';

export type Search = 'near' | 'auto' | 'far';

export interface Finder {
  /** `expected` are the boxes of tracks that are still followed. Boxes and points are
   * in pixels of the full picture; best first is not promised. `hurry`: somebody waits for her first shot, so the thorough search,
   * which takes as long as several looks, waits a moment. */
  find(
    frame: Frame,
    expected: readonly Box[],
    at: number,
    signal: AbortSignal,
    hurry?: boolean,
  ): Promise<readonly Face[]>;
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
  /** Longer side of the reduced picture that is searched for small faces. */
  readonly lookPx?: number;
  /** Columns of overlapping squares that are searched apart, each as large as a look; one of them a frame. */
  readonly tiles?: number;
}

/** The near detector's input: larger pictures are reduced to it anyway, by slower code. */
const QUICK_PX = 256;
/** Pictures up to this size are searched and measured as they are. */
const SMALL_PX = 640;
/** Side of the crop that a candidate is measured in, in sides of its box: the mesh wants 1.5, turned by up to 45°. */
const MEASURED = 2.4;
const MAX_MEASURED = 64;
/** Side of the place that is searched, in sides of the expected face: in the detector's 256 pixels it is a fourth then, and
 * a face that walked its own width away is still inside. */
const PLACE = 4;
const MAX_PLACES = 6;
/** A face of this part of the shorter side is the one that the camera is there for. */
const DOMINANT = 0.25;
/** So long it waits at most, however many people come. */
const HURRY_MS = 1_000;
/** Also a slow machine looks for small faces so often: who walks past is in the picture for a few seconds. */
const LONGEST_WAIT_MS = 3_000;
const ALL: Box = [0, 0, 1, 1];
/** What did not move is searched again after this time. */
const ALL_EVERY_MS = 15_000;
/** Faces that fill the picture need a second quick look, from further away. */
const HUGE_EVERY_MS = 1_000;

export function createFinder(options: FinderOptions): Finder {
  const { engine, search, minFacePx, minScore, wideShare, wideEveryMs, lookPx = 960, tiles = 1 } = options;
  let wideAt = Number.NEGATIVE_INFINITY;
  let hugeAt = Number.NEGATIVE_INFINITY;
  let waitMs = 0;
  let patienceMs = 0;
  /** By tile: what it looked like when it was searched, and when it was searched as a whole. */
  const searched = new Map<number, { readonly luma: Luma; readonly allAt: number }>();
  let turn = 0;
  const least = { minFacePx, minScore };

  function isTime(at: number): boolean {
    return search !== 'near' && (at - wideAt >= waitMs + patienceMs || at < wideAt);
  }

  function spent(began: number, at: number): void {
    wideAt = at;
    waitMs = wideEveryMs ?? Math.min((performance.now() - began) / wideShare, LONGEST_WAIT_MS);
  }

  /** Small pictures: one call, nothing is cut. */
  async function findInSmall(frame: Frame, expected: readonly Box[], at: number, signal: AbortSignal): Promise<Face[]> {
    const raster = await frame.look(Number.POSITIVE_INFINITY);
    const wide = isTime(at);
    const began = performance.now();
    const { faces } = await engine.analyse(raster, { ...least, search: wide ? search : 'near' }, signal);
    if (wide) spent(began, at);
    const found = [...faces];
    for (const region of placesOf(expected, found, raster)) {
      const look = await engine.analyse(raster, { ...least, search: 'near', region, maxFaces: 3 }, signal);
      addNew(found, look.faces);
    }
    return found;
  }

  /** Candidates in a part of the frame, reduced to `maxSide`; pixels of the full picture. */
  async function candidatesIn(
    frame: Frame,
    box: Box | null,
    maxSide: number,
    how: AnalyseOptions['search'],
    signal: AbortSignal,
  ): Promise<readonly FaceCandidate[]> {
    const part = box ? wholePixels(box, frame) : ([0, 0, frame.width, frame.height] as const);
    const raster: Raster = box ? await frame.crop(part, maxSide) : await frame.look(maxSide);
    const scale = part[2] / raster.width;
    const asked = { minScore, minFacePx: minFacePx / scale, candidatesOnly: true, search: how ?? 'near' };
    const { candidates, faces } = await engine.analyse(raster, asked, signal);
    // An engine that measures everything has no candidates.
    const found =
      candidates ?? faces.map(({ box, score, points }) => ({ box, score, eyes: [points[0], points[1]] as const }));
    return found.map((candidate) => candidateAt(candidate, scale, part[0], part[1]));
  }

  /** Those candidates that are faces and not yet found, measured in full pixels. */
  async function measure(
    frame: Frame,
    candidates: readonly FaceCandidate[],
    found: Face[],
    signal: AbortSignal,
  ): Promise<void> {
    const apart: FaceCandidate[] = [];
    for (const candidate of candidates.toSorted((p, q) => q.score - p.score).slice(0, MAX_MEASURED)) {
      if ([...found, ...apart].every(({ box }) => overlap(box, candidate.box) < 0.35)) apart.push(candidate);
    }
    const measured = await Promise.all(
      apart.map(async (candidate) => {
        const { left, top, ...picture } = await frame.crop(squareAround(candidate.box, MEASURED));
        const known = [candidateAt(candidate, 1, -left, -top)];
        const { faces } = await engine.analyse(picture, { ...least, known, maxFaces: 1 }, signal);
        return faces.map((face) => faceAt(face, left, top));
      }),
    );
    for (const faces of measured) addNew(found, faces);
  }

  /** What is worth a thorough search now, of the first tile from the turn on where there is something; null: nothing. */
  async function wideArea(frame: Frame, areas: readonly Box[], at: number): Promise<Box | null> {
    if (!isTime(at)) return null;
    const luma = await frame.luma();
    for (const [offset] of areas.entries()) {
      const index = (turn + offset) % areas.length;
      const area = areas[index];
      const before = searched.get(index);
      const change = before ? movedArea(before.luma, luma) : ALL;
      if (!area || !change) continue;
      const all = !before || at - before.allAt >= ALL_EVERY_MS || at < before.allAt;
      const [x, y, w, h] = change;
      const { width, height } = frame;
      const worth = all ? area : common(area, [x * width, y * height, w * width, h * height]);
      if (!worth) continue;
      searched.set(index, { luma, allAt: all ? at : before.allAt });
      return worth;
    }
    return null;
  }

  async function findInLarge(frame: Frame, expected: readonly Box[], at: number, signal: AbortSignal): Promise<Face[]> {
    const found: Face[] = [];
    const huge = at - hugeAt >= HUGE_EVERY_MS || at < hugeAt;
    if (huge) hugeAt = at;
    await measure(frame, await candidatesIn(frame, null, QUICK_PX, huge ? 'near' : 'quick', signal), found, signal);
    const areas =
      tiles === 1 ? [[0, 0, frame.width, frame.height] as const] : tilesOver(frame.width, frame.height, tiles);
    turn = (turn + 1) % areas.length;
    const tile = areas[turn];
    if (tile && tiles > 1) {
      await measure(frame, await candidatesIn(frame, tile, QUICK_PX, 'quick', signal), found, signal);
    }
    const shorter = Math.min(frame.width, frame.height);
    const dominated = tiles === 1 && found.some(({ box }) => Math.max(box[2], box[3]) > DOMINANT * shorter);
    const area = search === 'auto' && dominated ? null : await wideArea(frame, areas, at);
    if (area) {
      const began = performance.now();
      const candidates = await candidatesIn(frame, area, lookPx, search, signal);
      spent(began, at);
      await measure(frame, candidates, found, signal);
    }
    for (const place of placesOf(expected, found, frame)) {
      if (Math.max(place[2], place[3]) > SMALL_PX) {
        await measure(frame, await candidatesIn(frame, place, QUICK_PX, 'quick', signal), found, signal);
        continue;
      }
      const { left, top, ...picture } = await frame.crop(place);
      const look = await engine.analyse(picture, { ...least, search: 'near', maxFaces: 3 }, signal);
      addNew(
        found,
        look.faces.map((face) => faceAt(face, left, top)),
      );
    }
    return found;
  }

  return {
    find(frame, expected, at, signal, hurry = false) {
      patienceMs = hurry ? HURRY_MS : 0;
      const small = tiles === 1 && Math.max(frame.width, frame.height) <= SMALL_PX;
      return (small ? findInSmall : findInLarge)(frame, expected, at, signal);
    },
    reset() {
      wideAt = Number.NEGATIVE_INFINITY;
      searched.clear();
    },
  };
}

/** Where tracks expect faces that were not found. */
function placesOf(expected: readonly Box[], found: readonly Face[], size: { width: number; height: number }): Box[] {
  return expected
    .filter((box) => !found.some((face) => overlap(face.box, box) > 0.2))
    .slice(0, MAX_PLACES)
    .map((box) => placeAround(box, size))
    .filter((place) => place !== null);
}

/** Clamped to the picture; null when nothing of it is inside. */
function placeAround([x, y, w, h]: Box, { width, height }: { width: number; height: number }): Box | null {
  const half = (Math.max(w, h) * PLACE) / 2;
  const left = Math.max(0, Math.floor(x + w / 2 - half));
  const top = Math.max(0, Math.floor(y + h / 2 - half));
  const right = Math.min(width, Math.ceil(x + w / 2 + half));
  const bottom = Math.min(height, Math.ceil(y + h / 2 + half));
  return right - left < 8 || bottom - top < 8 ? null : [left, top, right - left, bottom - top];
}

function addNew(found: Face[], faces: readonly Face[]): void {
  for (const face of faces) if (!found.some((other) => overlap(other.box, face.box) > 0.3)) found.push(face);
}
