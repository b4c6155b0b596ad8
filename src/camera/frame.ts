// What a source gives and what it is asked for. A frame is decoded lazily: its tiny grey picture decides whether the whole
// is looked at, and only then are six megabytes of RGB made.

import type { PictureCodec, Raster } from '../domain.ts';

/** A tiny grey picture, one byte a pixel, rows from the top. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface Frame {
  readonly capturedAt: number;
  /** Has nothing to do with the frame before it (photos of a folder): nobody is followed from one to the next. */
  readonly alone?: boolean;
  luma(): Promise<Luma>;
  /** Full size, in shared memory so that the engine does not take it away. Valid until `release`. */
  raster(): Promise<Raster>;
  /** Frees native memory; harmless when called again. */
  release(): void;
}

/** The reader closes it, also when it is read to its end. Who takes a frame releases it. */
export interface FrameStream extends AsyncIterable<Frame> {
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
  /** Hears of parts that were left out; the rest goes on. */
  readonly onProblem: (message: string) => void;
  readonly signal: AbortSignal;
}

/** One row of the table of sources. */
export interface Source {
  /** The words before the colon. */
  readonly schemes: readonly string[];
  /** Files and folders: they end, and what is wrong with them does not heal by trying again. */
  readonly finite: boolean;
  /** Frames that nobody took in time are replaced by newer ones (at pace `realtime`). */
  readonly newestWins: boolean;
  /** Throws a KithError that says what, why and what to do, without the credentials of the URL. */
  open(url: string, options: SourceOptions): Promise<FrameStream>;
}

export const LUMA_WIDTH = 80;

/** A frame of a picture that is already decoded (photos, demonstrations). */
export function rasterFrame(picture: Raster, capturedAt: number, alone = false): Frame {
  return {
    capturedAt,
    alone,
    luma: () => Promise.resolve(shrink(picture)),
    raster: () => Promise.resolve(shared(picture)),
    release: () => undefined,
  };
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
