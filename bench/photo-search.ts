// Search by photo over a log of a million templates on SQLite: how long it takes and how long it holds the event loop up, beside the
// obvious way, which reads all rows at once. `node bench/photo-search.ts [TEMPLATES]`; needs 1.2 GB of disk and, for the obvious way, 2 GB of memory.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { squaredBetween } from '../src/distance.ts';
import { openLog } from '../src/log.ts';
import type { Backend } from '../src/store/backend.ts';
import { migrate } from '../src/store/migrations.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import { createStore } from '../src/store/store.ts';
import { bytesToVectors, vectorToBytes } from '../src/store/vectors.ts';
import { searchSightings } from '../src/server/sighting-search.ts';
import { randomTemplates } from './random.ts';

const MODEL = 'bench@1';
const DIMENSIONS = 128;
const DIFFERENT = 1000;
const DAY_MS = 86_400_000;
const DAYS = 90;
const EMBEDDER = { id: MODEL, dimensions: DIMENSIONS, metric: 'euclidean', threshold: 0.6 } as const;

const count = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), 'kith-bench-'));
const log = openLog({ level: 'silent' });
const backend = await openSqlite({ dataDir: folder, log });
try {
  await migrate(backend, log);
  const vectors = randomTemplates(DIFFERENT, DIMENSIONS);
  await fill(backend, vectors);
  const { detections } = createStore(backend);
  const probe = vectors[7] ?? new Float32Array(DIMENSIONS);
  const now = Date.now();
  for (const [what, filter] of [
    ['the last 30 days', { cameraIds: null, from: now - 30 * DAY_MS }],
    ['all', { cameraIds: null }],
    ['all of one camera of four', { cameraIds: ['camera-1'] }],
  ] as const) {
    await measured(`in pieces, ${what}`, async () => {
      const options = { limit: 500, budgetMs: 600_000 };
      const { looked, hits } = await searchSightings({ detections }, { embedder: EMBEDDER, probe, filter }, options);
      return `${looked.toLocaleString('en')} looked at, ${hits.length} answered`;
    });
  }
  await measured('all rows at once', async () => {
    const rows = await backend.read((db) =>
      db
        .selectFrom('detections as d')
        .innerJoin('detection_templates as t', 't.detection_id', 'd.id')
        .select(['d.id', 't.vector'])
        .where('t.model', '=', MODEL)
        .execute(),
    );
    const all = bytesToVectors(rows.map(({ vector }) => vector));
    const near = all.map((vector) => squaredBetween(probe, vector)).filter((squared) => squared < 0.36);
    return `${rows.length.toLocaleString('en')} looked at, ${near.length} near`;
  });
} finally {
  await backend.close();
  await rm(folder, { recursive: true, force: true });
}

/** Ids as cameras make them, in no order; rows and templates as a worker writes them, one after the other. */
async function fill(backend: Backend, vectors: readonly Float32Array[]): Promise<void> {
  const now = Date.now();
  const apart = (DAYS * DAY_MS) / count;
  await backend.write(async (db) => {
    await sql`create temp table vectors (i integer primary key, vector blob)`.execute(db);
    for (const [i, vector] of vectors.entries())
      await sql`insert into vectors values (${i}, ${vectorToBytes(vector)})`.execute(db);
    await sql`
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${count})
      insert into detections (id, camera_id, captured_at, picture, received_at, state, classified_at, decision, decided_by, quality, model)
      select lower(hex(randomblob(16))), 'camera-' || (n % 4), cast(${now - DAYS * DAY_MS} + n * ${apart} as integer), lower(hex(randomblob(32))),
        n, 'classified', n, 'unidentified', 'system', 0.5, ${MODEL}
      from numbers`.execute(db);
    await sql`
      insert into detection_templates (detection_id, model, vector, camera_id, captured_at)
      select d.id, ${MODEL}, v.vector, d.camera_id, d.captured_at from detections d cross join vectors v on v.i = d.seq % ${vectors.length}
      order by d.seq`.execute(db);
  });
}

/** With the longest time that nothing else could run, and how late a timer of 5 ms is at the 99th percentile. */
async function measured(name: string, work: () => Promise<string>): Promise<void> {
  const late: number[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(now - last - 5);
    last = now;
  }, 5);
  const began = performance.now();
  const said = await work();
  const seconds = (performance.now() - began) / 1000;
  // The timer that waited for a block that ran to the end.
  await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(timer);
  late.sort((a, b) => a - b);
  const p99 = late[Math.floor(late.length * 0.99)] ?? 0;
  process.stdout.write(
    `${name.padEnd(40)} ${seconds.toFixed(1).padStart(6)} s   longest block ${(late.at(-1) ?? 0).toFixed(0).padStart(6)} ms, p99 ${p99.toFixed(1)} ms   ${said}\n`,
  );
}
