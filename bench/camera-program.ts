// The child of bench/camera.ts: the camera program with its own engine, which also says how old each frame was when it was looked
// at, and what the process costs.

import { openCodec, openEngine } from '../src/engine.ts';
import { runCamera } from '../src/camera/camera.ts';
import { readCameraConfig } from '../src/camera/config.ts';
import type { Frame, Source } from '../src/camera/frame.ts';
import { fileSource } from '../src/camera/source-file.ts';
import type { CameraStatus } from '../src/camera/status.ts';
import { readConfig } from '../src/config.ts';
import { openLog } from '../src/log.ts';

/** Sent once a second; sums since the start but for `ages`. */
export interface Usage {
  readonly at: number;
  readonly cpuMs: number;
  readonly rssMegabytes: number;
  readonly frames: number;
  readonly looks: number;
  readonly dropped: number;
  readonly shots: number;
  /** Milliseconds from capture to the search, of the frames searched since the last message. */
  readonly ages: readonly number[];
}

let ages: number[] = [];
let status: CameraStatus | undefined;

/** `watched:PATH`: a recording whose frames are counted. */
const watchedSource: Source = {
  ...fileSource,
  schemes: ['watched'],
  async open(url, options) {
    const stream = await fileSource.open(url.replace(/^watched:/, 'file:'), options);
    async function* read(): AsyncGenerator<Frame> {
      for await (const frame of stream) yield watched(frame);
    }
    return { [Symbol.asyncIterator]: read, close: () => stream.close() };
  },
};

function watched(frame: Frame): Frame {
  return {
    ...frame,
    async look(maxSide) {
      ages.push(Date.now() - frame.capturedAt);
      return frame.look(maxSide);
    },
  };
}

function tell(): void {
  const { user, system } = process.cpuUsage();
  const usage: Usage = {
    at: performance.now(),
    cpuMs: (user + system) / 1000,
    rssMegabytes: process.memoryUsage.rss() / 1e6,
    frames: status?.frames ?? 0,
    looks: status?.analysed ?? 0,
    dropped: status?.dropped ?? 0,
    shots: status?.shots ?? 0,
    ages,
  };
  ages = [];
  process.send?.(usage);
}

const settings = await new Promise<Record<string, unknown>>((resolve) =>
  process.once('message', (message) => resolve(message as Record<string, unknown>)),
);
const stop = new AbortController();
process.once('disconnect', () => stop.abort());
const { data, ...camera } = readCameraConfig({ env: {}, overrides: settings });
const log = openLog({ level: 'warn', pretty: false });
if (camera.source === undefined) throw new Error('the bench gives a source');
const id = camera.id ?? 'bench';
const engine = await openEngine(readConfig({ overrides: { data, profile: camera.profile, threads: 1 } }), log);
const timer = setInterval(tell, 1_000);
try {
  await runCamera(
    { ...camera, id },
    {
      engine: () => Promise.resolve(engine),
      codec: openCodec(),
      log,
      signal: stop.signal,
      spoolFolder: `${data}/spool`,
      sources: [watchedSource],
      onStatus: (next) => (status = next),
    },
  );
} finally {
  clearInterval(timer);
  await engine.close();
  if (process.connected) process.disconnect();
}
