// Opens what holds a video and reads its packets one by one, when they are asked for. (node-av's own reader fills a queue and
// then spins on a full one: a recording that is played in real time cost half a core for nothing.)

import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isKithError, KithError, messageOf } from '../errors.ts';
import { hideCredentials } from '../log.ts';
import {
  AV_LOG_QUIET,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_VIDEO,
  Demuxer,
  FFmpegError,
  Log,
  Packet,
  type Stream,
} from './ffmpeg.ts';

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

export interface PacketStream {
  /** The video that is read; another one when the broadcast has changed its streams. */
  readonly stream: Stream;
  readonly timeBase: { readonly num: number; readonly den: number };
  /** Seconds; 0 where nobody knows. */
  readonly duration: number;
  /** The next packet of the video, which the caller frees; null at the end. */
  read(): Promise<Packet | null>;
  close(): Promise<void>;
}

/** Packets of another video, one after the other, until the one that was read counts as gone. */
const GONE = 25;
const IDLE_MS = 10;
const CLOSE_MS = 2_000;

/** KithError `invalid`: this can never be read. `unavailable`: perhaps later. */
export async function openPackets(input: VideoInput, signal: AbortSignal): Promise<PacketStream> {
  // FFmpeg writes to stderr on its own and would print addresses with passwords.
  Log.setLevel(AV_LOG_QUIET);
  const demuxer = await openDemuxer(input, signal);
  try {
    const stream = demuxer.video();
    if (!stream) {
      throw new KithError(
        input.live ? 'unavailable' : 'invalid',
        `${input.name} has no video in it (only sound or data): name a file with pictures.`,
      );
    }
    return packetsOf(input, demuxer, stream, signal);
  } catch (error) {
    await demuxer.close();
    throw isKithError(error) ? error : unreadable(input, error);
  }
}

function packetsOf(input: VideoInput, demuxer: Demuxer, first: Stream, signal: AbortSignal): PacketStream {
  const context = demuxer.getFormatContext();
  let stream = first;
  let timeBase = baseOf(first);
  let others = 0;
  let open = true;
  let reading: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;
  // A read that waits for the network must not outlive the program's wish to stop.
  const interrupt = (): void => demuxer.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });

  const isOver = (): boolean => !open || signal.aborted;

  async function readAny(): Promise<Packet | null> {
    const packet = new Packet();
    packet.alloc();
    for (;;) {
      const result = isOver() ? AVERROR_EOF : await context.readFrame(packet);
      if (result >= 0) return packet;
      if (result === AVERROR_EAGAIN) {
        await sleep(IDLE_MS);
        continue;
      }
      packet.free();
      if (result === AVERROR_EOF || !input.live || isOver()) return null;
      throw unreadable(input, new FFmpegError(result));
    }
  }

  /** A broadcast may put its pictures into another stream from now on, with another codec. */
  function follows(packet: Packet): boolean {
    if (packet.streamIndex === stream.index) {
      others = 0;
      return true;
    }
    const other = demuxer.getStream(packet.streamIndex);
    if (other?.codecpar.codecType !== AVMEDIA_TYPE_VIDEO || ++others < GONE) return false;
    stream = other;
    timeBase = baseOf(other);
    others = 0;
    return true;
  }

  async function read(): Promise<Packet | null> {
    for (;;) {
      const packet = await readAny();
      if (!packet || (open && follows(packet))) return packet;
      packet.free();
    }
  }

  async function closeAll(): Promise<void> {
    open = false;
    signal.removeEventListener('abort', interrupt);
    demuxer.interrupt();
    // Closing under a read would free what it writes to; one that cannot be interrupted is not waited for.
    await Promise.race([reading.catch(() => undefined), sleep(CLOSE_MS, undefined, { ref: false })]);
    await demuxer.close();
  }

  return {
    get stream() {
      return stream;
    },
    get timeBase() {
      return timeBase;
    },
    duration: demuxer.duration,
    read() {
      const next = read();
      reading = next;
      return next;
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

function baseOf({ timeBase: { num, den } }: Stream): { num: number; den: number } {
  return { num, den };
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

export function unreadable(input: VideoInput, error: unknown): KithError {
  const why = hideCredentials(messageOf(error)).replace(/^Failed to [a-z ]+: /i, '');
  return input.live
    ? new KithError('unavailable', `${input.name} does not deliver pictures (${why}).`, { cause: error })
    : new KithError('invalid', `${input.name} cannot be read as a video (${why}): it is damaged or something else.`, {
        cause: error,
      });
}
