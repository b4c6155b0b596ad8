// Earlier shots of a track go to the person whom all shots of it decided on together. No entry of the history: it is part of
// recognising, and entries about these shots can no longer be undone.

import type { PersonKind } from '../domain.ts';
import { refreshPersons } from './aftermath.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { chunksOf } from './chunks.ts';
import { CHANGED_OTHERWISE, type Db } from './schema.ts';
import { regroupVisits, type Move } from './visit-regroup.ts';

interface Wish {
  readonly person: { readonly id: string; readonly kind: PersonKind };
  readonly detectionIds: readonly string[];
  readonly visitGapMs: number;
  readonly at: number;
}

/** Inside `writeChanges`. Leaves alone what a human decided or forbade. Answers those that went along; the caller logs them. */
export async function takeAlong(
  db: Db,
  kind: Backend['kind'],
  { person, detectionIds, visitGapMs, at }: Wish,
): Promise<readonly string[]> {
  const taken: string[] = [];
  const moves: Move[] = [];
  const owners = new Set<string>();
  for (const some of chunksOf([...new Set(detectionIds)])) {
    const rows = await db
      .selectFrom('detections as d')
      .select(['d.id', 'd.person_id', 'd.camera_id', 'd.captured_at'])
      .where('d.id', 'in', some)
      .where('d.state', '=', 'classified')
      .where('d.decided_by', 'is distinct from', 'human')
      .where('d.person_id', 'is distinct from', person.id)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('exclusions as x')
              .select('x.person_id')
              .whereRef('x.detection_id', '=', 'd.id')
              .where('x.person_id', '=', person.id),
          ),
        ),
      )
      .execute();
    const ids = rows.map((row) => row.id);
    if (ids.length === 0) continue;
    await db
      .updateTable('detections')
      .set({
        person_id: person.id,
        person_kind: person.kind,
        decision: person.kind,
        decided_by: 'system',
        last_entry: CHANGED_OTHERWISE,
      })
      .where('id', 'in', ids)
      .execute();
    for (const owner of await moveReferences(db, ids, person.id, at)) owners.add(owner);
    taken.push(...ids);
    for (const row of rows) {
      if (row.person_id !== null) owners.add(row.person_id);
      moves.push({ before: row.person_id, now: person.id, camera_id: row.camera_id, captured_at: row.captured_at });
    }
  }
  if (taken.length === 0) return taken;
  await regroupVisits(db, kind, moves, visitGapMs);
  const actions = await refreshPersons(db, [...owners, person.id], at);
  const changed = [...actions].filter(([id]) => id !== person.id);
  await logChanges(
    db,
    'gallery',
    changed.map(([id, action]) => ({ entity: 'person', action, id })),
    at,
  );
  return taken;
}

/** Answers whose they were. */
async function moveReferences(
  db: Db,
  detectionIds: readonly string[],
  personId: string,
  at: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('person_references')
    .select(['id', 'person_id'])
    .where('detection_id', 'in', detectionIds)
    .where('person_id', '!=', personId)
    .where('retired_at', 'is', null)
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return [];
  await db
    .updateTable('person_references')
    .set({ person_id: personId, last_entry: CHANGED_OTHERWISE })
    .where('id', 'in', ids)
    .execute();
  await db.updateTable('reference_templates').set({ person_id: personId }).where('reference_id', 'in', ids).execute();
  await logChanges(
    db,
    'gallery',
    ids.map((id) => ({ entity: 'reference', action: 'change', id })),
    at,
  );
  return rows.map((row) => row.person_id);
}
