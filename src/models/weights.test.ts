import assert from 'node:assert/strict';
import { test } from 'node:test';
import { halfToNumber, readWeights, type WeightEntry } from './weights.ts';

test('half precision numbers are read', () => {
  const known = [
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65_504],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x7c00, Infinity],
    [0x8000, -0],
  ] as const;
  for (const [bits, value] of known) assert.equal(halfToNumber(bits), value);
  assert.ok(Number.isNaN(halfToNumber(0x7e00)));
});

const entry = (name: string, rest: Partial<WeightEntry>): WeightEntry => ({
  name,
  shape: [2],
  dtype: 'float32',
  ...rest,
});

test('weights of every kind lie one after the other, aligned or not', () => {
  const entries = [
    entry('bytes', { shape: [3], quantization: { dtype: 'uint8', scale: 0.5, min: -1 } }),
    entry('halves', { quantization: { dtype: 'float16' } }),
    entry('floats', {}),
    entry('integers', { dtype: 'int32' }),
    entry('scalar', { shape: [] }),
  ];
  const bytes = Buffer.concat([
    Uint8Array.of(0, 2, 255),
    new Uint8Array(Uint16Array.of(0x3c00, 0xc000).buffer),
    new Uint8Array(Float32Array.of(1.5, -2.5).buffer),
    new Uint8Array(Int32Array.of(7, -8).buffer),
    new Uint8Array(Float32Array.of(9).buffer),
  ]);
  const weights = readWeights([{ weights: entries.slice(0, 2) }, { weights: entries.slice(2) }], bytes);
  const numbers = (name: string) => [...(weights.get(name)?.data ?? [])];
  assert.deepEqual(numbers('bytes'), [-1, 0, 126.5]);
  assert.deepEqual(numbers('halves'), [1, -2]);
  assert.deepEqual(numbers('floats'), [1.5, -2.5]);
  assert.deepEqual(numbers('integers'), [7, -8]);
  assert.deepEqual(numbers('scalar'), [9]);
});

test('too few or too many bytes are refused', () => {
  const groups = [{ weights: [entry('floats', {})] }];
  assert.throws(() => readWeights(groups, new Uint8Array(7)), /floats reaches past its end/);
  assert.throws(() => readWeights(groups, new Uint8Array(9)), /1 bytes are left over/);
});
