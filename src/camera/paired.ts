// Two streams of one camera: the small one is searched, parts for measuring and for shots are cut from the large one, whose packets
// are decoded only then. Coordinates are those of the large picture.

import type { Box } from '../domain.ts';
import { wholePixels, type Frame, type FrameStream, type Part, type Source, type SourceOptions } from './frame.ts';
import { resize } from './resize.ts';

export interface Address {
  readonly source: Source;
  readonly url: string;
}

/** How long frames of the large stream wait to be wanted. */
const KEEP_MS = 2_500;
/** A frame of the other stream that is further away shows something else. */
const NEAR_MS = 400;

/** Opens both. At pace `fast` recordings have no common clock: then the large one is read alone. */
export async function openWithSubstream(main: Address, sub: Address, options: SourceOptions): Promise<FrameStream> {
  if (options.pace === 'fast') return main.source.open(main.url, options);
  const [large, small] = await Promise.allSettled([
    main.source.open(main.url, { ...options, lazy: true }),
    sub.source.open(sub.url, options),
  ]);
  if (large.status === 'fulfilled' && small.status === 'fulfilled') return openPaired(small.value, large.value);
  // The one that is open must not stay so.
  for (const result of [large, small]) if (result.status === 'fulfilled') await result.value.close();
  throw large.status === 'rejected' ? large.reason : (small as PromiseRejectedResult).reason;
}

/** `look`: the small stream. `main`: the large one, opened lazily. Ends, or fails, with either. */
export function openPaired(look: FrameStream, main: FrameStream): FrameStream {
  let recent: Frame[] = [];
  let over: { readonly error?: unknown } | null = null;
  let open = true;
  let pumping: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  /** Holds the latest frames of the large stream, none of them decoded. */
  async function pump(): Promise<void> {
    try {
      for await (const frame of main) {
        recent.push(frame);
        while (recent[0] && frame.capturedAt - recent[0].capturedAt > KEEP_MS) recent.shift()?.release();
        if (!open) break;
      }
      over = {};
    } catch (error) {
      over = { error };
    }
  }

  function nearest(at: number): Frame | undefined {
    const distance = (frame: Frame): number => Math.abs(frame.capturedAt - at);
    const best = recent.toSorted((a, b) => distance(a) - distance(b))[0];
    return best && distance(best) <= NEAR_MS ? best : undefined;
  }

  function paired(small: Frame, { width, height }: { width: number; height: number }): Frame {
    const [across, down] = [small.width / width, small.height / height];
    const inSmall = ([x, y, w, h]: Box): Box => [x * across, y * down, w * across, h * down];
    // Some cameras squeeze their small picture.
    const squeezed = Math.abs(across / down - 1) > 0.02;

    /** The same part of the small picture, in the shape of the large one. */
    async function standIn(box: Box, maxSide: number): Promise<Part> {
      const part = wholePixels(box, { width, height });
      const { left: _, top: __, ...cut } = await small.crop(inSmall(part), maxSide);
      const scale =
        maxSide === Number.POSITIVE_INFINITY ? 1 : Math.max(cut.width, cut.height) / Math.max(part[2], part[3]);
      const wanted = {
        width: Math.max(1, Math.round(part[2] * scale)),
        height: Math.max(1, Math.round(part[3] * scale)),
      };
      return { left: part[0], top: part[1], ...resize(cut, wanted) };
    }

    return {
      capturedAt: small.capturedAt,
      width,
      height,
      luma: () => small.luma(),
      async look(maxSide) {
        const raster = await small.look(maxSide);
        if (!squeezed) return raster;
        return resize(raster, {
          width: raster.width,
          height: Math.max(1, Math.round((raster.width * height) / width)),
        });
      },
      async crop(box, maxSide) {
        // A reduced part is for searching, and that is what the small stream is for.
        if (maxSide !== undefined) return standIn(box, maxSide);
        const whole = nearest(small.capturedAt);
        const part = whole?.width === width && whole.height === height ? await whole.crop(box).catch(() => null) : null;
        return part ?? standIn(box, Number.POSITIVE_INFINITY);
      },
      release: () => small.release(),
    };
  }

  async function* read(): AsyncGenerator<Frame> {
    pumping ??= pump();
    for await (const small of look) {
      if (over) {
        small.release();
        if (over.error !== undefined) throw over.error;
        return;
      }
      const large = recent.at(-1);
      // Before the large one has begun nobody knows its size.
      if (large) yield paired(small, large);
      else small.release();
    }
  }

  async function closeAll(): Promise<void> {
    open = false;
    await Promise.all([look.close(), main.close()]);
    await pumping;
    for (const frame of recent) frame.release();
    recent = [];
  }

  return {
    ...(look.nominalRate === undefined ? {} : { nominalRate: look.nominalRate }),
    ...(main.codec === undefined ? {} : { codec: main.codec }),
    [Symbol.asyncIterator]: read,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
