// Packets to pictures: on the graphics unit where the machine has one that works, else on one thread of the processor.

import {
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_RAWVIDEO,
  avGetCodecName,
  Decoder,
  HardwareContext,
  NativeFrame,
  type Packet,
  type Stream,
} from './ffmpeg.ts';

export interface FrameDecoder {
  /** The pictures that are whole now; the packet stays the caller's, the pictures become hers. Damaged ones are left out. */
  decode(packet: Packet): Promise<NativeFrame[]>;
  /** The last ones. */
  flush(): Promise<NativeFrame[]>;
  /** Forgets what came before; the next packet is a key frame. */
  reset(): void;
  close(): void;
}

export interface DecodeOptions {
  readonly hardware: 'auto' | 'off';
  /** Pictures a second that are wanted. */
  readonly rate: number;
  readonly signal: AbortSignal;
}

/** Packets after which a graphics unit has given a picture or never will; failures in a row after which it is given up. */
const PROOF = 50;
/** So many times more pictures come than are wanted: those that no other picture refers to need not be decoded at all. */
const PLENTY = 4;

export async function openDecoder(stream: Stream, options: DecodeOptions): Promise<FrameDecoder> {
  const software = (): Promise<FrameDecoder> => openSoftware(stream, options);
  if (options.hardware === 'off' || isIntraOnly(stream)) return software();
  const hardware = await openHardware(stream, options);
  return hardware ? openProven(hardware, software) : software();
}

export function codecOf({ codecpar }: Stream): string | null {
  return avGetCodecName(codecpar.codecId);
}

/** Every packet is a whole picture: those that come too soon need not be decoded. */
export function isIntraOnly(stream: Stream): boolean {
  const { codecId } = stream.codecpar;
  return codecId === AV_CODEC_ID_MJPEG || codecId === AV_CODEC_ID_RAWVIDEO;
}

async function openSoftware(stream: Stream, { rate, signal }: DecodeOptions): Promise<FrameDecoder> {
  const fps = stream.avgFrameRate.num / Math.max(1, stream.avgFrameRate.den);
  const decoder = await Decoder.create(stream, {
    // More threads would hold frames back, and other cameras want the cores.
    threadCount: 1,
    exitOnError: false,
    signal,
    ...(fps >= PLENTY * rate ? { options: { skip_frame: 'noref' } } : {}),
  });
  return around(decoder, (frame) => Promise.resolve(frame));
}

/** Null when the machine has no graphics unit that knows the codec. */
async function openHardware(stream: Stream, { signal }: DecodeOptions): Promise<FrameDecoder | null> {
  const hardware = HardwareContext.auto();
  if (!hardware) return null;
  try {
    const decoder = await Decoder.create(stream, { hardware, exitOnError: true, threadCount: 1, signal });
    if (!decoder.isHardware()) {
      decoder.close();
      hardware.dispose();
      return null;
    }
    const opened = around(decoder, download);
    return {
      ...opened,
      close() {
        opened.close();
        hardware.dispose();
      },
    };
  } catch {
    hardware.dispose();
    signal.throwIfAborted();
    return null;
  }
}

/** Out of the memory of the graphics unit. */
async function download(frame: NativeFrame): Promise<NativeFrame> {
  if (!frame.isHwFrame()) return frame;
  const copy = new NativeFrame();
  copy.alloc();
  try {
    const result = await frame.hwframeTransferData(copy);
    if (result < 0) throw new Error(`the picture cannot be fetched from the graphics unit (${result})`);
    copy.copyProps(frame);
    copy.timeBase = frame.timeBase;
    return copy;
  } catch (error) {
    copy.free();
    throw error;
  } finally {
    frame.free();
  }
}

function around(decoder: Decoder, fetch: (frame: NativeFrame) => Promise<NativeFrame>): FrameDecoder {
  async function received(): Promise<NativeFrame[]> {
    const frames: NativeFrame[] = [];
    // The work was done by `decode`; this only takes the result.
    for (let frame = decoder.receiveSync(); frame; frame = decoder.receiveSync()) frames.push(await fetch(frame));
    return frames;
  }
  return {
    async decode(packet) {
      await decoder.decode(packet);
      return received();
    },
    async flush() {
      await decoder.flush();
      return received();
    },
    reset: () => decoder.getCodecContext()?.flushBuffers(),
    close: () => decoder.close(),
  };
}

/** Goes on with the second decoder when the first one fails before it has given a picture, from the last key frame on, so that
 * nothing is missing; or when it fails again and again later on. */
export function openProven(first: FrameDecoder, second: () => Promise<FrameDecoder>): FrameDecoder {
  let current = first;
  /** Since the last key frame; null once the first decoder has proven itself or was given up. */
  let kept: Packet[] | null = [];
  let given = 0;
  let failures = 0;

  function forget(): void {
    for (const packet of kept ?? []) packet.free();
    kept = null;
  }

  async function giveUp(): Promise<NativeFrame[]> {
    const packets = kept ?? [];
    kept = null;
    first.close();
    current = await second();
    const frames: NativeFrame[] = [];
    for (const packet of packets) {
      frames.push(...(await current.decode(packet)));
      packet.free();
    }
    return frames;
  }

  return {
    async decode(packet) {
      if (current !== first) return current.decode(packet);
      if (kept) {
        if (packet.isKeyframe) {
          forget();
          kept = [];
        }
        const copy = packet.clone();
        if (copy) kept.push(copy);
      }
      try {
        const frames = await first.decode(packet);
        failures = 0;
        if (frames.length > 0) forget();
        else if (kept && ++given >= PROOF) return await giveUp();
        return frames;
      } catch {
        return kept || ++failures >= PROOF ? giveUp() : [];
      }
    },
    flush: () => current.flush(),
    reset: () => current.reset(),
    close() {
      forget();
      current.close();
    },
  };
}
