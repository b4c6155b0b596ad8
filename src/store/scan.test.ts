// Pages of a filter without an index: everything is found once, and no page looks through too much.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { scan, type ScanKey } from './scan.ts';

const ROWS = 30_000;

function keyOf(row: number): ScanKey<number> {
  return [row, row];
}

function keep(row: number): boolean {
  return row % 7001 === 0;
}

it('finds all that is kept, once, page after page, and no page goes through the whole log', async () => {
  let looked = 0;
  const read = async (after: ScanKey<number> | undefined, count: number): Promise<readonly number[]> => {
    const from = after === undefined ? 0 : ROWS - after[0];
    const rows = Array.from({ length: Math.max(0, Math.min(count, ROWS - from)) }, (_, i) => ROWS - from - i - 1);
    looked += rows.length;
    return rows;
  };
  const found: number[] = [];
  let after: ScanKey<number> | undefined;
  let empty = 0;
  for (;;) {
    looked = 0;
    const { rows, reached } = await scan({ read, keyOf, keep, after, wanted: 3 });
    assert.ok(looked <= 5200, String(looked));
    found.push(...rows);
    if (rows.length === 0) empty += 1;
    if (reached === null) break;
    after = reached;
  }
  assert.deepEqual(found, [28_004, 21_003, 14_002, 7001, 0]);
  assert.ok(empty > 0, 'some pages had nothing to show');
});

it('reads no more than is wanted where an index answers the filter', async () => {
  const counts: number[] = [];
  const read = async (_after: ScanKey<number> | undefined, count: number) => {
    counts.push(count);
    return [3, 2, 1].slice(0, count);
  };
  assert.deepEqual(await scan({ read, keyOf, after: undefined, wanted: 2 }), { rows: [3, 2], reached: [2, 2] });
  assert.deepEqual(await scan({ read, keyOf, after: undefined, wanted: 9 }), { rows: [3, 2, 1], reached: null });
  assert.deepEqual(counts, [2, 9]);
});
