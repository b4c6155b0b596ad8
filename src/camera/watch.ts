// Opens the source again and again, after problems with a back-off, after its end when it is to loop, and has its frames looked at.

import type { CameraState } from '../camera-port.ts';
import type { PictureCodec } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import { isKithError, messageOf } from '../errors.ts';
import { backoffMs, pause } from '../lifecycle.ts';
import { hideCredentials, type Log } from '../log.ts';
import { BY_PROFILE, type CameraConfig } from './config.ts';
import type { Follower, Look } from './follow.ts';
import { followerOf } from './follower-of.ts';
import type { Frame, FrameStream, Source, SourceOptions } from './frame.ts';
import { newestOf } from './newest.ts';
import { openStream } from './open-stream.ts';
import type { Shot } from './shots.ts';
import { findSource } from './sources.ts';
import { closeWithin, guarded, isStuck, openWithin } from './stall.ts';
import type { Tally } from './status.ts';

export interface Watching {
  readonly config: CameraConfig;
  readonly engine: FaceEngine;
  readonly codec: PictureCodec;
  readonly log: Log;
  /** Ends it: the program stops, or its settings change. */
  readonly signal: AbortSignal;
  readonly sources: readonly Source[];
  readonly tally: Tally;
  readonly enter: (state: CameraState, reason?: string | null) => void;
  readonly keep: (shots: readonly Shot[]) => Promise<void>;
  readonly onNamed: SourceOptions['onNamed'];
  /** Somebody watches. */
  readonly awake?: () => boolean;
  /** It was opened; `quiet`: no frames for long are normal. */
  readonly onOpened: (quiet: boolean) => void;
  /** A frame has come out of the source, also one that is never given. */
  readonly onArrived: () => void;
  /** A frame was given. */
  readonly onFrame: () => void;
  /** Before the frame is released; what it answers is waited for. */
  readonly onLook: (look: Look, frame: Frame) => Promise<void>;
  readonly backoff?: (tries: number) => number;
  readonly stallMs?: number;
  readonly closeMs?: number;
}

const STALL_MS = 20_000;
const CLOSE_MS = 5_000;
/** Sources have limits of their own; this is for one that hangs. */
const OPEN_MS = 60_000;

/** Resolves at the end of a finite source, or when the signal aborts. Throws a KithError `invalid` for what does not heal by itself,
 * and `unavailable` with `more.stuck` when the source hangs. */
export async function watch(given: Watching): Promise<void> {
  const { config, log, signal, tally, enter, keep, backoff = backoffMs } = given;
  const { source } = findSource(config.source, given.sources);
  const follower = followerOf(config, given.engine, tally);
  const newestWins = source.newestWins && config.pace === 'realtime';
  // Counts openings, so that the log tells one connection from the next.
  let generation = 0;
  let tries = 0;
  // Nothing has come since the source was opened, or since it said that it waits.
  let waiting = true;
  const running = (): void => {
    if (waiting) log.info({ generation }, `The source delivers pictures${tries > 0 ? ' again' : ''}.`);
    waiting = false;
    tries = 0;
    enter('running');
  };
  const onWaiting = (reason: string | null): void => {
    waiting = reason !== null;
    if (reason === null) running();
    else enter('connecting', reason);
  };
  while (!signal.aborted) {
    generation++;
    waiting = true;
    const began = tally.frames;
    // Ends what belongs to this opening, also when only this opening has failed.
    const attempt = new AbortController();
    /** The source counts what it leaves out; others give all that comes. */
    let tells = false;
    const onFrame = (): void => {
      given.onFrame();
      if (!tells) given.onArrived();
    };
    let problem: unknown;
    try {
      const options = (ending: AbortSignal): SourceOptions => ({
        ...optionsOf(given, AbortSignal.any([ending, attempt.signal])),
        onWaiting,
        onArrived() {
          tells = true;
          given.onArrived();
        },
      });
      const opened = await openWithin((ending) => openStream(config, options(ending), given.sources), {
        limitMs: source.finite ? null : OPEN_MS,
        signal,
      });
      const quiet = source.finite || source.quiet === true || opened.quiet === true;
      given.onOpened(quiet);
      const limitMs = quiet ? null : stallLimit(given);
      const stream = guarded(opened, { limitMs, onFrame, signal });
      const frames = newestWins ? newestOf(stream, () => tally.dropped++) : stream;
      await readAll(frames, { ...given, follower, onTaken: () => waiting && running() });
    } catch (error) {
      problem = error;
    } finally {
      attempt.abort();
      // Nobody is followed across a gap; what was seen so far is kept.
      await keep(follower.end());
    }
    if (isStuck(problem)) throw problem;
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

function optionsOf({ config, codec, log, onNamed, awake }: Watching, signal: AbortSignal): SourceOptions {
  return {
    rate: config.rate ?? BY_PROFILE[config.profile].rate,
    pace: config.pace,
    photosPerSecond: config.photosPerSecond,
    transport: config.transport,
    hardware: config.hardware,
    backEnd: { server: config.server, key: config.key, cameraId: config.id },
    onNamed,
    ...(awake ? { awake } : {}),
    codec,
    signal,
    onProblem: (message) => log.warn(message),
  };
}

/** Whoever asks for a picture a minute waits a minute. */
function stallLimit({ config, stallMs = STALL_MS }: Watching): number {
  return Math.max(stallMs, 2_500 / Math.min(config.rate ?? 1, config.photosPerSecond));
}

async function readAll(
  stream: FrameStream,
  given: Watching & { readonly follower: Follower; readonly onTaken: () => void },
): Promise<void> {
  const { follower, keep, signal, onLook, closeMs = CLOSE_MS } = given;
  try {
    for await (const frame of stream) {
      try {
        if (signal.aborted) return;
        given.onTaken();
        const look = await follower.look(frame, signal);
        await keep(look.shots);
        await onLook(look, frame);
      } finally {
        frame.release();
      }
    }
  } finally {
    await closeWithin(stream, closeMs);
  }
}
