// Speed of the exact search: one probe against galleries of several sizes (references, five to a person), one core, beside the plain
// JavaScript loop over every reference, which is the textbook's rule. Alone: `node bench/search.ts`; with `KITH_BENCH_LARGE=1` also a million (needs 700 MB).

import { createCentroids } from '../src/gallery/centroids.ts';
import type { People } from '../src/gallery/people.ts';
import { createReferences } from '../src/gallery/references.ts';

export interface SearchRow {
  readonly name: string;
  /** Median of one search. */
  readonly ms: number;
  readonly p99: number;
  readonly megabytes: number;
}

const DIMENSIONS = 128;
const REFERENCES_PER_PERSON = 5;
/** Spread of a person's references and of strangers as dlib's numbers have it: about 0.4 and 0.8 apart. */
const OWN_SPREAD = 0.025;
const SPREAD = 0.05;

export async function benchSearch(
  sizes: readonly number[] = [1000, 10_000, 50_000],
  plainUpTo = 50_000,
): Promise<readonly SearchRow[]> {
  const rows: SearchRow[] = [];
  for (const size of sizes) {
    for (const simd of size <= plainUpTo ? [true, false] : [true]) {
      const { templates, people } = fill(size, simd);
      for (const stranger of [false, true]) {
        const name = `search ${size.toLocaleString('en')}, ${stranger ? 'a stranger' : 'an enrolled person'}${simd ? '' : ', plain loop'}`;
        rows.push({ name, ...measure(templates, people, stranger), megabytes: Math.round(templates.bytes / 2 ** 20) });
        await new Promise(setImmediate);
      }
    }
  }
  return rows;
}

const EMBEDDER = { id: 'bench', dimensions: DIMENSIONS, metric: 'euclidean', threshold: 0.6 } as const;

function fill(size: number, simd: boolean): { templates: People; people: Float32Array[] } {
  const templates = simd ? createCentroids(EMBEDDER) : createReferences(EMBEDDER, { simd });
  const people: Float32Array[] = [];
  let centre = around(new Float32Array(DIMENSIONS), SPREAD);
  for (let i = 0; i < size; i++) {
    if (i % REFERENCES_PER_PERSON === 0) centre = around(new Float32Array(DIMENSIONS), SPREAD);
    if (i % REFERENCES_PER_PERSON === 0 && people.length < 1000) people.push(centre);
    const person = `p${Math.floor(i / REFERENCES_PER_PERSON)}`;
    templates.put({ referenceId: `r${i}`, personId: person, kind: 'known', vector: around(centre, OWN_SPREAD) });
  }
  return { templates, people };
}

function measure(templates: People, people: readonly Float32Array[], stranger: boolean): { ms: number; p99: number } {
  const times: number[] = [];
  const began = performance.now();
  for (let i = 0; i < 300 && performance.now() - began < 1500; i++) {
    const middle = stranger ? new Float32Array(DIMENSIONS) : people[i % people.length];
    const probe = around(middle ?? new Float32Array(DIMENSIONS), stranger ? SPREAD : OWN_SPREAD);
    const start = performance.now();
    templates.search(probe, 2);
    // The first searches are the compiler's.
    if (i >= 20 || performance.now() - began > 500) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? Number.NaN;
  return { ms: at(0.5), p99: at(0.99) };
}

/** Normally distributed around a point (Box–Muller). */
function around(centre: Float32Array, spread: number): Float32Array {
  return centre.map(
    (value) => value + spread * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()),
  );
}

if (import.meta.main) {
  const large = process.env['KITH_BENCH_LARGE'] === '1' ? [1_000_000] : [];
  for (const row of await benchSearch([1000, 10_000, 50_000, ...large])) {
    process.stdout.write(
      `${row.name.padEnd(55)} ${row.ms.toFixed(3).padStart(8)} ms  p99 ${row.p99.toFixed(3)} ms  ${row.megabytes} MB\n`,
    );
  }
}
