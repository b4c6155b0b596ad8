// What rules make of a classification, as rows of its own transaction: alerts, their deliveries, and what actions and doors are asked.

import { randomUUID } from 'node:crypto';
import type { Run } from '../action-port.ts';
import type { Alert, AlertPlanner, Hours, PlannedAlert, Seen } from '../alert-port.ts';
import { coolMark, judge, onceMark, type AlertMemory, type Occasion, type Verdict } from '../alert-memory.ts';
import { endOf } from '../hours.ts';
import { growAlerts } from './alert-growth.ts';
import { logChanges } from './changes.ts';
import { readCalendar, readSnoozes } from './rules.ts';
import { insertRuns, type ActionRow } from './run-rows.ts';
import type { Db } from './schema.ts';
import { seenOf } from './seen.ts';

/** What was captured longer ago (a camera was away, files were read in) is told to nobody and opens nothing. */
const LATE_MS = 15 * 60_000;

type About = Pick<Alert, 'at' | 'cameraId' | 'personId' | 'since'>;

/** Inside `writeChanges`, once the detection is classified. */
export async function planAlerts(db: Db, planner: AlertPlanner, detectionId: string, now: number): Promise<void> {
  if (planner.isIdle()) return;
  const seen = await seenOf(db, detectionId);
  if (!seen || now - seen.capturedAt > LATE_MS) return;
  const { alerts, doors } = planner.plan(seen, now);
  const about = { at: now, cameraId: seen.cameraId, personId: null, since: null };
  for (const verdict of await judgeAll(db, alerts, occasionOf(seen), now)) await tell(db, verdict, about, seen);
  await askDoors(db, doors, seen, now);
}

/** Inside `writeChanges`. Answers the id of the alert; null where it is not told of. */
export async function raiseAlert(db: Db, planned: PlannedAlert, about: About): Promise<string | null> {
  const [verdict] = await judgeAll(db, [planned], about, about.at);
  // Only sightings are gathered: of several of these in one alert nobody could say whom or what it is about.
  return verdict ? tell(db, { ...verdict, joins: null }, about, null) : null;
}

function occasionOf({ capturedAt, cameraId, person }: Seen): Occasion {
  return { at: capturedAt, cameraId, personId: person?.id ?? null };
}

async function judgeAll(
  db: Db,
  planned: readonly PlannedAlert[],
  occasion: Occasion,
  now: number,
): Promise<readonly Verdict[]> {
  if (planned.length === 0) return [];
  const ids = planned.map(({ rule }) => rule.id);
  // The planner may not have heard yet that a rule is gone.
  const rows = await db.selectFrom('rules').select('id').where('id', 'in', ids).where('enabled', '=', 1).execute();
  const live = new Set(rows.map((row) => row.id));
  const memory = await memoryOf(db, planned, occasion, now);
  return planned.flatMap((one) => (live.has(one.rule.id) ? (judge(one, occasion, memory, now) ?? []) : []));
}

async function memoryOf(
  db: Db,
  planned: readonly PlannedAlert[],
  { cameraId }: Occasion,
  now: number,
): Promise<AlertMemory> {
  const ids = planned.map(({ rule }) => rule.id);
  const wanted = planned.flatMap((one) => [onceMark(one), coolMark(one.subject, cameraId)]);
  const rows = await db
    .selectFrom('rule_marks')
    .selectAll()
    .where('rule_id', 'in', ids)
    .where('mark', 'in', [...new Set(wanted)])
    .execute();
  const open = await db
    .selectFrom('alerts')
    .select(['rule_id', 'id'])
    .where('rule_id', 'in', ids)
    .where('gathers_until', '>', now)
    .orderBy('seq')
    .execute();
  const marks = new Map(rows.map((row) => [`${row.rule_id} ${row.mark}`, row.at]));
  const gathering = new Map(open.map((row) => [row.rule_id, row.id]));
  return {
    mark: (ruleId, mark) => marks.get(`${ruleId} ${mark}`),
    snoozes: await readSnoozes(db, now),
    gathering: (ruleId) => gathering.get(ruleId),
  };
}

/** Answers the alert's id. */
async function tell(db: Db, { planned, marks, joins }: Verdict, about: About, seen: Seen | null): Promise<string> {
  const { rule } = planned;
  const { at } = about;
  await remember(db, rule.id, marks, { at: seen?.capturedAt ?? at, now: at });
  const id = joins ?? (await addAlert(db, planned, about, seen ? rule.gatherS : 0));
  if (joins !== null) await growAlerts(db, [id]);
  if (seen) await addSighting(db, id, seen);
  const enabled = await enabledOf(db, rule.actions);
  await ask(db, enabled, { cause: 'rule', alertId: id, cameraId: about.cameraId, seen }, at);
  await logChanges(db, 'alert', [{ entity: 'alert', action: joins === null ? 'add' : 'change', id }], at);
  return id;
}

/** Over, and nobody wants to see them any more. */
const SNOOZES_KEPT_MS = 86_400_000;
/** No cooldown is longer, and no visit lasts so long. */
const MARKS_KEPT_MS = 9 * 86_400_000;
/** Somebody who is away or a camera that is silent may stay so for a year. */
const LONG_MARKS_KEPT_MS = 400 * 86_400_000;
const LONG_MARKS = ['once:absent:', 'once:offline:'] as const;

async function remember(
  db: Db,
  ruleId: string,
  marks: readonly string[],
  { at, now }: { readonly at: number; readonly now: number },
): Promise<void> {
  for (const mark of marks) {
    await db
      .insertInto('rule_marks')
      .values({ rule_id: ruleId, mark, at })
      .onConflict((conflict) => conflict.columns(['rule_id', 'mark']).doUpdateSet({ at }))
      .execute();
  }
  await db
    .deleteFrom('snoozes')
    .where('until', '<', now - SNOOZES_KEPT_MS)
    .execute();
  await db
    .deleteFrom('rule_marks')
    .where('at', '<', now - MARKS_KEPT_MS)
    .where((eb) =>
      eb.or([
        eb('at', '<', now - LONG_MARKS_KEPT_MS),
        eb.not(eb.or(LONG_MARKS.map((mark) => eb('mark', 'like', `${mark}%`)))),
      ]),
    )
    .execute();
}

async function addAlert(
  db: Db,
  { rule, event, subject }: PlannedAlert,
  about: About,
  gatherS: number,
): Promise<string> {
  const id = randomUUID();
  const gathersUntil = about.at + gatherS * 1000;
  await db
    .insertInto('alerts')
    .values({
      id,
      rule_id: rule.id,
      rule_name: rule.name,
      event,
      at: about.at,
      camera_id: about.cameraId,
      subject,
      person_id: about.personId,
      since: about.since,
      gathers_until: gathersUntil,
    })
    .execute();
  await deliver(db, id, rule.channels, { at: about.at, from: gathersUntil });
  return id;
}

/** One for each channel that is in use, in the order of the rule. */
async function deliver(
  db: Db,
  alertId: string,
  channelIds: readonly string[],
  { at, from }: { readonly at: number; readonly from: number },
): Promise<void> {
  if (channelIds.length === 0) return;
  const channels = await db
    .selectFrom('channels')
    .select(['id', 'quiet'])
    .where('id', 'in', channelIds)
    .where('enabled', '=', 1)
    .execute();
  if (channels.length === 0) return;
  const calendar = channels.some(({ quiet }) => quiet !== null) ? await readCalendar(db) : null;
  await db
    .insertInto('deliveries')
    .values(
      channels.map(({ id, quiet }) => ({
        id: randomUUID(),
        alert_id: alertId,
        channel_id: id,
        state: 'queued',
        at,
        // Hours that never end are none: better told than kept for ever.
        next_at: quiet !== null && calendar ? (endOf(JSON.parse(quiet) as Hours, calendar, from) ?? from) : from,
      })),
    )
    .execute();
}

async function addSighting(db: Db, alertId: string, seen: Seen): Promise<void> {
  await db
    .insertInto('alert_sightings')
    .values((eb) => ({
      alert_id: alertId,
      position: eb
        .selectFrom('alert_sightings')
        .select((inner) => inner.fn.countAll<number>().as('n'))
        .where('alert_id', '=', alertId),
      detection_id: seen.detectionId,
      visit_id: seen.visit?.id ?? null,
      person_id: seen.person?.id ?? null,
      camera_id: seen.cameraId,
      at: seen.capturedAt,
    }))
    .execute();
}

type Asked = Pick<ActionRow, 'id' | 'name'>;

async function enabledOf(db: Db, ids: readonly string[]): Promise<readonly Asked[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('actions').select(['id', 'name']).where('id', 'in', ids).where('enabled', '=', 1).execute();
}

/** Each shot asks again, until the visit has opened the door: one more of them may be the one that was missing. */
async function askDoors(db: Db, doorIds: readonly string[], seen: Seen, now: number): Promise<void> {
  const doors = await enabledOf(db, doorIds);
  if (doors.length === 0) return;
  const opened = await db
    .selectFrom('action_runs')
    .select('action_id')
    .where('action_id', 'in', doorIds)
    .where('opens', '=', seen.visit?.id ?? '')
    .execute();
  const done = new Set(opened.map((row) => row.action_id));
  const closed = doors.filter(({ id }) => !done.has(id));
  await ask(db, closed, { cause: 'policy', alertId: null, cameraId: seen.cameraId, seen }, now);
}

function ask(
  db: Db,
  actions: readonly Asked[],
  { seen, ...asking }: Pick<Run, 'cause' | 'alertId' | 'cameraId'> & { readonly seen: Seen | null },
  at: number,
): Promise<readonly string[]> {
  const { visit = null, person = null, detectionId = null } = seen ?? {};
  const about = { visitId: visit?.id ?? null, personId: person?.id ?? null, detectionId };
  return insertRuns(db, actions, { ...asking, ...about, by: null }, at);
}
