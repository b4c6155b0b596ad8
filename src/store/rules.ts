// Rules, the calendar by which their hours go, and snoozes.

import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Calendar, Rule, RuleDefinition, RuleStore, Snooze } from '../alert-port.ts';
import { KithError } from '../errors.ts';
import type { RuleTable, SnoozeTable } from './alert-schema.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { checkName } from './names.ts';
import type { Db } from './schema.ts';
import { readSetting, writeSetting } from './settings.ts';

const CALENDAR = 'calendar';

export function createRules(backend: Backend): RuleStore {
  return {
    list: () =>
      backend.read(async (db) => {
        const rows = await db.selectFrom('rules').selectAll().orderBy('created_at').orderBy('id').execute();
        return rows.map(toRule);
      }),

    get: (id) =>
      backend.read(async (db) => {
        const row = await findRule(db, id);
        return row ? toRule(row) : null;
      }),

    add: (rule, at) =>
      backend.writeChanges(async (db) => {
        const row = { id: randomUUID(), ...columnsOf(rule), created_at: Math.round(at), version: 1 };
        await db.insertInto('rules').values(row).execute();
        await logChanges(db, 'alert', [{ entity: 'rule', action: 'add', id: row.id }], at);
        return toRule(row);
      }),

    change: (id, rule, ifVersion) =>
      backend.writeChanges(async (db) => {
        const before = await mustFindRule(db, id);
        if (ifVersion !== undefined && before.version !== ifVersion) {
          const message = `Somebody has changed the rule ${JSON.stringify(before.name)} meanwhile: look at it again, then change it.`;
          throw new KithError('conflict', message, { more: { version: before.version } });
        }
        const values = { ...columnsOf(rule), version: before.version + 1 };
        await db.updateTable('rules').set(values).where('id', '=', id).execute();
        await logChanges(db, 'alert', [{ entity: 'rule', action: 'change', id }], Date.now());
        return toRule({ ...before, ...values });
      }),

    remove: (id) =>
      backend.writeChanges(async (db) => {
        await mustFindRule(db, id);
        // Its marks and snoozes go with it; what it has told stays.
        await db.deleteFrom('rules').where('id', '=', id).execute();
        await logChanges(db, 'alert', [{ entity: 'rule', action: 'remove', id }], Date.now());
      }),

    calendar: () => backend.read(readCalendar),

    setCalendar: (calendar) =>
      backend.writeChanges(async (db) => {
        await writeSetting(db, CALENDAR, calendar);
        await logChanges(db, 'alert', [{ entity: 'rule', action: 'change', id: CALENDAR }], Date.now());
      }),

    snoozes: (now) => backend.read((db) => readSnoozes(db, now)),

    snooze: (snooze) =>
      backend.writeChanges(async (db) => {
        if (snooze.ruleId !== null) await mustFindRule(db, snooze.ruleId);
        const row: SnoozeTable = {
          id: randomUUID(),
          rule_id: snooze.ruleId,
          person_id: snooze.personId,
          camera_id: snooze.cameraId,
          until: Math.round(snooze.until),
          made_by: snooze.by,
        };
        await db.insertInto('snoozes').values(row).execute();
        await logChanges(db, 'alert', [{ entity: 'rule', action: 'change', id: snooze.ruleId ?? SNOOZES }], Date.now());
        return toSnooze(row);
      }),

    wake: (id) =>
      backend.writeChanges(async (db) => {
        const gone = await db.deleteFrom('snoozes').where('id', '=', id).returning('rule_id').executeTakeFirst();
        if (!gone) throw new KithError('not_found', `There is no snooze ${JSON.stringify(id)}: it may be over.`);
        await logChanges(db, 'alert', [{ entity: 'rule', action: 'change', id: gone.rule_id ?? SNOOZES }], Date.now());
      }),
  };
}

/** In the change log, for snoozes of no rule in particular. */
const SNOOZES = 'snoozes';

/** Where nobody has said otherwise: the zone of this machine, no holidays. */
export async function readCalendar(db: Db): Promise<Calendar> {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (await readSetting<Calendar>(db, CALENDAR)) ?? { timeZone, holidays: [] };
}

export async function readSnoozes(db: Db, now: number): Promise<readonly Snooze[]> {
  const rows = await db
    .selectFrom('snoozes')
    .selectAll()
    .where('until', '>', Math.round(now))
    .orderBy('until')
    .orderBy('id')
    .execute();
  return rows.map(toSnooze);
}

function columnsOf({ name, enabled, ...definition }: RuleDefinition) {
  const { on, persons, groups, cameras, zones, afterS, hours, cooldownS, gatherS, channels, actions } = definition;
  const kept = { on, persons, groups, cameras, zones, afterS, hours, cooldownS, gatherS, channels, actions };
  return { name: checkName(name, 'name of the rule'), enabled: enabled ? 1 : 0, definition: JSON.stringify(kept) };
}

export function toRule(row: Selectable<RuleTable>): Rule {
  const definition = JSON.parse(row.definition) as Omit<RuleDefinition, 'name' | 'enabled'>;
  const { id, name, version } = row;
  return { id, name, enabled: row.enabled !== 0, ...definition, createdAt: row.created_at, version };
}

function toSnooze(row: SnoozeTable): Snooze {
  return {
    id: row.id,
    ruleId: row.rule_id,
    personId: row.person_id,
    cameraId: row.camera_id,
    until: row.until,
    by: row.made_by,
  };
}

async function findRule(db: Db, id: string): Promise<Selectable<RuleTable> | undefined> {
  return db.selectFrom('rules').selectAll().where('id', '=', id).executeTakeFirst();
}

async function mustFindRule(db: Db, id: string): Promise<Selectable<RuleTable>> {
  const row = await findRule(db, id);
  if (!row) throw new KithError('not_found', `There is no rule ${JSON.stringify(id)}: it may have been removed.`);
  return row;
}
