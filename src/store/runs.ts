// Runs of actions: asked for, decided once, done once or not at all.

import type { ActionStore, Evidence, Run } from '../action-port.ts';
import { KithError } from '../errors.ts';
import { factsOf } from './access-facts.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { decodeCursor, rowsToFetch, toPage } from './cursor.ts';
import { findAction, findRun, insertRuns, toRun, UNDER_WAY, type RunRow } from './run-rows.ts';
import type { Db } from './schema.ts';

type Asked = Parameters<ActionStore['ask']>[0];

/** Within this time the same is asked once: messengers repeat what they have sent, people press twice. */
const AGAIN_MS = { answer: 30_000, hand: 3_000 } as const;

export function createRuns(
  backend: Backend,
): Pick<ActionStore, 'ask' | 'next' | 'decide' | 'start' | 'end' | 'recover' | 'run' | 'runs'> {
  return {
    ask: (asked, at) =>
      backend.writeChanges(async (db) => {
        const action = await findAction(db, asked.actionId);
        if (!action) throw new KithError('not_found', `There is no action ${JSON.stringify(asked.actionId)}.`);
        if (action.enabled === 0) {
          throw new KithError('conflict', `The action "${action.name}" is switched off: switch it on first.`);
        }
        if (await wasAsked(db, asked, at)) return null;
        const [id = ''] = await insertRuns(db, [action], asked, at);
        const row = await findRun(db, id);
        return row ? toRun(row) : null;
      }),

    next: (except) =>
      backend.read(async (db) => {
        let query = db
          .selectFrom('action_runs')
          .selectAll()
          .where(UNDER_WAY)
          .where('state', '=', 'asked')
          .orderBy('seq')
          .limit(1);
        if (except.length > 0) query = query.where('action_id', 'not in', except);
        const row = await query.executeTakeFirst();
        return row ? toRun(row) : null;
      }),

    decide: (id, judge, at) =>
      backend.writeChanges(async (db) => {
        const row = await findRun(db, id);
        if (row?.state !== 'asked') return null;
        const facts = await factsOf(db, row);
        const verdict = judge(facts);
        // What a policy opens is opened once in a visit, whatever was judged.
        const isDoor = row.cause === 'policy' || (row.cause === 'rule' && facts.action?.access !== null);
        const { visitId } = facts.run;
        const grant = verdict.grant && facts.action !== null && (!isDoor || (visitId !== null && !facts.opened));
        return decided(db, row, {
          state: grant ? 'granted' : 'refused',
          visitId,
          opens: grant && isDoor ? visitId : null,
          evidence: verdict.evidence,
          at,
        });
      }),

    start: (id, owner, at) =>
      backend.writeChanges(async (db) => {
        const started = await db
          .updateTable('action_runs')
          .set({ state: 'started', owner, started_at: Math.round(at) })
          .where('id', '=', id)
          .where('state', '=', 'granted')
          .returning('id')
          .execute();
        await tell(db, started, at);
        return started.length > 0;
      }),

    async end(id, state, error, at) {
      await backend.writeChanges(async (db) => {
        const ended = await db
          .updateTable('action_runs')
          .set({ state, error, done_at: Math.round(at) })
          .where('id', '=', id)
          // Whoever did it knows better than those who gave up waiting for it.
          .where('state', 'in', ['started', 'unclear'])
          .returning('id')
          .execute();
        await tell(db, ended, at);
      });
    },

    recover: (now, { startedMs, waitingMs }) =>
      backend.writeChanges(async (db) => {
        const unclear = await db
          .updateTable('action_runs')
          .set({ state: 'unclear', done_at: Math.round(now), error: UNCLEAR })
          .where(UNDER_WAY)
          .where('state', '=', 'started')
          .where('started_at', '<=', Math.round(now - startedMs))
          .returning('id')
          .execute();
        const late = await db
          .updateTable('action_runs')
          .set({ state: 'failed', done_at: Math.round(now), error: LATE })
          .where(UNDER_WAY)
          .where('state', 'in', ['asked', 'granted'])
          .where('at', '<=', Math.round(now - waitingMs))
          .returning('id')
          .execute();
        await tell(db, [...unclear, ...late], now);
        return unclear.length + late.length;
      }),

    run: (id) =>
      backend.read(async (db) => {
        const row = await findRun(db, id);
        return row ? toRun(row) : null;
      }),

    async runs({ actionId, personId, cameraIds, state }, page) {
      const limit = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number']);
      const rows = await backend.read((db) => {
        let query = db.selectFrom('action_runs').selectAll().orderBy('seq', 'desc').limit(limit);
        if (after) query = query.where('seq', '<', after[0]);
        if (actionId !== undefined) query = query.where('action_id', '=', actionId);
        if (personId !== undefined) query = query.where('person_id', '=', personId);
        if (state !== undefined) query = query.where('state', '=', state);
        if (cameraIds) query = query.where('camera_id', 'in', cameraIds.length > 0 ? cameraIds : ['']);
        return query.execute();
      });
      return toPage(rows, page, (row) => [row.seq], toRun);
    },
  };
}

const UNCLEAR = 'Kith ended while this was done, so it is not known whether it was; it is not done again.';
const LATE = 'No process that can do this was there in time, so it was left.';

async function wasAsked(db: Db, { actionId, cause, by, alertId }: Asked, at: number): Promise<boolean> {
  let query = db
    .selectFrom('action_runs')
    .select('id')
    .where('action_id', '=', actionId)
    .where('cause', '=', cause)
    .where('state', 'not in', ['refused', 'failed']);
  if (cause === 'rule' || cause === 'policy') {
    if (alertId === null) return false;
    query = query.where('alert_id', '=', alertId);
  } else {
    query = query.where('at', '>', Math.round(at - AGAIN_MS[cause]));
    query =
      cause === 'answer'
        ? query.where('alert_id', 'is not distinct from', alertId)
        : query.where('made_by', 'is not distinct from', by);
  }
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}

interface Decided {
  readonly state: 'granted' | 'refused';
  readonly visitId: string | null;
  readonly opens: string | null;
  readonly evidence: readonly Evidence[];
  readonly at: number;
}

async function decided(db: Db, row: RunRow, { state, visitId, opens, evidence, at }: Decided): Promise<Run> {
  const isGranted = state === 'granted';
  const next = {
    ...row,
    state,
    opens,
    visit_id: visitId ?? row.visit_id,
    evidence: JSON.stringify(evidence),
    done_at: isGranted ? null : Math.round(at),
  };
  const { seq: _, ...values } = next;
  await db.updateTable('action_runs').set(values).where('id', '=', row.id).execute();
  await db
    .insertInto('audit')
    .values({
      at: Math.round(at),
      actor: row.made_by ?? (row.cause === 'policy' ? 'access policy' : 'rule'),
      actor_id: null,
      actor_kind: 'nobody',
      address: '',
      action: isGranted ? 'action.grant' : 'action.refuse',
      entity: 'action',
      entity_id: row.action_id,
      status: isGranted ? 200 : 403,
      // Who it was stands in the run, from where she can be erased.
      detail: JSON.stringify({ run: row.id, cause: row.cause, camera: row.camera_id, evidence }),
    })
    .execute();
  await tell(db, [row], at);
  return toRun(next);
}

async function tell(db: Db, runs: readonly { readonly id: string }[], at: number): Promise<void> {
  await logChanges(
    db,
    'alert',
    runs.map(({ id }) => ({ entity: 'run', action: 'change', id })),
    at,
  );
}
