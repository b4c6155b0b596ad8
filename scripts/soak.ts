// A camera for hours: the camera program with its engine on a recording at double speed, against a back end that only acknowledges.
// Prints its memory every minute and fails when that grows, or when frames are not given back.
//
//   node scripts/soak.ts VIDEO [--minutes 720] [--speed 2] [--profile balanced]     24 hours of video in 12
//
// A loop of a minute in which people come and go and nothing moves in between shows the most. Give a sub-stream's worth of size
// (1280 × 720 or less) where the machine is slow: frames that come too late are left out, and then less is tried.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openAcknowledger } from '../bench/back-end.ts';
import { runCamera } from '../src/camera/camera.ts';
import { readCameraConfig } from '../src/camera/config.ts';
import { alive } from '../src/camera/decoded.ts';
import type { Source } from '../src/camera/frame.ts';
import type { CameraStatus } from '../src/camera/status.ts';
import { openVideo } from '../src/camera/video.ts';
import { openOutput } from '../src/commands/output.ts';
import { readConfig } from '../src/config.ts';
import { openCodec, openEngine } from '../src/engine.ts';
import { openLog } from '../src/log.ts';

/** Growth from the second fifth of the time to the last one, in megabytes, that is no leak: caches and fragments. */
const GROWTH_MB = 40;
/** A camera holds the frame that is looked at, the newest one, and one that is being decoded. */
const MOST_FRAMES = 8;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '720' },
    speed: { type: 'string', default: '2' },
    profile: { type: 'string', default: 'balanced' },
    json: { type: 'boolean', default: false },
  },
});
const [video] = positionals;
const minutes = Number(values.minutes);
const speed = Number(values.speed);
if (video === undefined || !(minutes > 0) || !(speed > 0)) {
  process.stderr.write('soak: name a video, and numbers for --minutes and --speed\n');
  process.exit(2);
}
const output = openOutput(values.json);
const data = await mkdtemp(join(tmpdir(), 'kith-soak-'));
const log = openLog({ level: 'warn', pretty: false });
const backEnd = await openAcknowledger();

const source: Source = {
  schemes: ['soak'],
  finite: true,
  newestWins: true,
  open: (_, options) => openVideo({ address: resolve(video), name: video, live: false }, { ...options, speed }),
};
const { data: _, ...camera } = readCameraConfig({
  env: { KITH_CAMERA_KEY: 'soak' },
  overrides: {
    id: 'soak',
    source: 'soak:video',
    server: backEnd.url,
    profile: values.profile,
    loop: true,
  },
});
if (camera.source === undefined) throw new Error('unreachable: a source is given');
const engine = await openEngine(readConfig({ overrides: { data, profile: camera.profile, threads: 1 } }), log);
const stop = AbortSignal.timeout(minutes * 60_000);
const megabytes: number[] = [];
let mostFrames = 0;
let status: CameraStatus | undefined;
let ticks = 0;
const timer = setInterval(() => {
  megabytes.push(process.memoryUsage.rss() / 1e6);
  mostFrames = Math.max(mostFrames, alive.frames);
  if (ticks++ % 60 !== 0) return;
  const { heapUsed, external } = process.memoryUsage();
  output.say(
    `${String(Math.floor(ticks / 60)).padStart(4)} min  ${Math.round(megabytes.at(-1) ?? 0)} MB  heap ${Math.round(heapUsed / 1e6)}  outside ${Math.round(external / 1e6)}  frames ${alive.frames}  looks ${status?.analysed ?? 0}  dropped ${status?.dropped ?? 0}  shots ${status?.shots ?? 0}`,
  );
}, 1_000);
try {
  await runCamera(
    { ...camera, id: 'soak' },
    {
      engine: () => Promise.resolve(engine),
      codec: openCodec(),
      log,
      signal: stop,
      spoolFolder: join(data, 'spool'),
      sources: [source],
      onStatus: (next) => (status = next),
    },
  );
} finally {
  clearInterval(timer);
  await engine.close();
  backEnd.close();
  await rm(data, { recursive: true, force: true });
}
const fifth = Math.ceil(megabytes.length / 5);
const early = middle(megabytes.slice(fifth, 2 * fifth));
const late = middle(megabytes.slice(-fifth));
const grows = late - early > GROWTH_MB;
const leaks = mostFrames > MOST_FRAMES || alive.frames > 0;
output.answer(
  { minutes, speed, earlyMegabytes: early, lateMegabytes: late, mostFrames, framesLeft: alive.frames, ...status },
  () => [
    `${Math.round(early)} → ${Math.round(late)} MB, at most ${mostFrames} frames at once, ${alive.frames} left.`,
    grows ? 'The memory grows.' : leaks ? 'Frames are not given back.' : 'Nothing grows.',
  ],
);
process.exitCode = grows || leaks ? 1 : 0;

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
