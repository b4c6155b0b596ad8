// Templates as bytes of the database: little-endian float32, whatever the machine.

import { endianness } from 'node:os';

const SWAP = endianness() === 'BE';

export function vectorToBytes(vector: Float32Array): Buffer {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return SWAP ? Buffer.from(bytes).swap32() : bytes;
}

/** Copies, because the bytes of a driver are seldom aligned to 4. */
export function bytesToVector(bytes: Uint8Array): Float32Array {
  const vector = new Float32Array(bytes.byteLength >> 2);
  const copy = Buffer.from(vector.buffer);
  copy.set(bytes.subarray(0, copy.byteLength));
  if (SWAP) copy.swap32();
  return vector;
}
