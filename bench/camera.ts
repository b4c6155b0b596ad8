// What a camera costs: the camera program on 1080p clips in real time, with and without motion, and four of them at 720p.
//
//   node bench/camera.ts --clip VIDEO [--seconds N] [--profile balanced] [--only moving,still,…] [--json]

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openOutput } from '../src/commands/output.ts';
import { openAcknowledger, type PostedShot } from './back-end.ts';
import type { Usage } from './camera-program.ts';
import { makeClip, type Clip } from './clips.ts';
import { quantile } from './median.ts';

interface Run {
  readonly usage: readonly Usage[];
  readonly shots: readonly PostedShot[];
}

interface Row {
  readonly scene: string;
  /** Processor seconds a second. */
  readonly cores: number;
  readonly framesPerSecond: number;
  readonly looksPerSecond: number;
  readonly dropped: number;
  readonly shots: number;
  /** Capture → posted, first shot of each track. */
  readonly firstShotMs: readonly [p50: number, p95: number] | null;
  /** Capture → search, in each quarter of the time. */
  readonly lagMs: readonly number[];
  readonly megabytes: readonly [first: number, last: number];
}

/** Loading, the first key frame, and code that is not yet compiled. */
const WARM_UP_S = 5;
const FULL = { width: 1920, height: 1080, from: 8, noise: 4 } as const;
const SCENES: Readonly<Record<string, Clip>> = {
  moving: { ...FULL, still: false, bitrate: 'constant', seconds: 36 },
  'moving, variable bit rate': { ...FULL, still: false, bitrate: 'variable', seconds: 36 },
  still: { ...FULL, still: true, from: 0, bitrate: 'variable', seconds: 36 },
  'still, constant bit rate': { ...FULL, still: true, from: 0, bitrate: 'constant', seconds: 36 },
  'four at 720p': { ...FULL, width: 1280, height: 720, still: false, bitrate: 'constant', seconds: 36 },
};

const { values } = parseArgs({
  options: {
    clip: { type: 'string', default: '../shared/data/video/one-by-one-person-detection.mp4' },
    walker: { type: 'string', default: '../shared/data/video/asl-walk.mkv' },
    seconds: { type: 'string', default: '60' },
    profile: { type: 'string', default: 'balanced' },
    only: { type: 'string', default: Object.keys(SCENES).join(';') },
    clips: { type: 'string', default: join(tmpdir(), 'kith-bench-clips') },
    json: { type: 'boolean', default: false },
  },
});
const output = openOutput(values.json);
const seconds = Number(values.seconds);
const folder = await mkdtemp(join(tmpdir(), 'kith-bench-camera-'));
const rows: Row[] = [];
output.say(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, profile ${values.profile}`);
try {
  for (const scene of values.only.split(';')) {
    const clip = SCENES[scene];
    if (!clip) throw new Error(`There is no scene "${scene}": ${Object.keys(SCENES).join('; ')}.`);
    const path = await clipOf(clip);
    const count = scene.startsWith('four') ? 4 : 1;
    const runs = await Promise.all(Array.from({ length: count }, (_, i) => run(path, `camera-${i + 1}`)));
    for (const result of runs) {
      const row = rowOf(scene, result);
      rows.push(row);
      output.say(lineOf(row));
    }
  }
  output.answer({ machine: cpus()[0]?.model ?? '', cores: availableParallelism(), rows }, () => '');
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Made once and kept in the folder for temporary files. */
async function clipOf(clip: Clip): Promise<string> {
  const { width, height, still, bitrate, noise, seconds } = clip;
  await mkdir(values.clips, { recursive: true });
  const path = join(
    values.clips,
    `${width}x${height}-${still ? 'still' : 'moving'}-${bitrate}-${noise}-${seconds}s.mp4`,
  );
  if ((await stat(path).catch(() => null)) === null) {
    output.say(`making ${path} …`);
    await makeClip(values.clip, values.walker, `${path}.part.mp4`, clip);
    await rename(`${path}.part.mp4`, path);
  }
  return path;
}

async function run(path: string, id: string): Promise<Run> {
  const shots: PostedShot[] = [];
  const backEnd = await openAcknowledger((shot) => shots.push(shot));
  const child = fork(join(import.meta.dirname, 'camera-program.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const usage: Usage[] = [];
  try {
    const enough = Promise.withResolvers<void>();
    child.on('message', (message) => {
      usage.push(message as Usage);
      if (usage.length >= seconds + WARM_UP_S) enough.resolve();
    });
    child.once('exit', () => enough.resolve());
    child.send({
      id,
      source: `watched:${path}`,
      server: backEnd.url,
      key: 'bench',
      data: join(folder, `${id}-${Date.now()}`),
      profile: values.profile,
      loop: true,
    });
    await enough.promise;
    if (child.exitCode !== null) throw new Error(`The camera program has ended (${child.exitCode}).`);
  } finally {
    if (child.exitCode === null) {
      child.disconnect();
      await once(child, 'exit');
    }
    backEnd.close();
  }
  return { usage: usage.slice(WARM_UP_S), shots };
}

function rowOf(scene: string, { usage, shots }: Run): Row {
  const first = usage[0];
  const last = usage.at(-1);
  if (!first || !last || first === last) throw new Error('The run was too short.');
  const span = last.at - first.at;
  const firsts = new Map<string, PostedShot>();
  for (const shot of shots) if (!firsts.has(shot.track)) firsts.set(shot.track, shot);
  const delays = [...firsts.values()].map((shot) => shot.postedAt - shot.capturedAt);
  const quarter = Math.ceil(usage.length / 4);
  return {
    scene,
    cores: rounded((last.cpuMs - first.cpuMs) / span, 3),
    framesPerSecond: rounded(((last.frames - first.frames) * 1000) / span, 1),
    looksPerSecond: rounded(((last.looks - first.looks) * 1000) / span, 1),
    dropped: last.dropped - first.dropped,
    shots: last.shots - first.shots,
    firstShotMs: delays.length > 0 ? [quantile(delays, 0.5), quantile(delays, 0.95)] : null,
    lagMs: [0, 1, 2, 3].map((part) => {
      const ages = usage.slice(part * quarter, (part + 1) * quarter).flatMap((second) => second.ages);
      return ages.length > 0 ? Math.round(quantile(ages, 0.5)) : 0;
    }),
    megabytes: [Math.round(first.rssMegabytes), Math.round(last.rssMegabytes)],
  };
}

function lineOf(row: Row): string {
  const delay = row.firstShotMs
    ? `first shot ${row.firstShotMs.map((ms) => `${ms} ms`).join(' p50, ')} p95`
    : 'no shots';
  return [
    row.scene.padEnd(26),
    `${row.cores.toFixed(2)} cores`,
    `${row.framesPerSecond} frames/s, ${row.looksPerSecond} looks/s, ${row.dropped} dropped`,
    `${row.shots} shots, ${delay}`,
    `lag ${row.lagMs.join(' → ')} ms`,
    `${row.megabytes.join(' → ')} MB`,
  ].join('  ');
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
