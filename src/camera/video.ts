// Decoding with FFmpeg inside the process (the only file that knows node-av). Every frame is decoded, few are kept, and those
// are converted only when somebody asks: a tiny grey one for the motion gate, full RGB for the search.

import type { Readable } from 'node:stream';
import { Decoder, Demuxer, FilterAPI } from 'node-av/api';
import { AV_LOG_QUIET, AV_NOPTS_VALUE, AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants';
import { Log, type Frame as NativeFrame, type Stream } from 'node-av/lib';
import type { Raster } from '../domain.ts';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { hideCredentials } from '../log.ts';
import { LUMA_WIDTH, partOf, type Frame, type FrameStream, type Luma } from './frame.ts';

export interface VideoInput {
  /** What FFmpeg opens; a stream needs its `format`. */
  readonly address: string | Readable;
  /** What people read: the address without credentials. */
  readonly name: string;
  /** FFmpeg's name of the container or device; found out when absent. */
  readonly format?: string;
  readonly options?: Readonly<Record<string, string | number>>;
  /** Live: a frame is captured when it arrives. Otherwise times are those of the recording, which begins now. */
  readonly live: boolean;
}

/** KithError `invalid`: this can never be read. `unavailable`: perhaps later. */
export async function openVideo(
  input: VideoInput,
  options: { rate: number; signal: AbortSignal; endsNow?: boolean },
): Promise<FrameStream> {
  // FFmpeg writes to stderr on its own and would print addresses with passwords.
  Log.setLevel(AV_LOG_QUIET);
  const demuxer = await openDemuxer(input, options.signal);
  try {
    const stream = demuxer.video();
    if (!stream) {
      throw new KithError(
        input.live ? 'unavailable' : 'invalid',
        `${input.name} has no video in it (only sound or data): name a file with pictures.`,
      );
    }
    // One thread: more would hold frames back, and other cameras want the cores.
    const decoder = await Decoder.create(stream, { threadCount: 1, exitOnError: false, signal: options.signal });
    return frames(input, demuxer, stream, decoder, options);
  } catch (error) {
    await demuxer.close();
    throw isKithError(error) ? error : unreadable(input, error);
  }
}

async function openDemuxer(input: VideoInput, signal: AbortSignal): Promise<Demuxer> {
  signal.throwIfAborted();
  const opening = Demuxer.open(input.address as string, {
    ...(input.format === undefined ? {} : { format: input.format }),
    ...(input.options === undefined ? {} : { options: { ...input.options } }),
    signal,
  });
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([opening, aborted.promise]);
  } catch (error) {
    // The native call cannot be interrupted: what it opens after all is closed when it answers.
    opening.then((late) => late.close()).catch(() => undefined);
    signal.throwIfAborted();
    throw unreadable(input, error);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function unreadable(input: VideoInput, error: unknown): KithError {
  const why = hideCredentials(messageOf(error)).replace(/^Failed to [a-z ]+: /i, '');
  return input.live
    ? new KithError('unavailable', `${input.name} does not deliver pictures (${why}).`, { cause: error })
    : new KithError('invalid', `${input.name} cannot be read as a video (${why}): it is damaged or something else.`, {
        cause: error,
      });
}

function frames(
  input: VideoInput,
  demuxer: Demuxer,
  stream: Stream,
  decoder: Decoder,
  options: { rate: number; endsNow?: boolean },
): FrameStream {
  const upright = uprightFilter(stream);
  const rgb = FilterAPI.create([...upright, 'format=rgb24'].join(','));
  const grey = FilterAPI.create([...upright, `scale=${LUMA_WIDTH}:-2:flags=area`, 'format=gray'].join(','));
  const pool: Uint8Array[] = [];
  const held = new Set<NativeFrame>();
  // What runs faster than it was recorded would reach into the future.
  const startAt = Date.now() - (options.endsNow ? Math.max(0, Math.round(demuxer.duration * 1000)) : 0);
  let open = true;
  let closing: Promise<void> | undefined;

  function wrap(native: NativeFrame, capturedAt: number): Frame {
    let raster: Raster | undefined;
    held.add(native);
    async function full(): Promise<Raster> {
      raster ??= await convert(native, rgb, (out) => copyRgb(out, pool));
      return raster;
    }
    return {
      capturedAt,
      width: native.width,
      height: native.height,
      luma: () => convert(native, grey, copyGrey),
      look: full,
      crop: async (box) => partOf(await full(), box),
      release() {
        if (!held.delete(native)) return;
        native.free();
        if (raster && pool.length < 2) pool.push(raster.data);
        if (!open && held.size === 0) closeFilters();
      },
    };
  }

  function closeFilters(): void {
    rgb.close();
    grey.close();
  }

  async function closeAll(): Promise<void> {
    await demuxer.close();
    decoder.close();
    // A frame that is being looked at still needs them; they go with the last one.
    if (held.size === 0) closeFilters();
  }

  async function* read(): AsyncGenerator<Frame> {
    const due = createRateCap(options.rate);
    let offset: number | undefined;
    for await (const native of decoder.frames(demuxer.packets(stream.index))) {
      if (native === null) return;
      const seconds = native.pts === AV_NOPTS_VALUE ? undefined : Number(native.pts) * native.timeBase.toDouble();
      const now = Date.now();
      if (seconds !== undefined) offset ??= seconds;
      const at = input.live || seconds === undefined ? now : startAt + Math.round((seconds - (offset ?? 0)) * 1000);
      if (!open || !due(at)) {
        native.free();
        if (!open) return;
        continue;
      }
      yield wrap(native, at);
    }
  }

  const { num, den } = stream.avgFrameRate;
  return {
    ...(num > 0 && den > 0 ? { nominalRate: num / den } : {}),
    [Symbol.asyncIterator]: read,
    close() {
      open = false;
      closing ??= closeAll();
      return closing;
    },
  };
}

/** Lets at most `rate` frames a second pass, by their own times; a clock that jumps back starts it anew. */
export function createRateCap(rate: number): (at: number) => boolean {
  const interval = 1000 / rate;
  let due = Number.NEGATIVE_INFINITY;
  return (at) => {
    if (at < due - 1 && at > due - interval - 1_000) return false;
    due = Math.max(due + interval, at + interval / 2);
    if (due > at + interval) due = at + interval;
    return true;
  };
}

async function convert<T>(native: NativeFrame, filter: FilterAPI, copy: (out: NativeFrame) => T): Promise<T> {
  const outs = await filter.processAll(native);
  try {
    const out = outs[0];
    if (!out) throw new Error('the picture could not be converted');
    return copy(out);
  } finally {
    for (const out of outs) out.free();
  }
}

function copyGrey(out: NativeFrame): Luma {
  const { width, height } = out;
  return { width, height, data: packed(out, new Uint8Array(width * height), width) };
}

/** Into shared memory that is used again: six megabytes a frame would keep the garbage collector busy. */
function copyRgb(out: NativeFrame, pool: Uint8Array[]): Raster {
  const { width, height } = out;
  const length = width * height * 3;
  const reused = pool.pop();
  const target = reused?.length === length ? reused : new Uint8Array(new SharedArrayBuffer(length));
  return { width, height, data: packed(out, target, width * 3) };
}

/** FFmpeg pads its rows. */
function packed(out: NativeFrame, target: Uint8Array, rowBytes: number): Uint8Array {
  const plane = out.data?.[0];
  const stride = out.linesize[0] ?? 0;
  if (!plane || stride < rowBytes) throw new Error('the picture has no pixels');
  if (stride === rowBytes) {
    target.set(plane.subarray(0, target.length));
    return target;
  }
  for (let row = 0; row < out.height; row++) {
    target.set(plane.subarray(row * stride, row * stride + rowBytes), row * rowBytes);
  }
  return target;
}

/** Square pixels, then the rotation that phones write beside the picture (as FFmpeg's own `autorotate` does). */
function uprightFilter(stream: Stream): string[] {
  const filters: string[] = [];
  const { num, den } = stream.codecpar.sampleAspectRatio;
  if (num > 0 && den > 0 && num !== den) filters.push(`scale=trunc(iw*${num}/${den}/2)*2:ih`, 'setsar=1');
  const matrix = stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
  if (!matrix || matrix.length < 36) return filters;
  const at = (index: number): number => matrix.readInt32LE(index * 4);
  const turn = Math.atan2(at(1) / Math.hypot(at(1), at(4)), at(0) / Math.hypot(at(0), at(3))) * (180 / Math.PI);
  const quarter = ((Math.round(turn / 90) % 4) + 4) % 4;
  if (quarter === 1) filters.push('transpose=clock');
  if (quarter === 2) filters.push('hflip', 'vflip');
  if (quarter === 3) filters.push('transpose=cclock');
  return filters;
}
