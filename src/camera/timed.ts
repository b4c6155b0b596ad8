// Packets at their time: live ones when they come, those of a recording when their own time says.

import { pause } from '../lifecycle.ts';
import type { PacketStream } from './demux.ts';
import type { Packet } from './ffmpeg.ts';
import { createBusyMeter, createLagMeter, createTimeline, secondsOf } from './timeline.ts';

/** A packet, when it was captured (live: when it came), its own time, and how late it is read. */
export interface Timed {
  readonly packet: Packet;
  readonly at: number;
  readonly seconds: number | undefined;
  readonly lateMs: number;
}

/** A recording that does not say how long it is (cut off, or written by a browser) begins so long ago: all its frames have times of
 * their own then. */
const UNKNOWN_MS = 6 * 3_600_000;
/** More is no gap and no delay: the machine has slept, or its clock was set. */
const CLOCK_STEP_MS = 30_000;

export function timedPackets(
  packets: PacketStream,
  how: {
    readonly live: boolean;
    readonly realtime: boolean;
    readonly endsNow: boolean;
    readonly speed: number;
    readonly signal: AbortSignal;
  },
): () => Promise<Timed | null> {
  const { live, realtime, endsNow, speed, signal } = how;
  const length = packets.duration > 0 ? Math.round(packets.duration * 1000) : UNKNOWN_MS;
  let timeline = createTimeline(Date.now() - (endsNow ? length : 0), endsNow, speed);
  const lagMeter = createLagMeter();
  const busyMeter = createBusyMeter();

  return async () => {
    const asked = performance.now();
    const packet = await packets.read();
    if (!packet) return null;
    const came = performance.now();
    const busy = busyMeter.waited(came - asked, came);
    const seconds = secondsOf(packet.dts, packets.timeBase) ?? secondsOf(packet.pts, packets.timeBase);
    const now = Date.now();
    const lag = live ? lagMeter.lag(seconds, now) : 0;
    if (live) return { packet, at: now, seconds, lateMs: busy ? lag : 0 };
    let at = timeline.at(seconds, now);
    if (realtime && Math.abs(at - now) > CLOCK_STEP_MS) {
      timeline = createTimeline(now, endsNow, speed);
      at = timeline.at(seconds, now);
    }
    if (!realtime) return { packet, at, seconds, lateMs: 0 };
    if (at - now > 1) await pause(at - now, signal);
    return { packet, at, seconds, lateMs: Date.now() - at };
  };
}
