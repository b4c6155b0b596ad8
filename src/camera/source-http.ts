// Cameras over HTTP. What an address gives is found out by asking it: a still picture is polled, MJPEG is read here, and everything
// else (HLS, video) is left to FFmpeg.

import { KithError, messageOf } from '../errors.ts';
import { cleanAddress } from './address.ts';
import type { Frame, FrameStream, Source, SourceOptions } from './frame.ts';
import { openHttpCamera, type Answer, type HttpCamera } from './http-camera.ts';
import { asMultipart, readJpegs } from './mjpeg.ts';
import { openStill } from './source-still.ts';
import { noPictures, withHint } from './trouble.ts';
import { openVideo } from './video.ts';

// A camera that says nothing for so long is gone.
const SILENCE_MS = 15_000;
const ENOUGH_BYTES = 16;

export const httpSource = createHttpSource(SILENCE_MS);

export function createHttpSource(silenceMs: number): Source {
  return {
    schemes: ['http', 'https'],
    finite: false,
    newestWins: true,
    async open(url, options) {
      const camera = openHttpCamera(url, { signal: options.signal, silenceMs });
      try {
        const { beginning, answer } = await camera.peek(await camera.get(), ENOUGH_BYTES);
        const kind = kindOf(answer.type, beginning);
        if (kind === 'still') return openStill(camera, answer, options);
        if (kind === 'mjpeg') return await openMjpeg(camera, answer, options);
        camera.close();
        if (kind === 'video') return await openWithFfmpeg(url, camera.name, options, silenceMs);
        throw new KithError(
          'unavailable',
          `${camera.name} answers ${answer.type === '' ? 'words' : answer.type}, no pictures: see the camera's manual for the address of its stream or still picture.`,
        );
      } catch (error) {
        camera.close();
        options.signal.throwIfAborted();
        throw error;
      }
    },
  };
}

type Kind = 'still' | 'mjpeg' | 'video' | 'words';

/** Bytes are believed before the content type, which cameras get wrong. */
function kindOf(type: string, beginning: Buffer): Kind {
  const text = beginning.toString('latin1');
  if (/^(?:\u00ff\u00d8\u00ff|\u0089PNG|RIFF....WEBP|GIF8)/s.test(text)) return 'still';
  if (/^\s*--\S/.test(text) || type.startsWith('multipart/')) return 'mjpeg';
  if (text.startsWith('#EXTM3U') || type.startsWith('video/') || /mpegurl|dash/.test(type)) return 'video';
  if (type.startsWith('image/')) return 'still';
  // oxlint-disable-next-line no-control-regex -- text has none of these
  return /^[^\u0000-\u0008\u000e-\u001f\u007f-\u00ff]*$/.test(text) ? 'words' : 'video';
}

async function openMjpeg(camera: HttpCamera, answer: Answer, options: SourceOptions): Promise<FrameStream> {
  const { signal, onProblem } = options;
  let broken = 0;
  let failure: unknown;

  function onBroken(): void {
    if (++broken === 1) onProblem(`${camera.name} sends pictures that are cut off or none at all: they are left out.`);
  }

  /** FFmpeg only learns that its input ends; why is told by us. */
  async function* jpegs(): AsyncGenerator<Buffer> {
    const boundary = /boundary="?([^";]+)/i.exec(answer.headers['content-type'] ?? '')?.[1]?.trim() ?? null;
    try {
      yield* readJpegs(answer.body, { boundary, onBroken });
    } catch (error) {
      failure = noPictures(camera.name, messageOf(error), error);
    }
  }

  const input = asMultipart(jpegs());
  function hangUp(): void {
    // In this order: the connection wakes whoever waits for it.
    camera.close();
    input.destroy();
  }
  signal.addEventListener('abort', hangUp, { once: true });
  let video: FrameStream;
  try {
    video = await openVideo(
      { address: input, format: 'mpjpeg', name: camera.name, live: true, options: { fpsprobesize: 0 } },
      options,
    );
  } catch (error) {
    hangUp();
    throw failure ?? error;
  }

  async function* read(): AsyncGenerator<Frame> {
    yield* video;
    if (failure !== undefined && !signal.aborted) throw failure;
  }
  return {
    codec: 'mjpeg',
    [Symbol.asyncIterator]: read,
    close() {
      hangUp();
      return video.close();
    },
  };
}

async function openWithFfmpeg(
  url: string,
  name: string,
  options: SourceOptions,
  silenceMs: number,
): Promise<FrameStream> {
  try {
    return await openVideo(
      {
        address: cleanAddress(url),
        name,
        live: true,
        options: {
          rw_timeout: silenceMs * 1_000,
          max_redirects: 4,
          // A live playlist begins three pieces ago otherwise, which is ten seconds and more.
          live_start_index: -1,
          // A playlist must not be able to name files of this machine.
          protocol_whitelist: 'http,https,tcp,tls,crypto',
        },
      },
      options,
    );
  } catch (error) {
    throw withHint(error);
  }
}
