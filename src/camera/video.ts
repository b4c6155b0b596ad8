// A video as frames: reads packets at their time, lets a still scene sleep, decodes, and lets as many frames pass as are wanted.
// What is made of a frame is made when somebody asks for it (convert.ts).

import { createConverter } from './convert.ts';
import { codecOf, isIntraOnly, openDecoder, type FrameDecoder } from './decode.ts';
import { decodedFrame } from './decoded.ts';
import { openPackets, type PacketStream, type VideoInput } from './demux.ts';
import { createDoze } from './doze.ts';
import type { NativeFrame } from './ffmpeg.ts';
import type { Frame, FrameStream, SourceOptions } from './frame.ts';
import { lazyFramesOf } from './lazy.ts';
import { timedPackets, type Timed } from './timed.ts';
import { secondsOf } from './timeline.ts';
import { uprightOf } from './upright.ts';

export type { VideoInput } from './demux.ts';

/** `pace`: a recording at its own speed, late frames left out; without it as fast as it is read. */
export type VideoOptions = Pick<SourceOptions, 'rate' | 'signal'> &
  Partial<Pick<SourceOptions, 'pace' | 'hardware' | 'awake' | 'lazy' | 'onArrived'>> & {
    /** What runs faster than it was recorded would reach into the future. */
    readonly endsNow?: boolean;
    /** A recording in so many times real time: for the soak. */
    readonly speed?: number;
  };

/** Packets that wait while a scene is still. With more, the camera sends key frames so seldom that sleeping saves nothing. */
const KEEP_PACKETS = 300;
const KEEP_BYTES = 8_000_000;
/** Packets between two wanted frames are decoded together with the second one: decoding one at a time, with pauses, costs half as
 * much again. */
const TOGETHER = 5;
/** Of the frames decoded when a scene wakes, those are given that are so young: before, nothing moved. */
const FRESH_MS = 400;
/** Further behind, everything up to the next key frame is left out. */
const LATE_MS = 1_200;
/** Without a key frame for so long the stream has none: some refresh the picture bit by bit. */
const NO_KEY_PACKETS = 300;

/** KithError `invalid`: this can never be read. `unavailable`: perhaps later. */
export async function openVideo(input: VideoInput, options: VideoOptions): Promise<FrameStream> {
  const packets = await openPackets(input, options.signal);
  try {
    const decoder = await openDecoder(packets.stream, { hardware: 'off', ...options });
    const codec = codecOf(packets.stream);
    const frames = (options.lazy ? lazyFramesOf : framesOf)(input, packets, decoder, options);
    return codec === null ? frames : { ...frames, codec };
  } catch (error) {
    await packets.close();
    throw error;
  }
}

function framesOf(input: VideoInput, packets: PacketStream, opened: FrameDecoder, options: VideoOptions): FrameStream {
  const { signal, rate, pace = 'fast', endsNow = false, awake = () => false, speed = 1 } = options;
  const converter = createConverter();
  const realtime = !input.live && pace === 'realtime';
  const next = timedPackets(packets, { live: input.live, realtime, endsNow, speed, signal });
  const due = createRateCap(rate);
  // All frames of a recording that is read quickly are wanted, and the same ones each time.
  const doze = input.live || realtime ? createDoze() : null;
  let decoder = opened;
  let kind = kindOf(packets);
  let kept: Timed[] = [];
  let keptBytes = 0;
  /** How long after its packet a frame is shown, where pictures are sent in another order than they are shown. */
  let reordered: number | undefined;
  let held = 0;
  let open = true;
  let working: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  function forget(): void {
    for (const { packet } of kept) packet.free();
    kept = [];
    keptBytes = 0;
  }

  function keep(timed: Timed): void {
    kept.push(timed);
    keptBytes += timed.packet.size;
  }

  /** Nothing is closed while it works. */
  function work<T>(doing: Promise<T>): Promise<T> {
    working = doing.catch(() => undefined);
    return doing;
  }

  /** A live frame is captured when it comes; one of a recording when its own time says. */
  function capturedAt(native: NativeFrame, { at, seconds }: Timed): number {
    const shown = secondsOf(native.pts, native.timeBase);
    if (input.live || shown === undefined || seconds === undefined) return at;
    const later = shown - seconds;
    reordered ??= later;
    return Math.abs(later - reordered) > 1 ? at : at + Math.round(((later - reordered) * 1000) / speed);
  }

  async function* pass(natives: NativeFrame[], timed: Timed, wanted: (at: number) => boolean): AsyncGenerator<Frame> {
    try {
      for (let native = natives.shift(); native; native = natives.shift()) {
        const at = capturedAt(native, timed);
        if (!open || !wanted(at)) {
          native.free();
          continue;
        }
        held++;
        const upright = kind.upright;
        const frame = decodedFrame(native, { capturedAt: at, upright, converter, onFreed });
        // Conversions that fail are the reader's to hear of.
        if (doze)
          await frame.luma().then(
            (luma) => doze.picture(luma, at),
            () => undefined,
          );
        yield frame;
      }
    } finally {
      for (const native of natives) native.free();
    }
  }

  /** Decodes what was kept; answers the frames of the packets that are wanted. */
  async function* decodeKept(wanted: (timed: Timed) => boolean): AsyncGenerator<Frame> {
    const all = kept;
    kept = [];
    keptBytes = 0;
    try {
      for (let timed = all.shift(); timed; timed = all.shift()) {
        try {
          if (!open) return;
          const is = wanted(timed);
          yield* pass(await work(decoder.decode(timed.packet)), timed, () => is);
        } finally {
          timed.packet.free();
        }
      }
    } finally {
      for (const { packet } of all) packet.free();
    }
  }

  /** Another resolution needs nothing; another codec needs another decoder. */
  async function* follow(timed: Timed): AsyncGenerator<Frame> {
    const now = kindOf(packets);
    if (now.mark === kind.mark) return;
    yield* pass(await work(decoder.flush()), timed, due);
    if (!open) return;
    decoder.close();
    kind = now;
    decoder = await work(openDecoder(packets.stream, { hardware: 'off', ...options }));
  }

  async function* read(): AsyncGenerator<Frame> {
    // Before the first key frame nothing can be decoded.
    let skipping = true;
    let skipped = 0;
    let last: Timed | undefined;
    for (;;) {
      const timed = await next();
      if (!timed) break;
      if (!open) {
        timed.packet.free();
        break;
      }
      options.onArrived?.();
      last = timed;
      const { packet, at, lateMs } = timed;
      const key = packet.isKeyframe;
      if (key) {
        forget();
        yield* follow(timed);
      }
      if (key || skipped > NO_KEY_PACKETS) skipping = key && lateMs > LATE_MS;
      else if (lateMs > LATE_MS) skipping = true;
      if ((skipping && !key) || (kind.intraOnly && !due(at))) {
        skipped++;
        forget();
        packet.free();
        continue;
      }
      skipped = 0;
      const step = doze?.packet(packet.size, key, at) ?? 'decode';
      keep(timed);
      if (step === 'keep') {
        if (!awake() && kept.length < KEEP_PACKETS && keptBytes < KEEP_BYTES) continue;
        doze?.rouse(at);
      }
      if (step === 'wake')
        yield* decodeKept((one) => one === timed || (one.at >= Date.now() - FRESH_MS && due(one.at)));
      else {
        const isDue = kind.intraOnly || due(at);
        if (isDue || kept.length >= TOGETHER) yield* decodeKept((one) => isDue && one === timed);
      }
    }
    if (open && last && !signal.aborted) yield* pass(await work(decoder.flush()), last, due);
  }

  function onFreed(): void {
    held--;
    if (!open && held === 0) converter.close();
  }

  async function closeAll(): Promise<void> {
    open = false;
    await packets.close();
    await working;
    decoder.close();
    forget();
    // A frame that is being looked at still needs it; it goes with the last one.
    if (held === 0) converter.close();
  }

  const { num, den } = packets.stream.avgFrameRate;
  return {
    ...(num > 0 && den > 0 ? { nominalRate: num / den } : {}),
    [Symbol.asyncIterator]: read,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** What a decoder is opened for. */
function kindOf({ stream }: PacketStream) {
  const { codecId, extradata } = stream.codecpar;
  const mark = `${stream.index} ${codecId} ${extradata?.toString('latin1') ?? ''}`;
  return { mark, intraOnly: isIntraOnly(stream), upright: uprightOf(stream) };
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
