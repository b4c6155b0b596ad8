// What a worker found out goes into the log: one transaction for the row, the new unknown person and her reference, the
// visit and the change log.

import type { Outcome, Settled } from '../store-port.ts';
import { lastChange, logChanges } from './changes.ts';
import { findDetection } from './detection-rows.ts';
import { putDetectionTemplate } from './detection-templates.ts';
import { addUnknownPerson } from './persons.ts';
import { addReference } from './references.ts';
import type { Db, DetectionTable } from './schema.ts';
import { joinVisit } from './visit-join.ts';

type Classified = Extract<Outcome, { state: 'classified' }>;
type Row = Pick<DetectionTable, 'id' | 'camera_id' | 'captured_at' | 'received_at' | 'picture'>;

interface Settlement {
  readonly worker: string;
  readonly id: string;
  readonly outcome: Outcome;
  readonly now: number;
}

/** Inside `writeChanges`, whose lock keeps two workers from making the same stranger twice. */
export async function settleDetection(
  db: Db,
  postgres: boolean,
  { worker, id, outcome, now }: Settlement,
): Promise<Settled> {
  const query = db
    .selectFrom('detections')
    .select(['id', 'camera_id', 'captured_at', 'received_at', 'picture', 'state', 'lease_owner'])
    .where('id', '=', id);
  // On PostgreSQL another worker may be taking the row over right now.
  const row = await (postgres ? query.forUpdate() : query).executeTakeFirst();
  if (!row || row.state !== 'pending' || row.lease_owner !== worker) return { result: 'lost' };

  if (outcome.state === 'classified') {
    if (!(await classify(db, row, outcome, now))) return { result: 'stale' };
  } else {
    await finish(db, row, now, {
      state: outcome.state,
      reason_code: outcome.code,
      reason_message: outcome.message,
      quality: outcome.state === 'rejected' ? outcome.quality : null,
    });
  }
  await db
    .updateTable('cameras')
    .set({ last_seen_at: row.received_at })
    .where('id', '=', row.camera_id)
    .where((eb) => eb.or([eb('last_seen_at', 'is', null), eb('last_seen_at', '<', row.received_at)]))
    .execute();
  await logChanges(db, 'journal', [{ entity: 'detection', action: 'change', id }], now);
  const detection = await findDetection(db, id);
  if (!detection) throw new Error(`detection ${id} vanished while it was settled`);
  return { result: 'done', detection };
}

/** False, with nothing written: what the search saw is no longer so. */
async function classify(db: Db, row: Row, outcome: Classified, now: number): Promise<boolean> {
  const isNew = outcome.personId === null;
  const person = isNew
    ? await addStranger(db, row, outcome, now)
    : await findSeen(db, outcome.personId, row.captured_at);
  if (!person) return false;
  if (isNew || outcome.keepReference) {
    await addReference(
      db,
      {
        personId: person.id,
        picture: row.picture,
        source: 'sighting',
        detectionId: row.id,
        quality: outcome.quality,
        warnings: [],
      },
      [outcome.template],
      now,
    );
  }
  const visitId = await joinVisit(db, {
    personId: person.id,
    cameraId: row.camera_id,
    detectionId: row.id,
    at: row.captured_at,
    quality: outcome.quality,
    gapMs: outcome.visitGapMs,
  });
  const { nearest, runnerUp, decision } = outcome.match;
  await finish(db, row, now, {
    state: 'classified',
    person_id: person.id,
    person_kind: person.kind,
    decision: isNew ? 'new' : decision,
    distance: nearest?.distance ?? null,
    runner_up_id: runnerUp?.personId ?? null,
    runner_up_distance: runnerUp?.distance ?? null,
    quality: outcome.quality,
    model: outcome.template.model,
    visit_id: visitId,
  });
  await putDetectionTemplate(db, row.id, outcome.template);
  return true;
}

async function addStranger(db: Db, row: Row, outcome: Classified, now: number) {
  // Somebody was enrolled after the search: perhaps this very stranger.
  if ((await lastChange(db, 'gallery')) > outcome.galleryVersion) return undefined;
  const id = await addUnknownPerson(db, now, row.captured_at);
  await logChanges(db, 'gallery', [{ entity: 'person', action: 'add', id }], now);
  return { id, kind: 'unknown' as const };
}

async function findSeen(db: Db, id: string | null, seenAt: number) {
  const person = await db
    .selectFrom('persons')
    .select(['id', 'kind', 'last_seen_at'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (person && (person.last_seen_at === null || person.last_seen_at < seenAt)) {
    await db.updateTable('persons').set({ last_seen_at: seenAt }).where('id', '=', person.id).execute();
  }
  return person;
}

async function finish(db: Db, row: Row, now: number, values: Partial<Omit<DetectionTable, 'seq'>>): Promise<void> {
  await db
    .updateTable('detections')
    .set({ ...values, classified_at: now, lease_owner: null, lease_until: 0 })
    .where('id', '=', row.id)
    .execute();
}
