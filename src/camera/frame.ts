// What a source gives and what it is asked for. A frame is decoded lazily: its tiny grey picture decides whether the whole
// is looked at, and only then are six megabytes of RGB made.

import type { Named } from '../camera-port.ts';
import type { Box, PictureCodec, Raster } from '../domain.ts';

/** A tiny grey picture, one byte a pixel, rows from the top. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface Frame {
  readonly capturedAt: number;
  /** Of the full, upright picture. */
  readonly width: number;
  readonly height: number;
  /** Has nothing to do with the frame before it (photos of a folder): nobody is followed from one to the next. */
  readonly alone?: boolean;
  /** Somebody else follows (a recorder's event): the frames of one event show the same face, inside `box` where that is given.
   * `zones`: names of the recorder's zones that it has been in. `blind`: only says that the event is over; there is no picture. */
  readonly event?: {
    readonly id: string;
    readonly box: Box | null;
    readonly ended: boolean;
    readonly zones?: readonly string[];
    readonly blind?: true;
  };
  luma(): Promise<Luma>;
  /** The whole picture as RGB, reduced so that its longer side is at most `maxSide`; in shared memory so that the engine does
   * not take it away. Valid until `release`. */
  look(maxSide: number): Promise<Raster>;
  /** A part of the full picture as RGB, `box` grown to whole pixels and clamped; the caller's own copy. `left` and `top` say
   * where it begins. `maxSide`: it may be reduced to that, then `left` and `top` still are pixels of the full picture. */
  crop(box: Box, maxSide?: number): Promise<Part>;
  /** Frees native memory; harmless when called again. */
  release(): void;
}

export interface Part extends Raster {
  readonly left: number;
  readonly top: number;
}

/** The reader closes it, also when it is read to its end. Who takes a frame releases it. */
export interface FrameStream extends AsyncIterable<Frame> {
  /** It is normal that nothing comes for long (a still picture that does not change); it says itself when its camera is gone. */
  readonly quiet?: true;
  /** Frames a second that the stream says it has. */
  readonly nominalRate?: number;
  /** What it is compressed with, in FFmpeg's words. */
  readonly codec?: string;
  close(): Promise<void>;
}

/** `realtime`: a recording runs as it was recorded and late frames are dropped. `fast`: every frame, as fast as possible. */
export type Pace = 'realtime' | 'fast';

export interface SourceOptions {
  /** Frames a second that are wanted at most; the rest is decoded but never converted. */
  readonly rate: number;
  readonly pace: Pace;
  /** Photos a second of a folder at pace `realtime`. */
  readonly photosPerSecond: number;
  readonly codec: PictureCodec;
  readonly transport: 'tcp' | 'udp';
  readonly hardware: 'auto' | 'off';
  /** While it says so every frame comes, also while nothing moves: for those who measure the stream, and for people who watch. */
  readonly awake?: () => boolean;
  /** Every frame comes and none is decoded before something is asked of it: for a large stream beside the small one that is
   * searched. */
  readonly lazy?: boolean;
  /** Hears of every frame that comes, also of those that are never given: above the wanted rate, or of a scene that sleeps. Called
   * by sources that leave some out. */
  readonly onArrived?: () => void;
  /** For sources that get their pictures from the back end (a kiosk page's). */
  readonly backEnd: BackEnd | null;
  /** For sources that tell somebody else who was recognised; answers how to stop listening. */
  readonly onNamed: (listener: (named: Named) => void) => () => void;
  /** Hears of parts that were left out; the rest goes on. */
  readonly onProblem: (message: string) => void;
  /** Hears why a source that is open has nothing to give at present, in words for people; null: all is well, there is only nothing
   * to see yet. The next frame ends it. */
  readonly onWaiting?: (reason: string | null) => void;
  readonly signal: AbortSignal;
}

export interface BackEnd {
  readonly server: string;
  readonly key: string;
  readonly cameraId: string;
}

/** One row of the table of sources. */
export interface Source {
  /** The words before the colon. */
  readonly schemes: readonly string[];
  /** Files and folders: they end, and what is wrong with them does not heal by trying again. */
  readonly finite: boolean;
  /** Frames that nobody took in time are replaced by newer ones (at pace `realtime`). */
  readonly newestWins: boolean;
  /** It is normal that nothing comes for long: no frames are no stall. */
  readonly quiet?: true;
  /** Asks the device which addresses to open instead; they are sources of the table, too. */
  resolve?(url: string, signal: AbortSignal): Promise<{ readonly source: string; readonly substream?: string }>;
  /** Throws a KithError that says what, why and what to do, without the credentials of the URL. */
  open(url: string, options: SourceOptions): Promise<FrameStream>;
}

export const LUMA_WIDTH = 80;

/** A frame of a picture that is already decoded (photos, demonstrations). */
export function rasterFrame(picture: Raster, capturedAt: number, alone = false): Frame {
  return {
    capturedAt,
    width: picture.width,
    height: picture.height,
    alone,
    luma: () => Promise.resolve(shrink(picture)),
    look: () => Promise.resolve(shared(picture)),
    crop: (box) => Promise.resolve(partOf(picture, box)),
    release: () => undefined,
  };
}

/** `box` in whole pixels inside of a picture of this size; at least one pixel. */
export function wholePixels(box: Box, { width, height }: { readonly width: number; readonly height: number }): Box {
  const left = clamp(Math.floor(box[0]), 0, width - 1);
  const top = clamp(Math.floor(box[1]), 0, height - 1);
  const right = clamp(Math.ceil(box[0] + box[2]), left + 1, width);
  const bottom = clamp(Math.ceil(box[1] + box[3]), top + 1, height);
  return [left, top, right - left, bottom - top];
}

export function partOf(raster: Raster, box: Box): Part {
  const [left, top, width, height] = wholePixels(box, raster);
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * raster.width + left) * 3;
    data.set(raster.data.subarray(from, from + width * 3), row * width * 3);
  }
  return { left, top, width, height, data };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function shared(picture: Raster): Raster {
  if (picture.data.buffer instanceof SharedArrayBuffer) return picture;
  const data = new Uint8Array(new SharedArrayBuffer(picture.data.length));
  data.set(picture.data);
  return { width: picture.width, height: picture.height, data };
}

/** Means over up to 4 × 4 samples of each cell: enough against noise, cheap for large pictures. */
export function shrink(picture: Raster): Luma {
  const { width, height, data } = picture;
  const columns = Math.min(LUMA_WIDTH, width);
  const rows = Math.max(1, Math.round((columns * height) / width));
  const out = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let sample = 0; sample < 16; sample++) {
        const x = Math.floor(((column + ((sample & 3) + 0.5) / 4) * width) / columns);
        const y = Math.min(height - 1, Math.floor(((row + ((sample >> 2) + 0.5) / 4) * height) / rows));
        const at = (y * width + x) * 3;
        sum += 77 * (data[at] ?? 0) + 150 * (data[at + 1] ?? 0) + 29 * (data[at + 2] ?? 0);
      }
      out[row * columns + column] = sum >> 12;
    }
  }
  return { width: columns, height: rows, data: out };
}
