// The part of an examination that looks: the camera program's own follower and figures, and beside them each face as it was, the
// light, and some pictures.

import type { LightFacts } from '../camera-examination.ts';
import type { CameraSettings } from '../camera-settings.ts';
import type { Box, Raster } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import type { Kept } from './closer-look.ts';
import type { FaceSample } from './face-facts.ts';
import { createFigures, type Figures } from './figures.ts';
import type { Look } from './follow.ts';
import { followerOf } from './follower-of.ts';
import type { Frame, Luma } from './frame.ts';
import { emptyTally } from './status.ts';

export interface Eyes {
  look(frame: Frame, signal: AbortSignal): Promise<void>;
  /** The stream has broken. */
  gap(): void;
  readonly figures: Figures;
  readonly samples: readonly FaceSample[];
  readonly pictures: readonly Kept[];
  latest(): Kept | null;
  /** Where faces were in the seconds before it, in its pixels: they may be there still, though turned away. */
  recent(): readonly Box[];
  faces(): number;
  /** All that looked like a face, followed or not. */
  found(): number;
  photos(): boolean;
  light(): LightFacts | null;
}

const MOST_SAMPLES = 50_000;
const PICTURES = 6;
/** Enough to be shown and to find small faces in. */
const PICTURE_SIDE = 1_920;
const PICTURE_EVERY_MS = 1_000;
const RECENT_MS = 3_000;

export function createEyes(camera: CameraSettings, engine: FaceEngine, seconds: number): Eyes {
  const tally = emptyTally();
  const follower = followerOf(camera, engine, tally);
  const figures = createFigures();
  const samples: FaceSample[] = [];
  const pictures: Kept[] = [];
  const lights: LightFacts[] = [];
  const before = new Map<string, { at: number; x: number; y: number }>();
  let latest: Kept | null = null;
  let recent: { readonly at: number; readonly box: Box }[] = [];
  let around = 128;
  let keptAt = Number.NEGATIVE_INFINITY;
  let pictureAt = Number.NEGATIVE_INFINITY;
  let photos = false;

  function take(look: Look): void {
    const { capturedAt: at, width, height } = look;
    const zoom = Math.max(1, Math.max(width, height) / PICTURE_SIDE);
    recent = recent.filter((one) => at - one.at < RECENT_MS);
    for (const { seen } of look.tracks) {
      if (!seen) continue;
      const [x, y, w, h] = seen.box;
      recent.push({ at, box: [x / zoom, y / zoom, w / zoom, h / zoom] });
    }
    for (const track of look.tracks) {
      if (track.state === 'ended') before.delete(track.id);
      if (track.state !== 'confirmed' || !track.seen || samples.length >= MOST_SAMPLES) continue;
      const { box, pose, quality } = track.seen.face;
      const [x, y, w, h] = box;
      const px = Math.max(w, h);
      const last = before.get(track.id);
      const passed = last ? (at - last.at) / 1000 : 0;
      const centre = { at, x: x + w / 2, y: y + h / 2 };
      const speed = last && passed > 0 ? Math.hypot(centre.x - last.x, centre.y - last.y) / px / passed : null;
      before.set(track.id, centre);
      const shares: Box = [x / width, y / height, w / width, h / height];
      samples.push({ at, box: shares, px, pose, quality, around, speed });
    }
  }

  /** Copies, as a frame's memory is used again. The first one in case the source ends at once. */
  async function keep(frame: Frame, look: Look): Promise<void> {
    const now = performance.now();
    if (now - keptAt < PICTURE_EVERY_MS) return;
    keptAt = now;
    const raster = copyOf(await frame.look(PICTURE_SIDE));
    const zoom = look.width / raster.width;
    latest = { raster, zoom };
    if (now - pictureAt < (seconds * 1000) / PICTURES || pictures.length >= PICTURES) return;
    pictureAt = now;
    pictures.push(latest);
  }

  return {
    figures,
    samples,
    pictures,
    latest: () => latest,
    recent: () => recent.map(({ box }) => box),
    async look(frame, signal) {
      photos ||= frame.alone === true;
      if (performance.now() - keptAt >= PICTURE_EVERY_MS) {
        const light = lightOf(await frame.luma());
        lights.push(light);
        around = light.mean;
      }
      const look = await follower.look(frame, signal);
      figures.look(look, Date.now());
      take(look);
      await keep(frame, look);
    },
    gap() {
      follower.end();
    },
    faces: () => samples.length,
    found: () => tally.faces,
    photos: () => photos,
    light: () => (lights.length === 0 ? null : meanOf(lights)),
  };
}

export function lightOf({ data }: Luma): LightFacts {
  const sorted = data.toSorted();
  const at = (rank: number): number => sorted[Math.min(sorted.length - 1, Math.floor(rank * sorted.length))] ?? 0;
  return {
    mean: data.reduce((sum, value) => sum + value, 0) / data.length,
    black: sorted.filter((value) => value < 12).length / data.length,
    white: sorted.filter((value) => value > 245).length / data.length,
    spread: at(0.95) - at(0.05),
  };
}

function meanOf(lights: readonly LightFacts[]): LightFacts {
  const mean = (key: keyof LightFacts): number => lights.reduce((sum, light) => sum + light[key], 0) / lights.length;
  return { mean: mean('mean'), black: mean('black'), white: mean('white'), spread: mean('spread') };
}

/** In shared memory, so that the engine does not take it away. */
function copyOf({ width, height, data }: Raster): Raster {
  const copy = new Uint8Array(new SharedArrayBuffer(data.length));
  copy.set(data);
  return { width, height, data: copy };
}
