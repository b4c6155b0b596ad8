// Clips for bench/camera.ts as an IP camera would send them: H.264 without B-frames, a key frame every two seconds.

import { Decoder, Demuxer, Encoder, FilterAPI, Muxer } from 'node-av/api';
import { AV_LOG_QUIET, FF_ENCODER_LIBX264 } from 'node-av/constants';
import { Log, Rational, type Frame } from 'node-av/lib';

export interface Clip {
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** Seconds of the original that are left out. */
  readonly from: number;
  /** Repeat the first picture: an empty scene. */
  readonly still: boolean;
  /** `constant` fills the bit rate whatever happens; `variable` keeps the quality and stays below it. */
  readonly bitrate: 'constant' | 'variable';
  /** Sensor noise, 0 none. */
  readonly noise: number;
}

const FPS = 25;
const KEY_FRAME_EVERY = 50;
const BITS = 4_000_000;

/** A visitor crosses the picture in so many seconds. */
const CROSSING_S = 12;

/** Scales `source` up to the clip's size, at 25 frames a second (in between, neighbouring pictures are blended), lets the picture
 * of `walker`, who looks into the camera, cross it again and again, and encodes it. A still clip has no walker. */
export async function makeClip(source: string, walker: string, target: string, clip: Clip): Promise<void> {
  const { width, height, seconds, from, still, noise } = clip;
  // The encoder would tell its life.
  Log.setLevel(AV_LOG_QUIET);
  await using demuxer = await Demuxer.open(source);
  const stream = demuxer.video();
  if (!stream) throw new Error(`${source} has no video in it`);
  const decoder = await Decoder.create(stream);
  const chain = [
    `trim=start=${from}`,
    'setpts=PTS-STARTPTS',
    ...(still ? ['loop=loop=-1:size=1:start=0', `setpts=N/${FPS}/TB`, `fps=${FPS}`] : [`framerate=fps=${FPS}`]),
    `scale=${width}:${height}:flags=bicubic`,
    ...(still ? [] : [crossing(walker, width, height)]),
    ...(noise > 0 ? [`noise=alls=${noise}:allf=t`] : []),
    'format=yuv420p',
  ];
  const filter = FilterAPI.create(chain.join(','));
  await using muxer = await Muxer.open(target);
  const timeBase = new Rational(1, FPS);
  const rate = String(BITS * ((width * height) / (1920 * 1080)));
  using encoder = await Encoder.create(FF_ENCODER_LIBX264, {
    gopSize: KEY_FRAME_EVERY,
    maxBFrames: 0,
    maxRate: rate,
    bufSize: rate,
    ...(clip.bitrate === 'constant' ? { bitrate: rate, minRate: rate } : {}),
    options: {
      preset: 'veryfast',
      // No surprise key frames: cameras keep to their interval.
      'x264-params': `scenecut=0:keyint=${KEY_FRAME_EVERY}${clip.bitrate === 'constant' ? ':nal-hrd=cbr' : ''}`,
      ...(clip.bitrate === 'variable' ? { crf: 24 } : {}),
    },
    context: { framerate: new Rational(FPS, 1), timeBase },
  });
  const index = muxer.addStream(encoder);
  let count = 0;
  for await (const frame of filter.frames(decoder.frames(demuxer.packets(stream.index)))) {
    if (frame === null) break;
    if (count >= seconds * FPS) {
      frame.free();
      break;
    }
    frame.pts = BigInt(count++);
    frame.timeBase = timeBase;
    await write(frame);
    frame.free();
  }
  await write(null);
  filter.close();
  decoder.close();

  async function write(frame: Frame | null): Promise<void> {
    for (const packet of await encoder.encodeAll(frame)) {
      await muxer.writePacket(packet, index);
      packet.free();
    }
  }
}

/** A box with the walker's picture, two fifths of the height, from the left edge to the right one. */
function crossing(walker: string, width: number, height: number): string {
  const tall = Math.round(height / 5) * 2;
  const wide = Math.round((tall * 4) / 3);
  const place = `mod(t\\,${CROSSING_S})/${CROSSING_S}*${width + wide}-${wide}`;
  const path = walker.replaceAll(/[\\':,;[\]]/g, String.raw`\\\$&`);
  return (
    `null[scene];movie=filename=${path},loop=loop=-1:size=60,setpts=N/30/TB,scale=${wide}:${tall}[walker];` +
    `[scene][walker]overlay=x='${place}':y=${Math.round(height * 0.15)}`
  );
}
