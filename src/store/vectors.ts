// Templates as bytes of the database: little-endian float32, whatever the machine.

import { endianness } from 'node:os';

const SWAP = endianness() === 'BE';

export function vectorToBytes(vector: Float32Array): Buffer {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return SWAP ? Buffer.from(bytes).swap32() : bytes;
}

/** Copies, because the bytes of a driver are seldom aligned to 4. The vectors of one call lie in one piece of memory: tens
 * of thousands of small ones are slow to make. */
export function bytesToVectors(all: readonly Uint8Array[]): Float32Array[] {
  const lengths = all.map((bytes) => bytes.byteLength >> 2);
  const block = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  const target = new Uint8Array(block.buffer);
  let start = 0;
  const vectors = all.map((bytes, i) => {
    const end = start + (lengths[i] ?? 0);
    target.set(bytes, start * 4);
    const vector = block.subarray(start, end);
    start = end;
    return vector;
  });
  if (SWAP) Buffer.from(block.buffer).swap32();
  return vectors;
}
