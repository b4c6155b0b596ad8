// What a worker found out goes into the log: one transaction for the row, the new unknown person and her reference, the
// visit and the change log.

import type { PersonKind } from '../domain.ts';
import type { Outcome, Settled } from '../store-port.ts';
import { outdateAlertsOf } from './alert-outcomes.ts';
import { planAlerts } from './alert-plan.ts';
import type { Backend } from './backend.ts';
import { lastChange, logChanges } from './changes.ts';
import { findDetection } from './detection-rows.ts';
import { putDetectionTemplate } from './detection-templates.ts';
import { modelState } from './models.ts';
import { addUnknownPerson } from './persons.ts';
import { addReference } from './references.ts';
import type { Db, DetectionTable } from './schema.ts';
import { takeAlong } from './take-along.ts';
import { joinVisit } from './visit-join.ts';

type Classified = Extract<Outcome, { state: 'classified' }>;
type Row = Pick<DetectionTable, 'id' | 'camera_id' | 'captured_at' | 'received_at' | 'picture'>;

interface Settlement {
  readonly worker: string;
  readonly id: string;
  readonly outcome: Outcome;
  readonly now: number;
}

interface Person {
  readonly id: string;
  readonly kind: PersonKind;
  readonly isNew: boolean;
}

/** Inside `writeChanges`, whose lock keeps two workers from making the same stranger twice. */
export async function settleDetection(
  db: Db,
  kind: Backend['kind'],
  { worker, id, outcome, now }: Settlement,
): Promise<Settled> {
  const query = db
    .selectFrom('detections')
    .select(['id', 'camera_id', 'captured_at', 'received_at', 'picture', 'state', 'lease_owner'])
    .where('id', '=', id);
  // On PostgreSQL another worker may be taking the row over right now.
  const row = await (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
  if (!row || row.state !== 'pending' || row.lease_owner !== worker) return { result: 'lost' };

  let taken: readonly string[] = [];
  if (outcome.state === 'classified') {
    const refused = await refuse(db, row, outcome);
    if (refused) return { result: refused };
    taken = await classify(db, kind, row, outcome, now);
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
  await logChanges(
    db,
    'journal',
    [...taken, id].map((one) => ({ entity: 'detection', action: 'change', id: one })),
    now,
  );
  await outdateAlertsOf(db, taken, now);
  if (outcome.state === 'classified' && outcome.alerts) await planAlerts(db, outcome.alerts, id, now);
  const detection = await findDetection(db, id);
  if (!detection) throw new Error(`detection ${id} vanished while it was settled`);
  return { result: 'done', detection };
}

/** Why what the search saw is no longer so; nothing is written yet. */
async function refuse(db: Db, row: Row, outcome: Classified): Promise<'stale' | 'model' | undefined> {
  const { active } = await modelState(db);
  if (active !== null && active !== outcome.template.model) return 'model';
  if (outcome.personId !== null) {
    const person = await db
      .selectFrom('persons as p')
      .select('p.id')
      .where('p.id', '=', outcome.personId)
      .where('p.hidden_at', 'is', null)
      // A human has said that this is not her.
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('exclusions as x')
              .select('x.person_id')
              .where('x.detection_id', '=', row.id)
              .whereRef('x.person_id', '=', 'p.id'),
          ),
        ),
      )
      .executeTakeFirst();
    return person ? undefined : 'stale';
  }
  // Somebody was enrolled after the search: perhaps this very stranger.
  const isStale = outcome.decision === 'new' && (await lastChange(db, 'gallery')) > outcome.galleryVersion;
  return isStale ? 'stale' : undefined;
}

/** Answers the earlier shots that went along. */
async function classify(
  db: Db,
  kind: Backend['kind'],
  row: Row,
  outcome: Classified,
  now: number,
): Promise<readonly string[]> {
  const { nearest, runnerUp } = outcome.match;
  const person = await findPerson(db, row, outcome, now);
  const seen = {
    state: 'classified',
    decided_by: 'system',
    nearest_id: nearest?.personId ?? null,
    distance: nearest?.distance ?? null,
    runner_up_id: runnerUp?.personId ?? null,
    runner_up_distance: runnerUp?.distance ?? null,
    quality: outcome.quality,
    model: outcome.template.model,
  } as const;
  await putDetectionTemplate(db, row.id, outcome.template);
  if (!person) {
    await finish(db, row, now, {
      ...seen,
      decision: outcome.decision,
      reason_code: outcome.reason?.code ?? null,
      reason_message: outcome.reason?.message ?? null,
    });
    return [];
  }
  if (person.isNew || outcome.keepReference) {
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
  await finish(db, row, now, {
    ...seen,
    person_id: person.id,
    person_kind: person.kind,
    // Somebody who was named after the search is known.
    decision: person.isNew ? 'new' : person.kind,
    visit_id: visitId,
  });
  const { alsoIds = [], visitGapMs } = outcome;
  return alsoIds.length > 0 ? takeAlong(db, kind, { person, detectionIds: alsoIds, visitGapMs, at: now }) : [];
}

/** Undefined where nobody is meant. */
async function findPerson(db: Db, row: Row, outcome: Classified, now: number): Promise<Person | undefined> {
  if (outcome.personId !== null) {
    const {
      id,
      kind,
      last_seen_at: last,
    } = await db
      .selectFrom('persons')
      .select(['id', 'kind', 'last_seen_at'])
      .where('id', '=', outcome.personId)
      .executeTakeFirstOrThrow();
    if (last === null || last < row.captured_at) {
      await db.updateTable('persons').set({ last_seen_at: row.captured_at }).where('id', '=', id).execute();
    }
    return { id, kind, isNew: false };
  }
  if (outcome.decision !== 'new') return undefined;
  const id = await addUnknownPerson(db, now, row.captured_at);
  await logChanges(db, 'gallery', [{ entity: 'person', action: 'add', id }], now);
  return { id, kind: 'unknown', isNew: true };
}

async function finish(db: Db, row: Row, now: number, values: Partial<Omit<DetectionTable, 'seq'>>): Promise<void> {
  await db
    .updateTable('detections')
    .set({ ...values, classified_at: now, lease_owner: null, lease_until: 0 })
    .where('id', '=', row.id)
    .execute();
}
