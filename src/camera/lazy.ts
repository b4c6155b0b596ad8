// The large stream of a camera whose small one is searched: its packets are kept, and only those up to a frame that somebody wants
// a part of are decoded.

import { createConverter } from './convert.ts';
import type { FrameDecoder } from './decode.ts';
import type { PacketStream, VideoInput } from './demux.ts';
import type { NativeFrame, Packet } from './ffmpeg.ts';
import type { Frame, FrameStream } from './frame.ts';
import { timedPackets } from './timed.ts';
import { sizeOf, uprightOf } from './upright.ts';
import type { VideoOptions } from './video.ts';

/** A key frame and what follows it. */
interface Group {
  readonly packets: Packet[];
  bytes: number;
  /** Frames that are not released yet. */
  frames: number;
  /** No more packets come. */
  over: boolean;
}

const KEEP_PACKETS = 600;
const KEEP_BYTES = 16_000_000;

export function lazyFramesOf(
  input: VideoInput,
  packets: PacketStream,
  decoder: FrameDecoder,
  { signal, pace = 'fast', endsNow = false, speed = 1 }: VideoOptions,
): FrameStream {
  const converter = createConverter();
  const realtime = !input.live && pace === 'realtime';
  const next = timedPackets(packets, { live: input.live, realtime, endsNow, speed, signal });
  const upright = uprightOf(packets.stream);
  const size = sizeOf(packets.stream.codecpar, upright);
  let open = true;
  let closing: Promise<void> | undefined;
  let current: Group | null = null;
  /** What the decoder has seen last, and the picture that it gave. */
  let seen: { group: Group; count: number; native: NativeFrame | null } | null = null;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  }

  function free(group: Group): void {
    for (const packet of group.packets.splice(0)) packet.free();
  }

  function finish(group: Group | null): void {
    if (!group) return;
    group.over = true;
    if (group.frames === 0) free(group);
  }

  /** The picture of packet `index`, or the nearest before it that there is. */
  async function decodeUpTo(group: Group, index: number): Promise<NativeFrame> {
    if (!open) throw new Error('the stream has been closed');
    if (seen?.group !== group || seen.count > index + 1) {
      seen?.native?.free();
      if (seen) decoder.reset();
      seen = { group, count: 0, native: null };
    }
    while (seen.count <= index) {
      const packet = group.packets[seen.count++];
      if (!packet) throw new Error('the frame is no longer there');
      for (const native of await decoder.decode(packet)) {
        seen.native?.free();
        seen.native = native;
      }
    }
    if (!seen.native) throw new Error('the frame cannot be decoded');
    return seen.native;
  }

  function frameOf(group: Group, index: number, capturedAt: number): Frame {
    let released = false;
    group.frames++;
    const using = <T>(work: (native: NativeFrame) => Promise<T>): Promise<T> =>
      inTurn(async () => {
        if (released) throw new Error('the frame has been released');
        return work(await decodeUpTo(group, index));
      });
    return {
      capturedAt,
      ...size,
      luma: () => using((native) => converter.luma(native, upright)),
      look: (maxSide) => using((native) => converter.look(native, upright, maxSide)),
      crop: (box, maxSide = Number.POSITIVE_INFINITY) =>
        using((native) => converter.crop(native, upright, box, maxSide)),
      release() {
        if (released) return;
        released = true;
        // Behind whatever is being decoded of it.
        void inTurn(async () => {
          group.frames--;
          if (group.over && group.frames === 0) free(group);
        });
      },
    };
  }

  async function* read(): AsyncGenerator<Frame> {
    for (;;) {
      const timed = await next();
      if (!timed) return;
      const { packet, at } = timed;
      if (!open) {
        packet.free();
        return;
      }
      if (packet.isKeyframe) {
        finish(current);
        current = { packets: [], bytes: 0, frames: 0, over: false };
      }
      if (!current || current.packets.length >= KEEP_PACKETS || current.bytes >= KEEP_BYTES) {
        packet.free();
        continue;
      }
      current.packets.push(packet);
      current.bytes += packet.size;
      yield frameOf(current, current.packets.length - 1, at);
    }
  }

  async function closeAll(): Promise<void> {
    open = false;
    await packets.close();
    await last;
    seen?.native?.free();
    seen = null;
    finish(current);
    decoder.close();
    converter.close();
  }

  return {
    [Symbol.asyncIterator]: read,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
