// The camera stack of Raspberry Pi OS through its own program: libcamera:, libcamera:1, libcamera:?camera=1&size=1280x720&rate=25&rotation=180.

import { KithError, messageOf } from '../errors.ts';
import { RATE, readQuery, SIZE } from './camera-query.ts';
import type { Frame, FrameStream, Source, SourceOptions } from './frame.ts';
import { splitJpegs } from './jpeg-split.ts';
import { asMultipart } from './mjpeg.ts';
import { openProgram, type ProgramStream } from './program-stream.ts';
import { openVideo } from './video.ts';

// The newer name first.
const PROGRAMS = ['rpicam-vid', 'libcamera-vid'];
const SILENCE_MS = 15_000;
const HIGHEST_RATE = 30;

const WORDS = {
  camera: /^\d$/,
  size: SIZE,
  rate: RATE,
  rotation: ['0', '180'],
  hflip: ['0', '1'],
  vflip: ['0', '1'],
  codec: ['mjpeg', 'h264'],
} as const;

/** By what the program says. */
const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/no cameras? available/i, 'is the cable in, the right way round? "rpicam-hello --list-cameras" shows what there is'],
  [/in use|busy|acquire/i, 'another program uses the camera, end that one'],
  [/permission/i, 'add the user to the group video: sudo usermod -aG video $USER, then log in again'],
  [/unrecognised option/i, 'the program is too old: sudo apt install --only-upgrade rpicam-apps'],
];

export const libcameraSource = createLibcameraSource(SILENCE_MS);

export function createLibcameraSource(silenceMs: number): Source {
  return {
    schemes: ['libcamera'],
    finite: false,
    newestWins: true,
    async open(url, options) {
      const { codec, args } = argsOf(url, options.rate);
      try {
        return await openCamera(codec, args, options, silenceMs);
      } catch (error) {
        // Where no chip encodes H.264 (Raspberry Pi 5) the program has to be told the container; elsewhere it may not know the word.
        if (codec !== 'h264' || !/libav|output context/i.test(messageOf(error))) throw error;
        return openCamera(codec, [...args, '--libav-format', 'h264'], options, silenceMs);
      }
    },
  };
}

/** MJPEG unless asked: every model encodes it, and each picture is whole by itself. No more pictures are encoded than are looked at. */
function argsOf(url: string, rate: number): { codec: 'mjpeg' | 'h264'; args: string[] } {
  const [place = '', query = ''] = url
    .slice(url.indexOf(':') + 1)
    .replace(/^\/\//, '')
    .split('?', 2);
  const wish = readQuery('libcamera', place === '' ? query : `camera=${place}&${query}`, WORDS);
  const [width = '', height = ''] = (wish.size ?? '1280x720').split('x');
  const wanted = wish.rate ?? String(Math.min(HIGHEST_RATE, Math.max(1, Math.ceil(rate))));
  const codec = wish.codec === 'h264' ? 'h264' : 'mjpeg';
  const args = ['--timeout', '0', '--nopreview', '--camera', wish.camera ?? '0'];
  args.push('--width', width, '--height', height, '--framerate', wanted, '--rotation', wish.rotation ?? '0');
  if (wish.hflip === '1') args.push('--hflip');
  if (wish.vflip === '1') args.push('--vflip');
  args.push('--codec', codec);
  // A key frame each second, each with what is needed to begin there.
  if (codec === 'h264') args.push('--inline', '--intra', String(Math.ceil(Number(wanted))));
  return { codec, args: [...args, '--flush', '--output', '-'] };
}

async function openCamera(
  codec: 'mjpeg' | 'h264',
  args: readonly string[],
  options: SourceOptions,
  silenceMs: number,
): Promise<FrameStream> {
  const { signal } = options;
  const program = await openProgram(PROGRAMS, args, { silenceMs, signal });
  if (!program) {
    throw new KithError(
      'unavailable',
      'The program rpicam-vid is missing, which reads the cameras of a Raspberry Pi: sudo apt install rpicam-apps',
    );
  }
  // FFmpeg takes nothing at all for a video, too.
  if (!(await program.began())) {
    signal.throwIfAborted();
    throw trouble((await ended(program)) ?? 'it has ended');
  }
  const input = codec === 'h264' ? program.output : asMultipart(splitJpegs(program.output));
  const name = 'libcamera:';
  let video: FrameStream;
  try {
    video = await openVideo(
      { address: input, format: codec === 'h264' ? 'h264' : 'mpjpeg', name, live: true, options: { fpsprobesize: 0 } },
      options,
    );
  } catch (error) {
    const why = await ended(program);
    signal.throwIfAborted();
    throw why === null ? error : trouble(why, error);
  }

  async function* read(): AsyncGenerator<Frame> {
    yield* video;
    const why = await ended(opened);
    if (why !== null && !signal.aborted) throw trouble(why);
  }
  const opened = program;
  return {
    [Symbol.asyncIterator]: read,
    async close() {
      // First the program: whoever waits for its output wakes up.
      await opened.close();
      input.destroy();
      await video.close();
    },
  };
}

/** Its output ends a moment before it has said why. */
async function ended(program: ProgramStream): Promise<string | null> {
  const until = performance.now() + 500;
  while (program.reason() === null && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 10));
  const why = program.reason();
  await program.close();
  return why;
}

function trouble(why: string, cause?: unknown): KithError {
  const hint = HINTS.find(([pattern]) => pattern.test(why))?.[1];
  return new KithError(
    'unavailable',
    `The camera of this machine does not deliver pictures (${why})${hint === undefined ? '' : `: ${hint}`}.`,
    { cause },
  );
}
