// Reads TensorFlow.js weight files: a manifest (names, shapes, quantisation) and the bytes that it describes.

import { KithError } from '../errors.ts';

export interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale?: number;
  readonly min?: number;
}

export interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: Quantization;
}

export interface WeightGroup {
  readonly paths?: readonly string[];
  readonly weights: readonly WeightEntry[];
}

export interface Weight {
  readonly dims: readonly number[];
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

export type Weights = ReadonlyMap<string, Weight>;

/** The groups lie in `bytes` one after the other. Quantised numbers become float32: `byte * scale + min`. */
export function readWeights(groups: readonly WeightGroup[], bytes: Uint8Array): Weights {
  const weights = new Map<string, Weight>();
  let offset = 0;
  for (const entry of groups.flatMap((group) => group.weights)) {
    const size = entry.shape.reduce((product, dim) => product * dim, 1);
    const length = size * width(entry);
    if (offset + length > bytes.byteLength) throw damaged(`${entry.name} reaches past its end`);
    // A copy, because the entries are not aligned to the width of their numbers (and Buffer.slice does not copy).
    const own = new Uint8Array(bytes.subarray(offset, offset + length));
    weights.set(entry.name, { dims: entry.shape, data: decode(entry, own.buffer) });
    offset += length;
  }
  if (offset !== bytes.byteLength) throw damaged(`${bytes.byteLength - offset} bytes are left over`);
  return weights;
}

function width({ dtype, quantization }: WeightEntry): number {
  if (quantization) return quantization.dtype === 'uint8' ? 1 : 2;
  if (dtype === 'float32' || dtype === 'int32') return 4;
  throw damaged(`weights of the type ${dtype} are not known`);
}

function decode({ dtype, quantization }: WeightEntry, buffer: ArrayBuffer): Weight['data'] {
  if (!quantization) return dtype === 'int32' ? new Int32Array(buffer) : new Float32Array(buffer);
  if (quantization.dtype === 'float16') return Float32Array.from(new Uint16Array(buffer), halfToNumber);
  const { scale = 1, min = 0 } = quantization;
  const steps = quantization.dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  const values = new Float32Array(steps.length);
  for (const [index, step] of steps.entries()) values[index] = step * scale + min;
  return dtype === 'int32' ? Int32Array.from(values, Math.round) : values;
}

/** IEEE 754 binary16. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function damaged(what: string): KithError {
  return new KithError('invalid', `The installed model weights cannot be read (${what}): install the packages again.`);
}
