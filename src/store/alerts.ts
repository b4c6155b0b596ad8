// Alerts as people look at them. They are made inside the transaction of a classification: alert-plan.ts.

import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';
import type { AlertFilter, AlertStore } from '../alert-port.ts';
import { KithError } from '../errors.ts';
import { findAlert, findAlerts } from './alert-rows.ts';
import { outdate } from './alert-outcomes.ts';
import { raiseAlert } from './alert-plan.ts';
import { createAlertWatch } from './alert-watch.ts';
import type { Backend } from './backend.ts';
import { decodeCursor, rowsToFetch, scannedPage } from './cursor.ts';
import { isOneOf } from './one-of.ts';
import { scan, type ScanKey } from './scan.ts';
import type { Db, Tables } from './schema.ts';
import { replaySeen } from './seen.ts';

export function createAlerts(backend: Backend): AlertStore {
  return {
    get: (id) => backend.read((db) => findAlert(db, id)),

    async list(filter, page) {
      const wanted = rowsToFetch(page);
      const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor, ['number', 'number']);
      return backend.read(async (db) => {
        const found = await scan<Row, number>({
          read: (from, count) => readAlerts(db, filter, from, count),
          keyOf,
          keep: (row) => row.kept === 1,
          after,
          wanted,
        });
        const { items, next } = scannedPage(found, page, keyOf, (row) => row.id);
        return { items: await findAlerts(db, items), next };
      });
    },

    ...createAlertWatch(backend),
    replay: (filter, page) => replaySeen(backend, filter, page),

    raise: (planned, about) =>
      backend.writeChanges(async (db) => {
        const id = await raiseAlert(db, planned, { ...about, at: Math.round(about.at) });
        return id === null ? null : findAlert(db, id);
      }),

    note: (id, { at, by, text }) =>
      backend.writeChanges(async (db) => {
        const row = await db.selectFrom('alerts').select('id').where('id', '=', id).executeTakeFirst();
        if (!row) throw noAlert(id);
        await db
          .insertInto('alert_outcomes')
          .values({ alert_id: id, at: Math.round(at), actor: by, said: text, entry_seq: null })
          .execute();
        await outdate(db, [id], at);
        const alert = await findAlert(db, id);
        if (!alert) throw noAlert(id);
        return alert;
      }),
  };
}

function noAlert(id: string): KithError {
  return new KithError('not_found', `There is no alert ${id}: what it told of may have been erased.`);
}

interface Row {
  readonly id: string;
  readonly at: number;
  readonly seq: number;
  readonly kept: number;
}

const keyOf = (row: Row) => [row.at, row.seq] as const;

/** The latest first, with whether each is asked for. */
async function readAlerts(
  db: Db,
  filter: AlertFilter,
  after: ScanKey<number> | undefined,
  count: number,
): Promise<readonly Row[]> {
  const { ruleId, from, to } = filter;
  let query = db
    .selectFrom('alerts as a')
    .select(['a.id', 'a.at', 'a.seq', sql<number>`case when ${isAskedFor(filter)} then 1 else 0 end`.as('kept')])
    .orderBy('a.at', 'desc')
    .orderBy('a.seq', 'desc')
    .limit(count);
  if (ruleId !== undefined) query = query.where('a.rule_id', '=', ruleId);
  if (from !== undefined) query = query.where('a.at', '>=', from);
  if (to !== undefined) query = query.where('a.at', '<', to);
  if (after) query = query.where((eb) => eb(eb.refTuple('a.at', 'a.seq'), '<', eb.tuple(after[0], after[1])));
  return query.execute();
}

/** Her sightings are those that are hers now. */
function isAskedFor({ cameraIds, personId }: AlertFilter): Expression<SqlBool> {
  const eb = expressionBuilder<Tables & { a: Tables['alerts'] }, 'a'>();
  const conditions: Expression<SqlBool>[] = [];
  const sightings = eb.selectFrom('alert_sightings as s').select('s.alert_id').whereRef('s.alert_id', '=', 'a.id');
  if (cameraIds) {
    const seen = eb.exists(sightings.where(isOneOf(sql.ref('s.camera_id'), cameraIds)));
    conditions.push(eb.or([isOneOf(sql.ref('a.camera_id'), cameraIds), seen]));
  }
  if (personId !== undefined) {
    const hers = sightings.innerJoin('detections as d', 'd.id', 's.detection_id').where('d.person_id', '=', personId);
    conditions.push(eb.or([eb('a.person_id', '=', personId), eb.exists(hers)]));
  }
  return eb.and(conditions);
}
