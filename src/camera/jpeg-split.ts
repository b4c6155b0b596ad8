// JPEGs that follow each other without anything in between, as camera programs write them. Each is given when its last byte is
// there, not when the next one begins.

import { MOST_PICTURE } from './mjpeg.ts';

const START = Buffer.from([0xff, 0xd8]);
const END = Buffer.from([0xff, 0xd9]);

/** An end mark stands nowhere else in a JPEG without a preview inside. Throws beyond all bounds. */
export async function* splitJpegs(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  let length = 0;
  let last = 0;
  for await (const value of stream) {
    let chunk: Buffer = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    while (chunk.length > 0) {
      // The mark may be cut in two.
      const end = last === 0xff && chunk[0] === 0xd9 ? 1 : endOf(chunk);
      const part = end === null ? chunk : chunk.subarray(0, end);
      chunks.push(part);
      length += part.length;
      last = part.at(-1) ?? 0;
      if (length > MOST_PICTURE) throw new Error(`a picture is larger than ${MOST_PICTURE / 1e6} MB`);
      if (end === null) break;
      const whole = Buffer.concat(chunks);
      const start = whole.indexOf(START);
      if (start >= 0) yield whole.subarray(start);
      chunks = [];
      length = 0;
      last = 0;
      chunk = chunk.subarray(end);
    }
  }
}

function endOf(chunk: Buffer): number | null {
  const at = chunk.indexOf(END);
  return at < 0 ? null : at + END.length;
}
