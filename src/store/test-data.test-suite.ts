// Sightings, templates and outcomes for tests of the store.

import { sql } from 'kysely';
import type { Detection, Match, Sighting } from '../domain.ts';
import type { Outcome, Store } from '../store-port.ts';
import type { Actor } from '../identity-port.ts';
import type { Backend } from './backend.ts';

export const MODEL = 'test-model@1';
export const GAP_MS = 1000;
export const HUMAN: Actor = { name: 'key of Eva', kind: 'human' };
export const SYSTEM: Actor = { name: 'system', kind: 'system' };

export function picture(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64);
}

export function sighting(id: string, capturedAt = 1000, more: Partial<Sighting> = {}): Sighting {
  return { id, cameraId: 'door', trackId: null, capturedAt, box: null, points: null, zones: [], ...more };
}

export function vector(seed: number): Float32Array {
  return Float32Array.from({ length: 128 }, (_, i) => Math.fround(Math.sin(seed * 1000 + i)));
}

export function template(seed: number): { model: string; vector: Float32Array } {
  return { model: MODEL, vector: vector(seed) };
}

export const NOBODY_NEAR: Match = { decision: 'new', nearest: null, runnerUp: null, margin: null, threshold: 0.6 };

type Classified = Extract<Outcome, { state: 'classified' }>;

export function classified(
  personId: string | null,
  galleryVersion: number,
  more: Partial<Classified> = {},
): Classified {
  const nearest = personId === null ? null : { personId, referenceId: 'r', distance: 0.25 };
  return {
    state: 'classified',
    match: { ...NOBODY_NEAR, decision: personId === null ? 'new' : 'known', nearest },
    decision: personId === null ? 'new' : 'known',
    personId,
    galleryVersion,
    template: template(1),
    quality: 0.5,
    keepReference: false,
    visitGapMs: GAP_MS,
    ...more,
  };
}

/** Adds, claims and settles one detection; answers it as it stands in the log then. */
export async function settleOne(
  store: Store,
  seen: Sighting,
  personId: string | null,
  more: Partial<Classified> = {},
): Promise<Detection> {
  await store.detections.add(seen, picture(seen.id), seen.capturedAt);
  const claimed = await store.detections.claim('w', 100, 60_000, 1e9);
  if (!claimed.some((row) => row.id === seen.id)) throw new Error(`${seen.id} could not be claimed`);
  const version = await store.changes.last();
  const settled = await store.detections.settle('w', seen.id, classified(personId, version, more), seen.capturedAt + 1);
  if (settled.result !== 'done') throw new Error(`${seen.id} is ${settled.result}`);
  return settled.detection;
}

/** Runs through all pages. */
export async function allOf<T>(
  list: (page: { limit: number; cursor?: string }) => Promise<{ items: readonly T[]; next: string | null }>,
  limit: number,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: readonly T[]; next: string | null } = await list({
      limit,
      ...(cursor === null ? {} : { cursor }),
    });
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}

/** The unknown persons `from`, with so many detections `d1`, `d2`… in visits of ten, and `into` with one. */
export async function fillLog(backend: Backend, count: number): Promise<void> {
  await backend.write(async (db) => {
    for (const id of ['from', 'into']) {
      await db
        .insertInto('persons')
        .values({ id, kind: 'unknown', name: id, name_key: id, sort_key: id, created_at: 1, last_seen_at: 1 })
        .execute();
    }
    await sql`
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${count})
      insert into detections (id, camera_id, captured_at, picture, received_at, state, classified_at, person_id, person_kind,
        decision, decided_by, quality, model)
      select 'd' || n, 'door', n * 100 + (n - 1) / 10 * 5000, 'p', n, 'classified', n, 'from', 'unknown', 'unknown', 'system', 0.5, 'm'
      from numbers`.execute(db);
    await sql`insert into visits (id, person_id, camera_id, first_at, last_at, detections, best_detection_id, best_quality)
      values ('v', 'into', 'door', 1, 1, 1, 'e', 0.5)`.execute(db);
    await sql`
      insert into detections (id, camera_id, captured_at, picture, received_at, state, classified_at, person_id, person_kind,
        decision, decided_by, quality, model, visit_id)
      values ('e', 'door', 1, 'p', 1, 'classified', 1, 'into', 'unknown', 'new', 'human', 0.5, 'm', 'v')`.execute(db);
  });
}
