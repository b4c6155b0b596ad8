// The camera program: source → faces followed → best shots → spool → back end, with the settings that are in force, until the source
// ends or the signal says stop.

import { randomUUID } from 'node:crypto';
import type { CameraReport, CameraState } from '../camera-port.ts';
import type { PictureCodec } from '../domain.ts';
import type { Profile } from '../model-port.ts';
import type { FaceEngine } from '../face-port.ts';
import { messageOf } from '../errors.ts';
import { pause } from '../lifecycle.ts';
import { hideCredentials, type Log } from '../log.ts';
import { nameOf } from './address.ts';
import type { CameraConfig, ProgramConfig } from './config.ts';
import { createCourse, type Course } from './course.ts';
import { createFigures } from './figures.ts';
import { createFirstShots } from './first-shots.ts';
import type { Source } from './frame.ts';
import { createKeeper } from './keeper.ts';
import { openLink } from './link.ts';
import { openPreview } from './preview.ts';
import { openSpool, type Spool, type SpoolOptions } from './spool.ts';
import { isStuck } from './stall.ts';
import { emptyTally, type CameraAlive, type CameraStatus } from './status.ts';
import { openUploader, type Uploader } from './uploader.ts';
import { watch, type Watching } from './watch.ts';

export interface CameraPorts {
  /** The engine for a profile; asked before each opening of the source, so that it may be the same one again. */
  readonly engine: (profile: Profile) => Promise<FaceEngine>;
  readonly codec: PictureCodec;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Where shots wait, `<data>/spool/<camera id>`. One program at a time. */
  readonly spoolFolder: string;
  /** Sources beside those of sources.ts, for example a demonstration. */
  readonly sources?: readonly Source[];
  /** On every change of state, and once a second while counts change. */
  readonly onStatus?: (status: CameraStatus) => void;
  /** Once a second, and on every change of state. */
  readonly onAlive?: (alive: CameraAlive) => void;
  readonly backoff?: (tries: number) => number;
  /** How long the end of a recording waits for the back end; what is left is sent by the next run. */
  readonly drainMs?: number;
  /** Without a frame for so long the source is opened anew; closing may take so long before the program ends. */
  readonly stallMs?: number;
  readonly closeMs?: number;
}

const DROPPED = {
  full: 'shots were given up, poor and old ones first: the spool is full',
  old: 'shots were given up: they waited too long',
} as const;
/** Settings that cannot be used may work later without a change, as when a device gets its address. */
const WRONG_MS = 60_000;

/** Runs until a finite source has ended and its shots are delivered, or until the signal aborts. Throws a KithError for what
 * does not heal by itself: a wrong address of its own, a file that is no video, a source that hangs (`more.stuck`). */
export async function runCamera(program: ProgramConfig, ports: CameraPorts): Promise<CameraStatus> {
  const { log, signal, codec, spoolFolder, backoff, onStatus } = ports;
  const { id, server, key } = program;
  const connection = { server, key, cameraId: id, log };
  const patience = backoff ? { backoff } : {};
  const run = randomUUID();
  const tally = emptyTally();
  const figures = createFigures();
  const firstShots = createFirstShots(figures);
  let state: CameraState = 'connecting';
  let reason: string | null = null;
  let framesAt: number | null = null;
  let quiet = true;

  const course = createCourse({ program, folder: spoolFolder, log, onConfig: (config) => preview.zones(config) });
  const spool = await openSpool(spoolOptions(course, ports, () => tally.lost++));
  const uploader = openUploader({ ...connection, ...patience, spool, onDelivered: firstShots.delivered });
  const link = openLink({
    ...connection,
    ...patience,
    program: run,
    report,
    onSettings: course.heard,
    onTrouble: course.trouble,
    onWatch: () => preview.beat(),
  });
  const preview = openPreview({ ...connection, codec, watching: () => link.watching, setWatching: link.setWatching });
  const keeper = createKeeper({ cameraId: id, codec, log, spool, tally });
  link.onNamed(preview.named);

  function status(): CameraStatus {
    return { state, reason, ...tally, ...uploader.counts, waiting: spool.counts.waiting };
  }

  function report(): CameraReport {
    const { state: now, reason: why, ...counts } = status();
    return {
      program: run,
      state: now,
      reason: why?.slice(0, 500) ?? null,
      source: nameOf(course.config?.source ?? '').slice(0, 500),
      settingsVersion: course.version,
      memoryMegabytes: megabytes(),
      counts,
      days: [...figures.days()],
    };
  }

  function enter(next: CameraState, why: string | null = null): void {
    if (state === next && reason === why) return;
    state = next;
    reason = why;
    preview.state(next, why);
    link.changed();
    onStatus?.(status());
    alive();
  }

  function alive(): void {
    ports.onAlive?.({
      kind: 'alive',
      framesAt,
      quiet: quiet || state !== 'running',
      memoryMegabytes: megabytes(),
      memoryLimitMegabytes: course.config?.memoryMegabytes ?? null,
      status: status(),
    });
  }

  function watching(config: CameraConfig, engine: FaceEngine, ending: AbortSignal): Watching {
    return {
      config,
      engine,
      codec,
      log,
      signal: ending,
      sources: ports.sources ?? [],
      tally,
      enter,
      keep: keeper.keep,
      onNamed: link.onNamed,
      awake: () => link.watching,
      onOpened(isQuiet) {
        quiet = isQuiet;
      },
      onArrived: () => figures.arrived(Date.now()),
      onFrame() {
        framesAt = Date.now();
      },
      async onLook(look, frame) {
        // The end of a recorder's event comes with an old picture, and what appeared when is the recorder's to know.
        if (!frame.event?.blind) figures.look(look, Date.now());
        if (!frame.event) firstShots.looked(look);
        await preview.offer(look, frame);
      },
      ...patience,
      ...(ports.stallMs === undefined ? {} : { stallMs: ports.stallMs }),
      ...(ports.closeMs === undefined ? {} : { closeMs: ports.closeMs }),
    };
  }

  /** Looks with the settings in force until a source of its own has ended. */
  async function steer(): Promise<void> {
    const own = program.source !== undefined;
    let said: string | null = null;
    while (!signal.aborted) {
      const turn = course.turn;
      const ending = AbortSignal.any([signal, turn.changed]);
      if (!turn.config) {
        enter(turn.state, turn.reason);
        await aborted(ending);
        continue;
      }
      enter('connecting');
      preview.zones(turn.config);
      try {
        const engine = await ports.engine(turn.config.profile);
        await watch(watching(turn.config, engine, ending));
        if (ending.aborted) continue;
        if (own) return;
        enter('ended');
        await aborted(ending);
      } catch (error) {
        if (own || isStuck(error)) throw error;
        const why = hideCredentials(messageOf(error));
        if (why !== said) log.warn(`${why} Waiting for other settings.`);
        said = why;
        enter('retrying', why);
        await pause(WRONG_MS, ending);
      }
    }
  }

  onStatus?.(status());
  const stopTicking = everySecond(status, onStatus, () => {
    alive();
    preview.beat();
  });
  try {
    await steer();
    await keeper.settled();
    if (!signal.aborted) await drain(spool, uploader, ports);
    await uploader.close(signal.aborted ? 1_000 : 5_000);
    enter('ended');
    return status();
  } catch (error) {
    await keeper.settled();
    await uploader.close();
    enter('ended', hideCredentials(messageOf(error)));
    throw error;
  } finally {
    stopTicking();
    await preview.close();
    await link.close();
    await course.settled();
  }
}

function spoolOptions(course: Course, { log, spoolFolder }: CameraPorts, onLost: () => void): SpoolOptions {
  return {
    folder: spoolFolder,
    // Without settings yet, what waits from the last run is bounded by the defaults.
    get maxShots() {
      return course.config?.spoolShots;
    },
    get maxBytes() {
      return course.config ? course.config.spoolMegabytes * 1_000_000 : undefined;
    },
    get maxAgeMs() {
      return course.config ? course.config.spoolHours * 3_600_000 : undefined;
    },
    onDropped(total, why) {
      onLost();
      if (total === 1 || total % 100 === 0) log.warn(`${total} ${DROPPED[why]}. Is the back end reachable?`);
    },
    onTrouble: (trouble) => (trouble === null ? log.info('The disk takes shots again.') : log.error(trouble)),
  };
}

async function drain(spool: Spool, uploader: Uploader, ports: CameraPorts): Promise<void> {
  await spool.drained(AbortSignal.any([ports.signal, AbortSignal.timeout(ports.drainMs ?? 60_000)]));
  const { waiting } = spool.counts;
  if (waiting === 0 || ports.signal.aborted) return;
  ports.log.warn(`${waiting} shots were not delivered (${uploader.trouble ?? 'slow'}) and stay for the next run.`);
}

function everySecond(
  status: () => CameraStatus,
  tell: ((status: CameraStatus) => void) | undefined,
  always: () => void,
): () => void {
  let told = JSON.stringify(status());
  const timer = setInterval(() => {
    always();
    const now = status();
    const text = JSON.stringify(now);
    if (text !== told) tell?.(now);
    told = text;
  }, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}

function megabytes(): number {
  return Math.round(process.memoryUsage.rss() / 1e6);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
