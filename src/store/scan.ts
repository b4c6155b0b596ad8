// Pages of a list whose filter has no index of its own: rows are looked at in order, but never so many that somebody else has to wait.
// A page that is not full by then ends where the look has come to.

/** The sort key of a row: time, and what tells rows of the same time apart. */
export type ScanKey<Tie extends string | number> = readonly [at: number, tie: Tie];

export interface Scan<Row, Tie extends string | number> {
  /** Up to so many rows after the key, the latest first. */
  read(after: ScanKey<Tie> | undefined, count: number): Promise<readonly Row[]>;
  keyOf(row: Row): ScanKey<Tie>;
  /** Absent where `read` answers only what is asked for. */
  readonly keep?: (row: Row) => boolean;
  readonly after: ScanKey<Tie> | undefined;
  readonly wanted: number;
}

export interface Scanned<Row, Tie extends string | number> {
  readonly rows: readonly Row[];
  /** What lies before it was looked at; null: all was. */
  readonly reached: ScanKey<Tie> | null;
}

const CHUNK = 200;
const MOST_LOOKED = 5000;
const MOST_MS = 15;

export async function scan<Row, Tie extends string | number>(of: Scan<Row, Tie>): Promise<Scanned<Row, Tie>> {
  const { keep, wanted } = of;
  const until = performance.now() + MOST_MS;
  const found: Row[] = [];
  let { after } = of;
  for (let looked = 0; ;) {
    const count = keep ? Math.max(CHUNK, wanted) : wanted;
    const rows = await of.read(after, count);
    for (const row of rows) {
      after = of.keyOf(row);
      if (keep && !keep(row)) continue;
      found.push(row);
      if (found.length === wanted) return { rows: found, reached: after };
    }
    if (rows.length < count) return { rows: found, reached: null };
    looked += rows.length;
    if (after && (looked >= MOST_LOOKED || performance.now() > until)) return { rows: found, reached: after };
  }
}
