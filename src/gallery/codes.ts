// The templates as int8 codes in WebAssembly memory: 132 bytes instead of 512 for 128 numbers. A scan over them answers the
// rows that can possibly be within a distance, never misses one, and leaves the exact distance to others.
//
// Why nothing is missed: a row x is kept as x̂ = s·c (c whole numbers, |c| ≤ 127) and a query q as q̂ = (s/64)·Q. The kernel's
// integers give ‖x̂ − q̂‖ without any rounding, and by the triangle inequality ‖x − q‖ ≥ ‖x̂ − q̂‖ − ‖x − x̂‖ − ‖q − q̂‖. The last
// two are known: the largest coding error of all rows is kept, the query's is computed with each query.

import { KithError } from '../errors.ts';
import { createScanKernel, groupBytes, HIT_BYTES, ROWS_PER_GROUP, rowOffset, type ScanKernel } from './scan-kernel.ts';

const CODE_MAX = 127;
/** The query is coded this much finer than the rows. */
const QUERY_FINER = 64;
/** Room above the largest number seen, so that a growing gallery is not coded anew at every record. */
const HEADROOM = 1.1;
/** Norm of a row that does not exist: too far away for every limit. */
const NOWHERE = 2 ** 31 - 1;
const PAGE = 65_536;
/** First scans are short, because the first rows tighten the limit for all others. */
const FIRST_GROUPS = 16;
const MOST_GROUPS = 1024;

export interface Codes {
  /** `row` is at most the number of rows so far: the next one. */
  set(row: number, vector: Float32Array): void;
  /** Copies a row over another. */
  copy(from: number, to: number): void;
  /** Forgets the rows from this one on. */
  truncate(rows: number): void;
  /** Calls `visit` for every row that may be nearer than or as near as `limit`; `visit` answers the limit from there on. */
  scan(query: Float32Array, visit: (row: number) => number): void;
  readonly bytes: number;
}

/** `vectorOf` gives a row's numbers back when all must be coded anew. Undefined without WebAssembly SIMD. */
export function createCodes(dimensions: number, vectorOf: (row: number) => Float32Array): Codes | undefined {
  const padded = Math.ceil(dimensions / 8) * 8;
  const made = createScanKernel(padded);
  if (made === undefined) return undefined;
  const kernel: ScanKernel = made;
  const { memory } = kernel;
  const group = groupBytes(padded);
  const hitsAt = Math.ceil((padded * 2) / HIT_BYTES) * HIT_BYTES;
  const rowsAt = hitsAt + MOST_GROUPS * HIT_BYTES;
  // |key| ≤ dimensions · (32·127² + 127·|Q|) has to stay an int32.
  const queryMax = Math.max(
    1,
    Math.min(32_767, Math.floor((NOWHERE / padded - (QUERY_FINER / 2) * CODE_MAX ** 2) / CODE_MAX)),
  );

  let rows = 0;
  let step = 0;
  let worstError = 0;
  let bytes = new Int8Array(memory.buffer);
  let words = new Int32Array(memory.buffer);

  function reserve(end: number): void {
    if (end <= bytes.length) return;
    const pages = Math.ceil(Math.max(end, Math.min(bytes.length * 1.25, bytes.length + 2 ** 26)) / PAGE);
    try {
      memory.grow(pages - bytes.length / PAGE);
    } catch (cause) {
      throw new KithError('unavailable', `The gallery cannot grow beyond ${rows} templates: no memory.`, { cause });
    }
    bytes = new Int8Array(memory.buffer);
    words = new Int32Array(memory.buffer);
  }

  const groupAt = (row: number): number => rowsAt + Math.floor(row / ROWS_PER_GROUP) * group;
  const codesAt = (row: number): number => groupAt(row) + rowOffset(padded, row % ROWS_PER_GROUP);
  const normAt = (row: number): number => groupAt(row) / 4 + (row % ROWS_PER_GROUP);

  function write(row: number, vector: Float32Array): void {
    const at = codesAt(row);
    const scale = step === 0 ? 0 : 1 / step;
    let norm = 0;
    let error = 0;
    for (let i = 0; i < dimensions; i++) {
      const value = vector[i] ?? 0;
      const scaled = value * scale;
      // Rounded by hand, which is faster; any whole number would be right, the error is measured after it.
      const code = Math.max(-CODE_MAX, Math.min(CODE_MAX, (scaled < 0 ? scaled - 0.5 : scaled + 0.5) | 0));
      const off = value - code * step;
      bytes[at + i] = code;
      norm += code * code;
      error += off * off;
    }
    words[normAt(row)] = (QUERY_FINER / 2) * norm;
    worstError = Math.max(worstError, Math.sqrt(error));
  }

  function codeAnew(largest: number): void {
    step = (largest * HEADROOM) / CODE_MAX;
    worstError = 0;
    for (let row = 0; row < rows; row++) write(row, vectorOf(row));
  }

  return {
    get bytes() {
      return bytes.length;
    },
    set(row, vector) {
      if (row === rows) {
        reserve(groupAt(row) + group);
        if (row % ROWS_PER_GROUP === 0) words.fill(NOWHERE, groupAt(row) / 4, groupAt(row) / 4 + ROWS_PER_GROUP);
        rows++;
      }
      const largest = largestOf(vector);
      if (largest > CODE_MAX * step) codeAnew(largest);
      write(row, vector);
    },
    copy(from, to) {
      const at = codesAt(from);
      bytes.copyWithin(codesAt(to), at, at + padded);
      words[normAt(to)] = words[normAt(from)] ?? NOWHERE;
    },
    truncate(to) {
      for (let row = to; row < rows; row++) {
        bytes.fill(0, codesAt(row), codesAt(row) + padded);
        words[normAt(row)] = NOWHERE;
      }
      rows = to;
    },
    scan(query, visit) {
      if (step === 0) {
        for (let row = 0; row < rows; row++) visit(row);
        return;
      }
      const fine = step / QUERY_FINER;
      const coded = new Int16Array(memory.buffer, 0, padded);
      let norm = 0;
      let error = 0;
      for (let i = 0; i < dimensions; i++) {
        const value = query[i] ?? 0;
        const code = Math.max(-queryMax, Math.min(queryMax, Math.round(value / fine)));
        coded[i] = code;
        norm += code * code;
        error += (value - code * fine) ** 2;
      }
      // The factor covers the rounding of these sums themselves.
      const slack = (worstError + Math.sqrt(error)) * 1.000_001;
      /** ‖x̂ − q̂‖² = fine² · (128·key + ‖Q‖²), solved for the key. */
      const keyFor = (limit: number): number => {
        const key = ((((limit + slack) / fine) ** 2 - norm) / (2 * QUERY_FINER)) * (1 + 1e-9) + 1;
        return Math.floor(Math.min(NOWHERE - 1, Math.max(-NOWHERE, key)));
      };

      let limitKey = NOWHERE - 1;
      const end = rows === 0 ? rowsAt : groupAt(rows - 1) + group;
      for (let from = rowsAt, groups = FIRST_GROUPS; from < end; groups = Math.min(MOST_GROUPS, groups * 2)) {
        const to = Math.min(end, from + groups * group);
        const hitsEnd = kernel.scan(from, to, limitKey, hitsAt) / 4;
        for (let hit = hitsAt / 4; hit < hitsEnd; hit += HIT_BYTES / 4) {
          const row = ((((words[hit + ROWS_PER_GROUP] ?? 0) >>> 0) - rowsAt) / group) * ROWS_PER_GROUP;
          for (let lane = 0; lane < ROWS_PER_GROUP; lane++) {
            if ((words[hit + lane] ?? NOWHERE) <= limitKey && row + lane < rows) limitKey = keyFor(visit(row + lane));
          }
        }
        from = to;
      }
    },
  };
}

function largestOf(vector: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i] ?? 0));
  return largest;
}
