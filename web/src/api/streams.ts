// How endless answers are taken apart: event streams into events, multipart into its parts. Pure; both take bytes as they come.

export interface StreamEvent {
  /** Null: none was named. */
  readonly id: string | null;
  /** Null: only a heartbeat, or only the position. */
  readonly event: string | null;
  readonly data: string;
}

/** Server-Sent Events: give it text as it comes, it answers what has become whole. */
export function createEventParser(): (text: string) => readonly StreamEvent[] {
  let rest = '';
  return (text) => {
    rest += text;
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    return blocks.map(readBlock);
  };
}

function readBlock(block: string): StreamEvent {
  let id: string | null = null;
  let event: string | null = null;
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const at = line.indexOf(':');
    if (at <= 0) continue;
    const value = line.slice(at + 1).replace(/^ /, '');
    const field = line.slice(0, at);
    if (field === 'id') id = value;
    else if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }
  return { id, event, data: data.join('\n') };
}

export interface Part {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

const HEAD_END = [13, 10, 13, 10];
/** A head beyond this is none, and neither is a picture of this size. */
const MOST_HEAD = 8 * 1024;
const MOST_BODY = 16 * 1024 * 1024;

/** multipart/x-mixed-replace whose parts say their length. Throws when it is something else. */
export function createPartParser(): (chunk: Uint8Array) => readonly Part[] {
  // What was left over, as it came: joined only once a part is whole, so that a large one is copied once.
  let chunks: Uint8Array[] = [];
  let length = 0;
  /** Bytes that have to be there before it is worth to look again. */
  let wanted = 1;

  return (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < wanted) return [];
    const all = joined(chunks, length);
    const parts: Part[] = [];
    let at = 0;
    for (;;) {
      const headEnd = indexOf(all, HEAD_END, at);
      if (headEnd < 0) {
        if (all.length - at > MOST_HEAD) throw new Error('This is no stream of pictures.');
        wanted = all.length - at + 1;
        break;
      }
      const headers = readHead(all.subarray(at, headEnd));
      const size = Number(headers.get('content-length') ?? Number.NaN);
      if (!Number.isInteger(size) || size < 0 || size > MOST_BODY) throw new Error('This is no stream of pictures.');
      const from = headEnd + HEAD_END.length;
      if (all.length < from + size) {
        wanted = from + size - at;
        break;
      }
      parts.push({ headers, body: all.slice(from, from + size) });
      at = from + size;
      wanted = 1;
    }
    chunks = at === all.length ? [] : [all.subarray(at)];
    length = all.length - at;
    return parts;
  };
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function indexOf(bytes: Uint8Array, mark: readonly number[], from: number): number {
  const [first = 0] = mark;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + mark.length > bytes.length) return -1;
    if (mark.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

/** The boundary stands in front of it, as a line without a colon. */
function readHead(bytes: Uint8Array): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes).split('\r\n')) {
    const at = line.indexOf(':');
    if (at > 0) headers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  return headers;
}
