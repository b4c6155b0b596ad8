// The demonstration: a camera that moves over the sample photographs which come inside the face-api package, and the
// people of them that are enrolled beforehand. Nothing is downloaded and no picture is part of Kith.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { rasterFrame, type Frame, type Source } from './camera/frame.ts';
import type { Box, PictureCodec, Raster } from './domain.ts';
import { pause } from './lifecycle.ts';

/** Who is enrolled from where: a photo, and the part of it (shares of width and height) that shows her alone. */
export interface DemoPerson {
  readonly name: string;
  readonly photo: string;
  readonly part: Box;
}

/** Three of them, under invented names; everybody else is a stranger. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  { name: 'Ada', photo: 'sample6.jpg', part: [0.714, 0.106, 0.232, 0.342] },
  { name: 'Grace', photo: 'sample4.jpg', part: [0.613, 0.046, 0.193, 0.293] },
  { name: 'Hedy', photo: 'sample1.jpg', part: [0.17, 0.227, 0.19, 0.317] },
];

export const DEMO_PHOTOS = ['sample6.jpg', 'sample4.jpg', 'sample1.jpg', 'sample3.jpg', 'sample5.jpg'] as const;

export const DEMO_SCHEME = 'demo';

/** The camera of the demonstration as it would stand in kith.json. */
export const DEMO_CAMERA = { id: 'demo', name: 'Demonstration', source: 'demo:samples' } as const;

const WINDOW = { width: 1280, height: 720 } as const;
const FRAMES_PER_SECOND = 8;
/** Seconds that the camera takes to pass over one photo, and to look at it after that. */
const PASS_S = 3;
const STAY_S = 1;

export function samplePhotos(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')), 'demo');
}

/** A source that pans over the photos, one after the other, for ever. */
export function demoSource(photos: readonly string[]): Source {
  return {
    schemes: [DEMO_SCHEME],
    finite: false,
    newestWins: true,
    open(_url, options) {
      let open = true;
      const running = () => open && !options.signal.aborted;
      async function* read(): AsyncGenerator<Frame> {
        for (let i = 0; running(); i = (i + 1) % photos.length) {
          const photo = await options.codec.decode(await readFile(join(samplePhotos(), photos[i] ?? '')));
          const steps = PASS_S * FRAMES_PER_SECOND;
          for (let step = 0; step < steps + STAY_S * FRAMES_PER_SECOND && running(); step++) {
            yield rasterFrame(view(photo, Math.min(1, step / steps)), Date.now());
            await pause(1000 / FRAMES_PER_SECOND, options.signal);
          }
        }
      }
      return Promise.resolve({
        [Symbol.asyncIterator]: read,
        close() {
          open = false;
          return Promise.resolve();
        },
      });
    },
  };
}

/** What the moving camera sees: a window that slides from the left to the right edge; `position` 0..1. */
function view(photo: Raster, position: number): Raster {
  const width = Math.min(WINDOW.width, photo.width);
  const height = Math.min(WINDOW.height, photo.height);
  const left = Math.round((photo.width - width) * position);
  const top = Math.round((photo.height - height) * 0.3);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * photo.width + left) * 3;
    data.set(photo.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}

/** The enrolment photo of a person, cut out of the group photo. */
export async function demoPortrait(person: DemoPerson, codec: PictureCodec): Promise<Uint8Array> {
  const photo = await codec.decode(await readFile(join(samplePhotos(), person.photo)));
  const [x, y, w, h] = person.part;
  const box: Box = [x * photo.width, y * photo.height, w * photo.width, h * photo.height];
  return codec.encodeJpeg(photo, { box, quality: 92 });
}

/** One of the sample photographs, for checks that need a real face. */
export function readSample(): Promise<Uint8Array> {
  return readFile(join(samplePhotos(), 'sample3.jpg'));
}
