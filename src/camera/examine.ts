// Watches a camera for a while as the camera program does, sends nothing and keeps nothing, and says what it found out. For
// `kith doctor camera`.

import { derive, emptyDay, sumDays } from '../camera-figures.ts';
import type { Examination, View } from '../camera-examination.ts';
import type { CameraSettings } from '../camera-settings.ts';
import type { PictureCodec } from '../domain.ts';
import type { FaceEngine } from '../face-port.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { pause } from '../lifecycle.ts';
import { hideCredentials } from '../log.ts';
import { nameOf } from './address.ts';
import { createArrivals } from './arrivals.ts';
import { BY_PROFILE } from './config.ts';
import { lookCloser, hiddenFaces } from './closer-look.ts';
import { createEyes } from './eyes.ts';
import { factsOf } from './face-facts.ts';
import type { BackEnd, Frame, FrameStream, Source, SourceOptions } from './frame.ts';
import { newestOf } from './newest.ts';
import { openStream } from './open-stream.ts';
import { findSource } from './sources.ts';
import { createRateCap } from './video.ts';

export interface ExaminePorts {
  readonly engine: FaceEngine;
  readonly codec: PictureCodec;
  /** Ends the watching early; what was seen until then is told. */
  readonly signal: AbortSignal;
  readonly seconds: number;
  readonly sources?: readonly Source[];
  /** Once a second. */
  readonly onProgress?: (watched: number, faces: number) => void;
  /** How long the first picture may take. */
  readonly patienceMs?: number;
  /** For pictures that come from the back end. */
  readonly backEnd?: BackEnd | null;
}

export interface Examined {
  readonly examination: Examination;
  readonly view: View | null;
}

const PATIENCE_MS = 25_000;
const AGAIN_MS = 1_000;
/** All frames, so that they can be counted; those above the wanted rate are never converted. */
const EVERY_FRAME = 1_000_000;

/** KithError `invalid` or `unavailable` when no picture comes. */
export async function examineCamera(camera: CameraSettings, ports: ExaminePorts): Promise<Examined> {
  const { engine, codec, seconds, onProgress, patienceMs = PATIENCE_MS, backEnd = null } = ports;
  const { source, url } = findSource(camera.source, ports.sources);
  // A path stays as it was given, with all that stands in it.
  const name = source.finite ? camera.source : nameOf(url);
  const profile = BY_PROFILE[camera.profile];
  const rate = camera.rate ?? profile.rate;
  const stop = new AbortController();
  const signal = AbortSignal.any([ports.signal, stop.signal]);
  const problems: string[] = [];
  const breaks: string[] = [];
  const eyes = createEyes(camera, engine, seconds);
  const arrivals = createArrivals();
  const options: SourceOptions = {
    rate: EVERY_FRAME,
    awake: () => true,
    pace: 'realtime',
    photosPerSecond: camera.photosPerSecond,
    transport: camera.transport,
    hardware: camera.hardware,
    backEnd,
    onNamed: () => () => undefined,
    codec,
    signal,
    onProblem: (message) => void (problems.length < 20 && problems.push(message)),
  };
  const startedAt = Date.now();
  let timer = setTimeout(() => stop.abort(), patienceMs);
  let firstAt: number | undefined;
  let nominalRate: number | null = null;
  const watched = (): number => (firstAt === undefined ? 0 : Math.min(seconds, (performance.now() - firstAt) / 1000));
  const ticking = setInterval(() => firstAt !== undefined && onProgress?.(watched(), eyes.faces()), 1_000);

  function onFrame(): void {
    arrivals.came(performance.now());
    eyes.figures.arrived(Date.now());
    if (firstAt !== undefined) return;
    firstAt = performance.now();
    clearTimeout(timer);
    timer = setTimeout(() => stop.abort(), seconds * 1000);
  }

  async function watchOnce(): Promise<void> {
    const stream = await openStream(camera, options, ports.sources);
    nominalRate = stream.nominalRate ?? nominalRate;
    const counted = countAndCap(stream, rate, onFrame);
    const reading = source.newestWins ? newestOf(counted, () => arrivals.dropped++) : counted;
    const close = (): void => void reading.close().catch(() => undefined);
    signal.addEventListener('abort', close, { once: true });
    try {
      for await (const frame of reading) {
        try {
          if (signal.aborted) return;
          await eyes.look(frame, signal);
        } finally {
          frame.release();
        }
      }
    } finally {
      signal.removeEventListener('abort', close);
      await reading.close();
    }
  }

  let ended = false;
  try {
    while (!signal.aborted && !ended) {
      let problem: unknown;
      try {
        await watchOnce();
      } catch (error) {
        problem = error;
      }
      eyes.gap();
      arrivals.gap();
      if (signal.aborted) break;
      // What never gave a picture is no camera; what gave some is watched on.
      if (firstAt === undefined || (source.finite && problem !== undefined)) {
        throw (
          problem ?? new KithError('invalid', `${name} ended without a single picture. ${problems[0] ?? ''}`.trim())
        );
      }
      ended = source.finite;
      if (ended) break;
      if (isKithError(problem) && problem.code === 'invalid') throw problem;
      breaks.push(problem === undefined ? 'The stream ended.' : hideCredentials(messageOf(problem)));
      await pause(AGAIN_MS, signal);
    }
    if (firstAt === undefined) throw noPicture(name, ports.signal.aborted ? null : patienceMs, problems);
  } finally {
    clearTimeout(timer);
    clearInterval(ticking);
  }

  const latest = eyes.latest();
  const day = eyes.figures.days().reduce(sumDays, emptyDay(new Date(startedAt).toISOString().slice(0, 10)));
  const examination: Examination = {
    source: name,
    startedAt,
    seconds: watched(),
    cutShort: ended ? 'ended' : ports.signal.aborted ? 'stopped' : null,
    settings: {
      profile: camera.profile,
      rate,
      search: camera.search ?? profile.search,
      lookPx: camera.lookPx ?? profile.lookPx,
      tiles: camera.tiles,
    },
    stream: { ...arrivals.facts(kindOf(source, url, eyes.photos()), nominalRate), breaks, problems },
    light: eyes.light(),
    faces: factsOf(eyes.samples, watched(), day.looks),
    glimpses: Math.max(0, eyes.found() - day.faces),
    closer: day.faces === 0 ? await lookCloser(engine, eyes.pictures) : null,
    day,
    derived: derive(day),
  };
  return { examination, view: latest && (await hiddenFaces(engine, latest, eyes.recent())) };
}

function noPicture(name: string, waitedMs: number | null, problems: readonly string[]): KithError {
  const what =
    waitedMs === null
      ? `Stopped before ${name} gave a picture.`
      : `${name} was opened but gave no picture in ${Math.round(waitedMs / 1000)} s: look at it with another program (VLC, or the camera's own page).`;
  return new KithError('unavailable', [what, ...problems.slice(0, 1)].join(' '));
}

/** Counts every frame and hands on those at the wanted rate. */
function countAndCap(stream: FrameStream, rate: number, onFrame: () => void): FrameStream {
  async function* read(): AsyncGenerator<Frame> {
    const due = createRateCap(rate);
    for await (const frame of stream) {
      // The end of a recorder's event, with an old picture.
      if (frame.event?.blind) {
        frame.release();
        continue;
      }
      onFrame();
      if (frame.alone || frame.event || due(frame.capturedAt)) yield frame;
      else frame.release();
    }
  }
  return { [Symbol.asyncIterator]: read, close: () => stream.close() };
}

function kindOf(source: Source, url: string, photos: boolean): Examination['stream']['kind'] {
  if (photos) return 'photos';
  if (source.finite) return 'recording';
  if (/^https?:/i.test(url)) return /\.m3u8(?:$|[?#])/i.test(url) ? 'playlist' : 'network';
  return /^(?:v4l2|libcamera):/i.test(url) ? 'device' : 'network';
}
