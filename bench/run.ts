// `kith bench`: the speed table, each row beside what a user would otherwise pick, measured in this run on this machine.

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBaseline } from './face-api.ts';
import { measureAlerts } from './alerts.ts';
import { measureEndToEnd } from './end-to-end.ts';
import { measurePictures } from './pictures.ts';
import { benchSearch } from './search.ts';
import { measureStart } from './start.ts';
import type { Log } from '../src/log.ts';
import { EXIT, round, type Output } from '../src/commands/output.ts';

/** One line of the table. `ratio`: how many times faster than the baseline. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | '/s' | '/min' | '×';
  readonly baseline?: number;
  /** What it must hold, in the same unit or as a ratio. */
  readonly atMost?: number;
  readonly ratioAtLeast?: number;
}

/** Templates in the gallery, and the milliseconds that a search may take. */
const SEARCH_SIZES = [
  [50_000, 1],
  [1_000_000, 10],
] as const;

/** Fewer than `node bench/alerts.ts` has, as this is one line of many. */
const ALERTS = 100;

export async function bench(options: { rounds: number }, output: Output, log: Log): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'kith-bench-'));
  const rows: BenchRow[] = [];
  const add = (...more: readonly BenchRow[]) => {
    rows.push(...more);
    for (const row of more) output.say(line(row));
  };
  try {
    output.say(
      `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores; medians of ${options.rounds} rounds`,
    );
    const baseline = await openBaseline();
    for await (const row of measurePictures(options.rounds, baseline, log)) add(row);
    for (const [size, goal] of SEARCH_SIZES) {
      const [known, stranger] = await benchSearch([size], 0);
      const [plain] = size <= 50_000 ? (await benchSearch([size], size)).slice(2) : [];
      for (const row of [known, stranger]) {
        if (row)
          add({ name: row.name, value: row.ms, unit: 'ms', atMost: goal, ...(plain ? { baseline: plain.ms } : {}) });
      }
    }
    add(...(await measureStart(folder)));
    add(...(await measureEndToEnd(folder, log)));
    for await (const row of measureAlerts(folder, log, ALERTS)) add(row);
    output.answer(
      { machine: cpus()[0]?.model ?? '', cores: availableParallelism(), rows: rows.map(withRatio) },
      () => '',
    );
    return EXIT.done;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function withRatio(row: BenchRow): object {
  return {
    ...row,
    value: round(row.value, 3),
    ...(row.baseline === undefined
      ? {}
      : { baseline: round(row.baseline, 3), ratio: round(row.baseline / row.value, 2) }),
  };
}

function line({ name, value, unit, baseline, atMost, ratioAtLeast }: BenchRow): string {
  const own = `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ${unit}`.padStart(10);
  const against =
    baseline === undefined
      ? ''
      : `   ${(baseline / value).toFixed(1)}× of ${baseline.toFixed(baseline < 10 ? 2 : 0)} ${unit}`;
  const goals = [
    atMost === undefined ? '' : `at most ${atMost} ${unit}`,
    ratioAtLeast === undefined ? '' : `at least ${ratioAtLeast}×`,
  ].filter(Boolean);
  return `${name.padEnd(62)}${own}${against}${goals.length > 0 ? `   (target: ${goals.join(', ')})` : ''}`;
}
