// How far a face's template moves when its photo gets worse: where the limits of src/gallery/gate.ts come from.
// node bench/gate.ts

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../src/config.ts';
import { samplePhotos } from '../src/demo.ts';
import { distanceOf } from '../src/distance.ts';
import type { Box, Face, Raster } from '../src/domain.ts';
import { openCodec, openEngine } from '../src/engine.ts';
import { openLog } from '../src/log.ts';
import { quantile } from './median.ts';

interface Portrait {
  readonly raster: Raster;
  readonly eyes: number;
  readonly template: Float32Array;
}

const PHOTOS = ['sample1.jpg', 'sample2.jpg', 'sample3.jpg', 'sample4.jpg', 'sample5.jpg', 'sample6.jpg'];
const LEAST_EYES = 64;

const codec = openCodec();
const engine = await openEngine(readConfig(), openLog({ level: 'warn' }));
const portraits: Portrait[] = [];
for (const photo of PHOTOS) {
  const bytes = await readFile(join(samplePhotos(), photo));
  const raster = await codec.decode(bytes);
  for (const face of (await engine.analyse(bytes, { search: 'far' })).faces) {
    if (eyesOf(face) < LEAST_EYES || face.quality.total < 0.3) continue;
    const [x, y, w, h] = face.box;
    const box: Box = [x - w / 2, y - h / 2, 2 * w, 2 * h];
    const cut = await codec.decode(await codec.encodeJpeg(raster, { box, quality: 100 }));
    const [found] = (await engine.analyse({ ...cut, data: Uint8Array.from(cut.data) }, { template: true })).faces;
    if (found?.template) portraits.push({ raster: cut, eyes: eyesOf(found), template: found.template });
  }
}
write(
  `${portraits.length} faces\n${['', 'moved', 'eyes', 'sharp', 'light', 'contrast', 'luminance', 'lost'].map(cell).join('')}`,
);

for (const eyes of [8, 12, 16, 20, 24, 32]) {
  await row(`eyes ${eyes}`, ({ raster, eyes: native }) => {
    const maxSide = Math.round((Math.max(raster.width, raster.height) * eyes) / native);
    return codec.encodeJpeg(raster, { maxSide });
  });
}
for (const share of [0.02, 0.04, 0.06, 0.08, 0.12]) {
  await row(`blur ${share}`, ({ raster, eyes }) => codec.encodeJpeg(blurred(raster, share * eyes)));
}
for (const factor of [0.5, 0.3, 0.2, 0.15, 0.1]) await row(`dark ${factor}`, toned(factor, 0));
for (const factor of [1.3, 1.6, 2, 2.5]) await row(`bright ${factor}`, toned(factor, 20));
for (const factor of [0.5, 0.3, 0.2, 0.1]) await row(`flat ${factor}`, toned(factor, 128 * (1 - factor)));
await engine.close();

async function row(name: string, worsen: (portrait: Portrait) => Promise<Uint8Array>): Promise<void> {
  const moved: number[] = [];
  const faces: Face[] = [];
  for (const portrait of portraits) {
    const [face] = (await engine.analyse(await worsen(portrait), { template: true })).faces;
    if (!face?.template) continue;
    faces.push(face);
    moved.push(distanceOf(engine.embedder.metric, face.template, portrait.template));
  }
  const of = (pick: (face: Face) => number) => quantile(faces.map(pick), 0.5).toFixed(2);
  const cells = [
    quantile(moved, 0.5).toFixed(2),
    of(eyesOf),
    of(({ quality }) => quality.sharpness),
    of(({ quality }) => quality.light),
    of(({ quality }) => quality.contrast),
    of(({ quality }) => quality.luminance),
    `${portraits.length - faces.length}`,
  ];
  write([name, ...cells].map(cell).join(''));
}

function toned(factor: number, offset: number) {
  return ({ raster }: Portrait): Promise<Uint8Array> =>
    codec.encodeJpeg({ ...raster, data: raster.data.map((value) => Math.min(255, value * factor + offset)) });
}

/** Three box blurs, one after the other, are nearly a Gaussian of this sigma. */
function blurred(raster: Raster, sigma: number): Raster {
  const reach = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
  let data = raster.data;
  for (let pass = 0; pass < 3; pass++) {
    data = boxBlur(data, reach, 3, raster.width);
    data = boxBlur(data, reach, raster.width * 3, raster.height);
  }
  return { ...raster, data };
}

/** Along rows (step 3) or columns (step of a row); the edge goes on outside. */
function boxBlur(from: Uint8Array, reach: number, step: number, length: number): Uint8Array {
  const to = new Uint8Array(from.length);
  for (let at = 0; at < from.length; at++) {
    const place = Math.floor(at / step) % length;
    let sum = 0;
    for (let i = -reach; i <= reach; i++) {
      const clamped = Math.min(length - 1, Math.max(0, place + i));
      sum += from[at + (clamped - place) * step] ?? 0;
    }
    to[at] = Math.round(sum / (2 * reach + 1));
  }
  return to;
}

function eyesOf({ points }: Face): number {
  return Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]);
}

function cell(text: string): string {
  return text.padEnd(12);
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
