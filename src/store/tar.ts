// A folder as one TAR, written while it is read: pictures are compressed already. The format is POSIX ustar; sizes over 8 GiB are written
// in base 256, as GNU tar, bsdtar and 7-Zip read them.

import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK = 512;
const LARGEST_OCTAL = 0o77777777777;

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: number;
}

/** `bytes`: how long the whole stream is. Files that change while they are read break the stream off. */
export function tarOf(folder: string, prefix: string): { bytes: number; stream: AsyncIterable<Uint8Array> } {
  const entries = [...filesIn(folder, prefix)];
  const bytes = entries.reduce((sum, entry) => sum + BLOCK + padded(entry.bytes), 2 * BLOCK);
  return { bytes, stream: write(entries) };
}

async function* write(entries: readonly Entry[]): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    yield header(entry);
    let read = 0;
    for await (const part of createReadStream(entry.path) as AsyncIterable<Buffer>) {
      read += part.length;
      yield part;
    }
    if (read !== entry.bytes) throw new Error(`${entry.path} has changed while it was read.`);
    const rest = padded(read) - read;
    if (rest > 0) yield new Uint8Array(rest);
  }
  yield new Uint8Array(2 * BLOCK);
}

function* filesIn(folder: string, name: string): Generator<Entry> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const inside = `${name}/${entry.name}`;
    if (entry.isDirectory()) yield* filesIn(path, inside);
    else if (entry.isFile()) {
      const { size, mtimeMs } = statSync(path);
      yield { name: inside, path, bytes: size, modifiedAt: Math.floor(mtimeMs / 1000) };
    }
  }
}

function header({ name, bytes, modifiedAt }: Entry): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const slash = name.lastIndexOf('/');
  block.write(name.slice(slash + 1), 0, 100);
  block.write(name.slice(0, slash), 345, 155);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (bytes <= LARGEST_OCTAL) block.write(`${octal(bytes, 11)}\0`, 124);
  else {
    block.writeUInt8(0x80, 124);
    block.writeBigUInt64BE(BigInt(bytes), 128);
  }
  block.write(`${octal(modifiedAt, 11)}\0`, 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\u{0}00', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}
