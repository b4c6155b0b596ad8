// Reads a multipart stream (`multipart/x-mixed-replace`) part by part, with bounds on what a part may be.

import { KithError } from '../errors.ts';

export interface StreamPart {
  /** `content-type`, lower case, without parameters. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 4_096;

/** KithError `unavailable` when it is no such stream, or a part is larger than `mostBytes`. Every part must say its length. */
export async function* readParts(
  stream: AsyncIterable<Uint8Array>,
  contentType: string | null,
  mostBytes: number,
): AsyncGenerator<StreamPart> {
  const boundary = /^multipart\/[^;]+;.*boundary="?([^";]+)"?/i.exec(contentType ?? '')?.[1];
  if (boundary === undefined) throw broken('it is no multipart stream');
  const line = `--${boundary}`;
  const chunks: Uint8Array[] = [];
  let held = 0;
  let header: { type: string; length: number } | null = null;

  /** Takes the first bytes of what is held, in one copy. */
  function take(count: number): Buffer {
    const all = chunks.length === 1 && chunks[0] ? Buffer.from(chunks[0]) : Buffer.concat(chunks);
    chunks.length = 0;
    if (all.length > count) chunks.push(all.subarray(count));
    held = all.length - count;
    return all.subarray(0, count);
  }

  for await (const chunk of stream) {
    chunks.push(chunk);
    held += chunk.length;
    for (;;) {
      if (header) {
        if (held < header.length) break;
        yield { type: header.type, bytes: take(header.length) };
        header = null;
        continue;
      }
      const seen: Buffer = Buffer.concat(chunks);
      const end = seen.indexOf('\r\n\r\n');
      if (end < 0) {
        if (seen.length > HEADER_BYTES) throw broken('a part has no end of its header');
        break;
      }
      const text = seen.subarray(0, end).toString('latin1');
      chunks.splice(0, chunks.length, seen.subarray(end + 4));
      held = seen.length - end - 4;
      header = readHeader(text, line);
      if (header.length > mostBytes) throw broken(`a part has ${header.length} bytes`);
    }
  }
}

function readHeader(text: string, line: string): { type: string; length: number } {
  if (!text.trimStart().startsWith(line)) throw broken('a part does not begin where it should');
  const length = /^content-length:\s*(\d{1,9})\s*$/im.exec(text)?.[1];
  const type = /^content-type:\s*([^;\s]+)/im.exec(text)?.[1] ?? '';
  if (length === undefined) throw broken('a part does not say its length');
  return { type: type.toLowerCase(), length: Number(length) };
}

function broken(why: string): KithError {
  return new KithError('unavailable', `The stream of frames cannot be read: ${why}.`);
}
