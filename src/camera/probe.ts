// Opens a camera for a moment, as the camera program does: does it give a picture, which, how many a second? For whoever sets one up.

import type { CameraSettings, KeptSettings } from '../camera-settings.ts';
import type { Probed } from '../camera-trial.ts';
import type { PictureCodec } from '../domain.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { hideCredentials } from '../log.ts';
import { nameOf } from './address.ts';
import type { BackEnd, Frame, SourceOptions } from './frame.ts';
import { profilesOf } from './source-onvif.ts';
import { findSource } from './sources.ts';
import { openStream } from './open-stream.ts';

export interface ProbePorts {
  readonly codec: PictureCodec;
  readonly signal: AbortSignal;
  /** How long the first picture may take. */
  readonly patienceMs?: number;
  readonly backEnd?: BackEnd | null;
}

const PATIENCE_MS = 9_000;
/** So long frames are counted. The picture is the last one: the first of a USB camera are dark, those of a stream may be incomplete. */
const COUNT_MS = 2_000;
/** What waited at the camera comes in a burst at first, and is not counted. */
const BURST_MS = 500;
const EVERY_FRAME = 1_000_000;
const PICTURE_PX = 1_280;

/** KithError `invalid` or `unavailable`, in the words of the camera program, when no picture comes. */
export async function probeCamera(
  camera: Pick<CameraSettings, 'source'> & Partial<KeptSettings>,
  ports: ProbePorts,
): Promise<Probed> {
  const { codec, patienceMs = PATIENCE_MS, backEnd = null } = ports;
  const { source, url } = findSource(camera.source);
  const name = source.finite ? camera.source : nameOf(url);
  const late = new AbortController();
  const signal = AbortSignal.any([ports.signal, late.signal]);
  const problems: string[] = [];
  let opened: 'no' | 'yes' | 'quiet' = 'no';
  const options: SourceOptions = {
    rate: EVERY_FRAME,
    awake: () => true,
    pace: 'realtime',
    photosPerSecond: camera.photosPerSecond ?? 1,
    transport: camera.transport ?? 'tcp',
    hardware: 'off',
    backEnd,
    onNamed: () => () => undefined,
    onProblem: (message) => void problems.push(message),
    codec,
    signal,
  };
  const profiles = url.startsWith('onvif:') ? profilesOf(url, signal).catch(() => []) : Promise.resolve([]);
  const timer = setTimeout(() => late.abort(), patienceMs);
  try {
    const stream = await openStream(camera, options);
    opened = source.quiet || stream.quiet ? 'quiet' : 'yes';
    const close = (): void => void stream.close().catch(() => undefined);
    signal.addEventListener('abort', close, { once: true });
    let frames = 0;
    let first: number | undefined;
    let from = 0;
    let last = 0;
    let picture: { readonly width: number; readonly height: number; readonly jpeg: Uint8Array } | null = null;
    try {
      for await (const frame of stream) {
        try {
          if (frame.event?.blind) continue;
          clearTimeout(timer);
          last = performance.now();
          first ??= last;
          if (last - first < BURST_MS) from = last;
          else frames++;
          const enough = frame.alone === true || stream.quiet === true || last - first >= COUNT_MS;
          if (enough || picture === null) picture = await take(frame, codec);
          if (enough) break;
        } finally {
          frame.release();
        }
      }
    } finally {
      signal.removeEventListener('abort', close);
      await stream.close();
    }
    if (!picture) throw noPicture(name, opened, patienceMs, problems);
    const seconds = (last - from) / 1000;
    return {
      source: name,
      ...picture,
      frameRate: frames > 1 && seconds > 0 ? frames / seconds : (stream.nominalRate ?? null),
      codec: stream.codec ?? null,
      profiles: await profiles,
    };
  } catch (error) {
    ports.signal.throwIfAborted();
    if (late.signal.aborted) throw noPicture(name, opened, patienceMs, problems);
    throw isKithError(error) ? error : unreadable(name, error);
  } finally {
    clearTimeout(timer);
    late.abort();
  }
}

async function take(frame: Frame, codec: PictureCodec) {
  const { width, height } = frame;
  const jpeg = await codec.encodeJpeg(await frame.look(PICTURE_PX), { quality: 80 });
  return { width, height, jpeg };
}

function noPicture(
  name: string,
  opened: 'no' | 'yes' | 'quiet',
  patienceMs: number,
  problems: readonly string[],
): KithError {
  const seconds = Math.round(patienceMs / 1000);
  if (opened === 'quiet') {
    const message = `${name} can be reached, but nothing has happened there in ${seconds} s, so there is no picture yet: add it all the same.`;
    return new KithError('unavailable', message);
  }
  const what =
    opened === 'yes'
      ? `${name} was opened but gave no picture in ${seconds} s: look at it with another program (VLC, or the camera's own page).`
      : `${name} said nothing in ${seconds} s: is it on, in the same network, and the port right?`;
  return new KithError('unavailable', [what, ...problems.slice(0, 1)].join(' '));
}

/** What is no error of a camera is one of the decoder's. */
function unreadable(name: string, error: unknown): KithError {
  const why = hideCredentials(messageOf(error)).replace(/\.$/, '');
  return new KithError(
    'unavailable',
    `${name} sends pictures that cannot be decoded (${why}): choose H.264 or H.265 in the settings of the camera.`,
    { cause: error },
  );
}
