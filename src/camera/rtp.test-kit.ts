// A clip as RTP packets and SDP, made by FFmpeg's own muxer without decoding.

import { Demuxer, Muxer, StreamingUtils } from 'node-av/api';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';

export interface RtpClip {
  readonly sdp: string;
  /** In the order of sending; `at` in seconds from the beginning. */
  readonly frames: readonly { readonly at: number; readonly packets: readonly Buffer[] }[];
  readonly seconds: number;
}

/** H.264, H.265, MPEG-4 or MJPEG in any container. */
export async function rtpClip(path: string): Promise<RtpClip> {
  Log.setLevel(AV_LOG_QUIET);
  await using demuxer = await Demuxer.open(path);
  const video = demuxer.video();
  if (!video) throw new Error(`${path} has no video`);
  let packets: Buffer[] = [];
  const keep = (packet: Buffer): number => {
    // 200 to 204 are RTCP.
    const type = packet[1] ?? 0;
    if (type < 200 || type > 204) packets.push(Buffer.from(packet));
    return packet.length;
  };
  const options = { payload_type: 96 };
  const muxer = await Muxer.open({ write: keep }, { format: 'rtp', maxPacketSize: 1_200, options });
  const index = muxer.addStream(video);
  const frames: { at: number; packets: readonly Buffer[] }[] = [];
  let first: number | undefined;
  for await (const packet of demuxer.packets(video.index)) {
    if (!packet) break;
    const at = (Number(packet.dts) * packet.timeBase.num) / packet.timeBase.den;
    await muxer.writePacket(packet, index);
    packet.free();
    first ??= at;
    frames.push({ at: at - first, packets });
    packets = [];
  }
  const sdp = StreamingUtils.createSdp([muxer.getFormatContext()]);
  await muxer.close();
  if (sdp === null) throw new Error(`FFmpeg makes no SDP for ${path}`);
  const last = frames.at(-1)?.at ?? 0;
  return { sdp, frames, seconds: last + last / Math.max(1, frames.length - 1) };
}
