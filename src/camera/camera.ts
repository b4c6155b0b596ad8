// The camera program: source → faces followed → best shots → spool → back end, until the source ends or the signal says stop.

import { randomUUID } from 'node:crypto';
import type { CameraState } from '../camera-port.ts';
import type { FaceEngine, PictureCodec } from '../domain.ts';
import { isKithError, messageOf } from '../errors.ts';
import { backoffMs, pause } from '../lifecycle.ts';
import { hideCredentials, type Log } from '../log.ts';
import { BY_PROFILE, type CameraConfig } from './config.ts';
import { createFollower, type Follower } from './follow.ts';
import type { FrameStream, Source, SourceOptions } from './frame.ts';
import { newestOf } from './newest.ts';
import { placed, type Shot } from './shots.ts';
import { findSource } from './sources.ts';
import { openSpool, type Spool } from './spool.ts';
import { emptyTally, type CameraStatus, type Tally } from './status.ts';
import { openUploader, type Uploader } from './uploader.ts';

export interface CameraPorts {
  readonly engine: FaceEngine;
  readonly codec: PictureCodec;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Where shots wait, `<data>/spool/<camera id>`. One program at a time. */
  readonly spoolFolder: string;
  /** Sources beside those of sources.ts, for example a demonstration. */
  readonly sources?: readonly Source[];
  /** On every change of state, and once a second while counts change. */
  readonly onStatus?: (status: CameraStatus) => void;
  readonly backoff?: (tries: number) => number;
  /** How long the end of a recording waits for the back end; what is left is sent by the next run. */
  readonly drainMs?: number;
}

const MAX_SIDE = 640;
const JPEG_QUALITY = 90;
const FAST_WIDE_MS = 500;

/** Runs until a finite source has ended and its shots are delivered, or until the signal aborts. Throws a KithError for
 * what does not heal by itself: a wrong address, a file that is no video. */
export async function runCamera(config: CameraConfig, ports: CameraPorts): Promise<CameraStatus> {
  const { log, signal, onStatus } = ports;
  const { source, url } = findSource(config.source, ports.sources);
  const tally = emptyTally();
  let full = false;
  const spool = await openSpool({
    folder: ports.spoolFolder,
    maxShots: config.spoolShots,
    maxBytes: config.spoolMegabytes * 1_000_000,
    onDropped() {
      tally.lost++;
      if (!full) log.warn('The spool is full: the oldest shots go. Is the back end reachable?');
      full = true;
    },
  });
  const uploader = openUploader({
    server: config.server,
    key: config.key,
    spool,
    log,
    ...(ports.backoff ? { backoff: ports.backoff } : {}),
  });
  let state: CameraState = 'connecting';
  let reason: string | null = null;

  const status = (): CameraStatus => ({
    state,
    reason,
    ...tally,
    ...uploader.counts,
    waiting: spool.counts.waiting,
  });
  const enter = (next: CameraState, why: string | null = null): void => {
    if (state === next && reason === why) return;
    state = next;
    reason = why;
    onStatus?.(status());
  };
  onStatus?.(status());
  const stopTicking = tickWhenChanged(
    () => onStatus?.(status()),
    () => JSON.stringify(status()),
  );
  try {
    const keeper = createKeeper(config, ports, spool, tally);
    await watch({ config, ports, source, url, tally, enter, keep: keeper.keep });
    await keeper.settled();
    if (!signal.aborted) await drain(spool, uploader, ports);
    await uploader.close(signal.aborted ? 1_000 : 5_000);
    enter('ended');
    return status();
  } catch (error) {
    await uploader.close();
    enter('ended', messageOf(error));
    throw error;
  } finally {
    stopTicking();
  }
}

interface Watch {
  readonly config: CameraConfig;
  readonly ports: CameraPorts;
  readonly source: Source;
  readonly url: string;
  readonly tally: Tally;
  readonly enter: (state: CameraState, reason?: string | null) => void;
  readonly keep: (shots: readonly Shot[]) => Promise<void>;
}

/** Opens the source again and again: after problems with a back-off, after its end when it is to loop. */
async function watch(given: Watch): Promise<void> {
  const { config, ports, source, url, tally, enter, keep } = given;
  const { log, signal, codec, backoff = backoffMs } = ports;
  const profile = BY_PROFILE[config.profile];
  const follower = createFollower({
    engine: ports.engine,
    search: config.search ?? profile.search,
    wideShare: profile.wideShare,
    ...(config.pace === 'fast' ? { wideEveryMs: FAST_WIDE_MS } : {}),
    minFacePx: config.minFacePx,
    minQuality: config.minQuality,
    tally,
  });
  const options: SourceOptions = {
    rate: config.rate ?? profile.rate,
    pace: config.pace,
    photosPerSecond: config.photosPerSecond,
    transport: config.transport,
    hardware: config.hardware,
    backEnd: { server: config.server, key: config.key, cameraId: config.id },
    onNamed: () => () => undefined,
    codec,
    signal,
    onProblem: (message) => log.warn(message),
    onWaiting(reason) {
      waiting = reason !== null;
      if (reason === null) running();
      else enter('connecting', reason);
    },
  };
  // Nothing has come since the source was opened, or since it said that it waits.
  let waiting = true;
  const running = (): void => {
    waiting = false;
    if (tries > 0) log.info({ generation }, 'The source delivers pictures again.');
    tries = 0;
    enter('running');
  };
  // Counts openings, so that the log tells one connection from the next.
  let generation = 0;
  let tries = 0;
  while (!signal.aborted) {
    generation++;
    const began = tally.frames;
    waiting = true;
    let problem: unknown;
    try {
      const stream = await source.open(url, options);
      await readAll(
        source.newestWins && config.pace === 'realtime' ? newestOf(stream, () => tally.dropped++) : stream,
        {
          follower,
          keep,
          signal,
          onFrame() {
            if (waiting) running();
          },
        },
      );
    } catch (error) {
      problem = error;
    } finally {
      // Nobody is followed across a gap; what was seen so far is kept.
      await keep(follower.end());
    }
    if (signal.aborted) return;
    if (source.finite) {
      if (problem !== undefined) throw problem;
      if (!config.loop) return;
      // A recording without a single frame must not spin.
      if (tally.frames === began) await pause(backoff(1), signal);
      continue;
    }
    if (isKithError(problem) && problem.code === 'invalid') throw problem;
    const why = problem === undefined ? 'The stream has ended.' : hideCredentials(messageOf(problem));
    if (++tries === 1) log.warn({ generation }, `${why} Trying on.`);
    enter('retrying', why);
    await pause(backoff(tries), signal);
  }
}

async function readAll(
  stream: FrameStream,
  given: {
    follower: Follower;
    keep: (shots: readonly Shot[]) => Promise<void>;
    signal: AbortSignal;
    onFrame: () => void;
  },
): Promise<void> {
  try {
    for await (const frame of stream) {
      try {
        if (given.signal.aborted) return;
        given.onFrame();
        const { shots } = await given.follower.look(frame, given.signal);
        await given.keep(shots);
      } finally {
        frame.release();
      }
    }
  } finally {
    await stream.close();
  }
}

/** Encodes shots and puts them into the spool behind the back of the search, in their order. */
function createKeeper(
  config: CameraConfig,
  { codec, log }: CameraPorts,
  spool: Spool,
  tally: Tally,
): { keep: (shots: readonly Shot[]) => Promise<void>; settled: () => Promise<void> } {
  let queue: Promise<void> = Promise.resolve();
  let queued = 0;
  let failing = false;

  async function store(shot: Shot): Promise<void> {
    try {
      const { picture } = shot;
      const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
      const jpeg = await codec.encodeJpeg(picture, { maxSide: MAX_SIDE, quality: JPEG_QUALITY });
      const { trackId, capturedAt } = shot;
      await spool.add({ id: randomUUID(), cameraId: config.id, trackId, capturedAt, ...placed(shot, scale) }, jpeg);
      tally.shots++;
      if (failing) log.info('Shots can be kept again.');
      failing = false;
    } catch (error) {
      tally.lost++;
      if (!failing) log.error({ err: error }, `A shot could not be kept (${messageOf(error)}): is the disk full?`);
      failing = true;
    } finally {
      queued--;
    }
  }

  return {
    async keep(shots) {
      for (const shot of shots) {
        queued++;
        queue = queue.then(() => store(shot));
      }
      // A slow disk slows the search down before it fills the memory.
      if (queued > 16) await queue;
    },
    settled: () => queue,
  };
}

async function drain(spool: Spool, uploader: Uploader, ports: CameraPorts): Promise<void> {
  await spool.drained(AbortSignal.any([ports.signal, AbortSignal.timeout(ports.drainMs ?? 60_000)]));
  const { waiting } = spool.counts;
  if (waiting === 0 || ports.signal.aborted) return;
  ports.log.warn(`${waiting} shots were not delivered (${uploader.trouble ?? 'slow'}) and stay for the next run.`);
}

function tickWhenChanged(tell: () => void, picture: () => string): () => void {
  let told = picture();
  const timer = setInterval(() => {
    const now = picture();
    if (now !== told) tell();
    told = now;
  }, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
