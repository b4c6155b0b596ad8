// Are the chosen looks better ones than the first or the largest? Clips of one person each are cut into windows; of each window a
// look is chosen in several ways, and its template is compared with the same person's in her other clip.
//
//   node bench/shots.ts --videos ../shared/data/video

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openVideo } from '../src/camera/video.ts';
import { isBetter, scoreOf, worthOf } from '../src/camera/worth.ts';
import { readConfig } from '../src/config.ts';
import { distanceOf } from '../src/distance.ts';
import type { Face } from '../src/domain.ts';
import { openEngine } from '../src/engine.ts';
import { openLog } from '../src/log.ts';

interface Sight {
  readonly frame: number;
  readonly face: Face & { readonly template: Float32Array };
}

/** The same person twice. */
const CLIPS = [
  ['asl-again.mkv', 'asl-yes.mkv'],
  ['asl-school.mkv', 'asl-walk.mkv'],
] as const;
/** Frames in which the lids are down, found by looking at all of them. */
const SHUT: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'asl-walk.mkv': [[47, 88]],
  'asl-yes.mkv': [[56, 58]],
};
const FPS = 30;
const RATE = 8;

const { values } = parseArgs({ options: { videos: { type: 'string' } } });
if (!values.videos) throw new Error('Say where the clips are: --videos FOLDER');
const engine = await openEngine(readConfig(), openLog({ level: 'warn' }));
const seen = new Map<string, readonly Sight[]>();
for (const clip of CLIPS.flat()) seen.set(clip, await read(join(values.videos, clip)));
await engine.close();

const best = (by: (sight: Sight) => number) => (sights: readonly Sight[]) =>
  sights.reduce((one, other) => (by(other) > by(one) ? other : one));
const WAYS: Readonly<Record<string, (sights: readonly Sight[]) => Sight>> = {
  first: (sights) => sights[0] as Sight,
  largest: best(({ face }) => face.box[2] * face.box[3]),
  'detector score': best(({ face }) => face.score),
  'quality alone': best(({ face }) => face.quality.total),
  'score, by itself': best(({ face }) => scoreOf(face)),
  'score in its track': (sights) => {
    const widest = Math.max(...sights.map(({ face }) => face.quality.eyes));
    return sights.reduce((one, other) => (isBetter(widest, worthOf(other.face), worthOf(one.face)) ? other : one));
  },
  'nearest (bound)': (sights) => sights[0] as Sight,
};

for (const seconds of [0.5, 1, 2]) {
  write(
    `\nWindows of ${seconds} s, ${RATE} looks a second: distance to the person's other clip, to this clip, lids down`,
  );
  for (const [way, choose] of Object.entries(WAYS)) {
    const other: number[] = [];
    const own: number[] = [];
    let shut = 0;
    let windows = 0;
    for (const [a, b] of CLIPS) {
      for (const [clip, reference] of [[a, b] as const, [b, a] as const]) {
        const sights = seen.get(clip) ?? [];
        const there = centroid(seen.get(reference) ?? []);
        const here = centroid(sights);
        const step = Math.round(FPS / RATE);
        const length = seconds * FPS;
        for (let from = 0; from + length <= sights.length; from += step) {
          const forward = sights.slice(from, from + length).filter((_, i) => i % step === 0);
          // Also as if it ran backwards: or the first one would have its eyes open only because these clips begin so.
          for (const window of [forward, forward.toReversed()]) {
            const chosen =
              way === 'nearest (bound)' ? best(({ face }) => -distance(face.template, there))(window) : choose(window);
            other.push(distance(chosen.face.template, there));
            own.push(distance(chosen.face.template, here));
            // Only where there was a choice.
            const isShut = ({ frame }: Sight): boolean => (SHUT[clip] ?? []).some(([x, y]) => frame >= x && frame <= y);
            if (!window.some(isShut) || window.every(isShut)) continue;
            windows += 1;
            if (isShut(chosen)) shut += 1;
          }
        }
      }
    }
    write(
      `${way.padEnd(20)} ${mean(other).toFixed(3)}  ${mean(own).toFixed(3)}  ${shut} of ${windows}   (${own.length} windows)`,
    );
  }
}

async function read(path: string): Promise<readonly Sight[]> {
  const sights: Sight[] = [];
  const { signal } = new AbortController();
  const stream = await openVideo({ address: path, name: path, live: false }, { rate: 1_000, signal });
  let number = 0;
  for await (const frame of stream) {
    const picture = await frame.look(Infinity);
    const [face] = (await engine.analyse(picture, { search: 'near', maxFaces: 1, template: true })).faces;
    if (face?.template) sights.push({ frame: number, face: { ...face, template: face.template } });
    number += 1;
    frame.release();
  }
  await stream.close();
  return sights;
}

function centroid(sights: readonly Sight[]): Float32Array {
  const sum = new Float32Array(sights[0]?.face.template.length ?? 0);
  for (const { face } of sights) for (const [i, value] of face.template.entries()) sum[i] = (sum[i] ?? 0) + value;
  return sum.map((value) => value / sights.length);
}

function distance(a: Float32Array, b: Float32Array): number {
  return distanceOf('euclidean', a, b);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
