// MJPEG over HTTP: whole JPEGs out of a multipart stream as cameras send it, with bounds, and without those that are cut off.

import { Readable } from 'node:stream';

const MOST_HEADER = 8_192;
/** No camera makes larger ones. */
export const MOST_PICTURE = 20_000_000;
// So many in a row that are no pictures, and it is no camera.
const MOST_BROKEN = 100;

const START = Buffer.from([0xff, 0xd8, 0xff]);
const END = Buffer.from([0xff, 0xd9]);

export interface MjpegOptions {
  /** Of the content type; found out when absent or wrong. */
  readonly boundary: string | null;
  /** A part that is no whole JPEG was left out. */
  readonly onBroken: () => void;
}

/** A picture is valid until the next one is asked for. Throws an Error with the reason when the stream is none, or beyond all bounds. */
export async function* readJpegs(stream: AsyncIterable<Uint8Array>, options: MjpegOptions): AsyncGenerator<Buffer> {
  const input = createInput(stream);
  let line: Buffer | null;
  do {
    line = await input.until(Buffer.from('\n'), MOST_HEADER, 'it does not begin as MJPEG does');
    if (line === null) return;
  } while (line.toString('latin1').trim() === '');
  const first = /^\s*-*([^\s]+?)\s*$/.exec(line.toString('latin1'))?.[1];
  // Some announce "--frame" and send "--frame", some announce "frame" and send "----frame", some announce nothing.
  const announced = options.boundary?.replace(/^-+/, '');
  const boundary = Buffer.from(
    `--${announced && line.includes(announced) ? announced : (first ?? announced ?? '')}`,
    'latin1',
  );
  if (boundary.length === 2) throw new Error('it does not begin as MJPEG does');
  let broken = 0;
  for (;;) {
    const length = await readHeader(input);
    if (length === null) return;
    if (length > MOST_PICTURE) throw new Error(`a picture is larger than ${MOST_PICTURE / 1e6} MB`);
    const part =
      length > 0 ? await input.take(length) : await input.until(boundary, MOST_PICTURE, 'a picture has no end');
    if (part === null) return;
    const jpeg = wholeJpeg(part);
    if (jpeg) {
      broken = 0;
      yield jpeg;
      // A part without bytes only says that somebody is there.
    } else if (part.toString('latin1').trim() !== '') {
      options.onBroken();
      if (++broken > MOST_BROKEN) throw new Error('it sends no pictures but something else');
    }
    // Also over what a wrong length has left.
    if (length > 0 && (await input.until(boundary, MOST_PICTURE, 'a picture has no end')) === null) return;
    if ((await input.until(Buffer.from('\n'), MOST_HEADER, 'a header has no end')) === null) return;
  }
}

/** The length that a part says, 0 without one; null at the end. */
async function readHeader(input: Input): Promise<number | null> {
  let length = 0;
  let all = 0;
  for (;;) {
    const bytes = await input.until(Buffer.from('\n'), MOST_HEADER, 'a header has no end');
    if (bytes === null) return null;
    all += bytes.length;
    if (all > MOST_HEADER) throw new Error('a header has no end');
    const text = bytes.toString('latin1').trim();
    if (text === '') return length;
    const said = /^content-length\s*:\s*(\d+)/i.exec(text)?.[1];
    if (said !== undefined) length = Number(said);
  }
}

/** From its first to its last byte; null when it is cut off or no JPEG. */
export function wholeJpeg(bytes: Buffer): Buffer | null {
  const start = bytes.indexOf(START);
  const end = bytes.lastIndexOf(END);
  // Some pad with zeros or line ends; a picture without its end is cut off.
  return start >= 0 && start < 64 && end > start ? bytes.subarray(start, end + 2) : null;
}

/** What FFmpeg reads as `mpjpeg` without holding a picture back until the next one begins. */
export function asMultipart(jpegs: AsyncIterable<Buffer>): Readable {
  async function* parts(): AsyncGenerator<Buffer> {
    for await (const jpeg of jpegs) {
      const head = `--kith\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
      yield Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]);
    }
  }
  const multipart = Readable.from(parts(), { objectMode: false, highWaterMark: 1 });
  // Whoever reads sees it end; when nobody does any more, an error is no reason to end the program.
  return multipart.on('error', () => undefined);
}

/** What it answers is valid until it is asked again. */
interface Input {
  /** So many bytes; null when the stream ends before. */
  take(count: number): Promise<Buffer | null>;
  /** All before the mark, which is passed over; null when the stream ends before. Throws `why` beyond `most` bytes. */
  until(mark: Buffer, most: number, why: string): Promise<Buffer | null>;
}

function createInput(stream: AsyncIterable<Uint8Array>): Input {
  const chunks = stream[Symbol.asyncIterator]();
  // Grows to what a picture needs, and is used again for the next one.
  let store = Buffer.allocUnsafe(65_536);
  let start = 0;
  let end = 0;

  async function more(): Promise<boolean> {
    const { done, value } = await chunks.next();
    if (done === true) return false;
    const held = end - start;
    if (end + value.length > store.length) {
      const larger = held + value.length > store.length ? Buffer.allocUnsafe(2 * (held + value.length)) : store;
      store.copy(larger, 0, start, end);
      store = larger;
      start = 0;
      end = held;
    }
    store.set(value, end);
    end += value.length;
    return true;
  }

  return {
    async take(count) {
      while (end - start < count) if (!(await more())) return null;
      start += count;
      return store.subarray(start - count, start);
    },
    async until(mark, most, why) {
      let searched = 0;
      for (;;) {
        const at = store.subarray(start, end).indexOf(mark, searched);
        if (at >= 0) {
          const from = start;
          start += at + mark.length;
          return store.subarray(from, from + at);
        }
        if (end - start > most) throw new Error(why);
        searched = Math.max(0, end - start - mark.length + 1);
        if (!(await more())) return null;
      }
    },
  };
}
