// How long a page of the log takes with a million detections on SQLite, whatever the filter, and what paging by OFFSET would take.
//
//   node bench/log.ts [detections]

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { DetectionFilter, Page, PageRequest, TimelineFilter } from '../src/queries.ts';
import type { Store } from '../src/store-port.ts';
import type { Backend } from '../src/store/backend.ts';
import { migrate } from '../src/store/migrations.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import { createStore } from '../src/store/store.ts';
import { openLog, type Log } from '../src/log.ts';
import { fillLargeLog, LARGE, type LogSize } from './log-store.ts';
import { seeded } from './random.ts';

const DAY_MS = 86_400_000;
const LIMIT = 50;
/** Pages from the newest on, and pages somewhere in the log. */
const FIRST_PAGES = 40;
const JUMPS = 40;
const OFFSET_ROUNDS = 3;
/** On one page. */
const STRANGERS = 20;

export interface LogRow {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** A page from the middle of the list by OFFSET, where that can be said. */
  readonly offset?: number;
}

/** Milliseconds per page and filter. */
export async function* measureLog(folder: string, log: Log, size: LogSize = LARGE): AsyncGenerator<LogRow> {
  const now = Date.now();
  const backend = await openSqlite({ dataDir: folder, log });
  await migrate(backend, log);
  const start = await fillLargeLog(backend, size, now);
  const store = createStore(backend);
  try {
    yield* measure(store, backend, { start, now });
  } finally {
    await store.close();
  }
}

export async function* measure(
  store: Store,
  backend: Backend,
  { start, now }: { readonly start: number; readonly now: number },
): AsyncGenerator<LogRow> {
  const [often, rare] = await backend.read(async (db) => {
    const { rows } = await sql<{ person_id: string }>`
      select person_id from visits group by person_id order by count(*) desc`.execute(db);
    return [rows[0]?.person_id ?? '', rows.at(-1)?.person_id ?? ''];
  });
  const old = { from: start + 10 * DAY_MS, to: start + 12 * DAY_MS };
  const common: Readonly<Record<string, TimelineFilter & DetectionFilter>> = {
    'no filter': {},
    'a person who comes often': { personId: often },
    'a person who came seldom': { personId: rare },
    'known people': { kind: 'known' },
    'one camera': { cameraId: 'camera-7' },
    'three cameras': { cameraIds: ['camera-0', 'camera-3', 'camera-7'] },
    'two days a year ago': old,
    'confirmed by a human': { decidedBy: 'human' },
    'new strangers': { decision: 'new' },
    'good quality': { qualityAtLeast: 0.9 },
    'nothing has that quality': { qualityAtLeast: 2 },
    'one person, one camera': { personId: often, cameraId: 'camera-7' },
    'one camera, known, confirmed, a year ago': { ...old, cameraId: 'camera-7', kind: 'known', decidedBy: 'human' },
  };
  for (const [name, filter] of Object.entries(common)) {
    yield row(`log: ${name}`, await times((page) => store.timeline.list(filter, page), { start, now }));
  }
  const undecided = { kind: 'undecided', decision: 'ambiguous' } as const;
  yield row('log: A or B?', await times((page) => store.timeline.list(undecided, page), { start, now }));
  for (const [name, filter] of Object.entries(common)) {
    const taken = await times((page) => store.detections.list(filter, page), { start, now });
    const offset = await offsetTime(backend, filter);
    yield { ...row(`detections: ${name}`, taken), ...(offset !== undefined && { offset }) };
  }
  yield row(
    'detections: ambiguous',
    await times((page) => store.detections.list({ decision: 'ambiguous' }, page), { start, now }),
  );
  await store.strangers.counts(null, now);
  yield row('strangers, the first page', await timesOf(10, () => firstStrangers(store, now)));
  yield row(
    '62 days of the calendar',
    await timesOf(10, (i) => store.timeline.days(daysFrom(now - (62 + 30 * i) * DAY_MS, 62), {})),
  );
  yield row(
    '62 days, two cameras',
    await timesOf(10, (i) =>
      store.timeline.days(daysFrom(now - (62 + 30 * i) * DAY_MS, 62), { cameraIds: ['camera-0', 'camera-7'] }),
    ),
  );
}

/** What the first page of the strangers asks of the store. */
async function firstStrangers({ strangers }: Store, now: number): Promise<void> {
  const counted = await strangers.counts(null, now);
  await strangers.openCounts(null);
  const page = counted.toSorted((a, b) => b.weight - a.weight).slice(0, STRANGERS);
  const ids = page.map(({ id }) => id);
  await strangers.visitsOf(ids, null);
  await strangers.notPersons(ids);
  await strangers.toCompare(ids);
  await strangers.shots(ids, null, 'bench@1');
}

/** The first pages, one after the other, and pages at dates all over the log. */
async function times(
  list: (page: PageRequest) => Promise<Page<unknown>>,
  { start, now }: { readonly start: number; readonly now: number },
): Promise<readonly number[]> {
  const taken: number[] = [];
  const timed = async (page: PageRequest) => {
    let answer: Page<unknown> = { items: [], next: null };
    taken.push(...(await timesOf(1, async () => void (answer = await list(page)))));
    return answer;
  };
  let cursor: string | null = null;
  for (let i = 0; i < FIRST_PAGES; i++) {
    cursor = (await timed({ limit: LIMIT, ...(cursor !== null && { cursor }) })).next;
    if (cursor === null) break;
  }
  if (cursor === null) return taken;
  const random = seeded(1);
  const kinds = (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as readonly (string | number)[]).map(
    (part) => typeof part,
  );
  for (let i = 0; i < JUMPS; i++) {
    const at = Math.round(start + random() * (now - start));
    const key = kinds.length === 4 ? [at, 'x', at, 0] : [at, kinds[1] === 'string' ? 'x' : 0];
    await timed({ limit: LIMIT, cursor: Buffer.from(JSON.stringify(key)).toString('base64url') });
  }
  return taken;
}

/** Milliseconds of the processor, which all of a page is on SQLite: a machine that is busy otherwise makes no difference. */
async function timesOf(rounds: number, work: (round: number) => Promise<unknown>): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const begin = process.cpuUsage();
    await work(i);
    const { user, system } = process.cpuUsage(begin);
    taken.push((user + system) / 1000);
  }
  return taken;
}

function daysFrom(from: number, count: number) {
  return Array.from({ length: count }, (_, i) => ({
    day: String(i),
    from: from + i * DAY_MS,
    to: from + (i + 1) * DAY_MS,
  }));
}

function row(name: string, taken: readonly number[]): LogRow {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { name, p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** The page in the middle of what the filter lets through, as one would ask for it without a cursor. */
async function offsetTime(backend: Backend, filter: DetectionFilter): Promise<number | undefined> {
  const { matchesFilter, selectDetections } = await import('../src/store/detection-rows.ts');
  return backend.read(async (db) => {
    const { n } = await db
      .selectFrom('detections as d')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where(matchesFilter(filter))
      .executeTakeFirstOrThrow();
    if (n < 2 * LIMIT) return undefined;
    const taken = await timesOf(OFFSET_ROUNDS, () =>
      selectDetections(db)
        .where(matchesFilter(filter))
        .orderBy('d.captured_at', 'desc')
        .orderBy('d.seq', 'desc')
        .limit(LIMIT)
        .offset(Math.floor(n / 2))
        .execute(),
    );
    return taken.toSorted((a, b) => a - b)[Math.floor(OFFSET_ROUNDS / 2)];
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (import.meta.main) {
  const folder = await mkdtemp(join(tmpdir(), 'kith-bench-log-'));
  try {
    const detections = Number(process.argv[2] ?? LARGE.detections);
    say(`${detections} detections; processor milliseconds per page of ${LIMIT}`);
    say(`${''.padEnd(56)}${['p50', 'p95', 'max', 'OFFSET'].map((one) => one.padStart(9)).join('')}`);
    for await (const { name, p50, p95, max, offset } of measureLog(folder, openLog({ level: 'warn' }), {
      ...LARGE,
      detections,
    })) {
      const ratio = offset === undefined ? '' : `   ${(offset / p50).toFixed(0)}×`;
      const figures = [p50, p95, max, ...(offset === undefined ? [] : [offset])];
      say(`${name.padEnd(56)}${figures.map((one) => one.toFixed(1).padStart(9)).join('')}${ratio}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
