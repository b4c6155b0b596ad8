// Actions: those that people have set up, and those of the configuration files.

import { randomUUID } from 'node:crypto';
import type { Action, ActionDefinition, ActionStore } from '../action-port.ts';
import { KithError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { checkName } from './names.ts';
import { findAction, toAction, type ActionRow } from './run-rows.ts';
import type { Db } from './schema.ts';

type Fixed = { readonly id: string } & ActionDefinition;

export function createActions(
  backend: Backend,
): Pick<ActionStore, 'list' | 'get' | 'add' | 'change' | 'remove' | 'fix'> {
  return {
    list: () =>
      backend.read(async (db) => {
        const rows = await db.selectFrom('actions').selectAll().orderBy('created_at').orderBy('id').execute();
        return rows.map(toAction);
      }),

    get: (id) =>
      backend.read(async (db) => {
        const row = await findAction(db, id);
        return row ? toAction(row) : null;
      }),

    add: (action, at) => backend.writeChanges((db) => insert(db, { id: randomUUID(), ...action }, null, at)),

    change(id, action, ifVersion) {
      const values = valuesOf(action);
      return backend.writeChanges(async (db) => {
        const row = await mustFind(db, id);
        refuseFixed(row, 'change');
        if (ifVersion !== undefined && row.version !== ifVersion) {
          throw new KithError('conflict', `Somebody has changed the action "${row.name}" meanwhile: load it again.`);
        }
        if (values.kind !== row.kind) {
          throw new KithError(
            'conflict',
            `The action "${row.name}" is of the kind ${row.kind} and stays so: make a new action for ${values.kind}.`,
          );
        }
        return update(db, row, values);
      });
    },

    async remove(id) {
      await backend.writeChanges(async (db) => {
        const row = await mustFind(db, id);
        refuseFixed(row, 'remove');
        await drop(db, id);
      });
    },

    async fix(by, actions, at) {
      await backend.writeChanges(async (db) => {
        const stored = await db.selectFrom('actions').selectAll().where('fixed_by', '=', by).execute();
        const wanted = new Set(actions.map(({ id }) => id));
        for (const { id } of stored) if (!wanted.has(id)) await drop(db, id);
        for (const action of actions) await fixOne(db, by, action, at);
      });
    },
  };
}

async function fixOne(db: Db, by: string, action: Fixed, at: number): Promise<void> {
  const row = await findAction(db, action.id);
  if (!row) {
    await insert(db, action, by, at);
    return;
  }
  if (row.fixed_by === null) {
    throw new KithError(
      'conflict',
      `The id ${JSON.stringify(action.id)} of an action is that of one that was set up in the panel: take another one in kith.json.`,
    );
  }
  // Several machines may have the same file: who started last has it.
  const values = { ...valuesOf(action), fixed_by: by };
  const isSame = (Object.keys(values) as (keyof typeof values)[]).every((key) => values[key] === row[key]);
  // Every start would be a change otherwise.
  if (!isSame) await update(db, row, values);
}

async function insert(db: Db, action: Fixed, fixedBy: string | null, at: number): Promise<Action> {
  const row: ActionRow = {
    id: action.id,
    ...valuesOf(action),
    created_at: Math.round(at),
    version: 1,
    fixed_by: fixedBy,
  };
  await db.insertInto('actions').values(row).execute();
  await tell(db, row.id, 'add', at);
  return toAction(row);
}

async function update(db: Db, row: ActionRow, values: Partial<ActionRow>): Promise<Action> {
  const next = { ...row, ...values, version: row.version + 1 };
  await db.updateTable('actions').set(next).where('id', '=', row.id).execute();
  await tell(db, row.id, 'change', Date.now());
  return toAction(next);
}

/** What it did stays known. */
async function drop(db: Db, id: string): Promise<void> {
  await db.deleteFrom('actions').where('id', '=', id).execute();
  await tell(db, id, 'remove', Date.now());
}

function valuesOf({ name, kind, enabled, settings, access }: ActionDefinition) {
  return {
    name: checkName(name, 'name of the action'),
    kind,
    enabled: enabled ? 1 : 0,
    settings: JSON.stringify(settings),
    access: access && JSON.stringify(access),
  };
}

function refuseFixed({ name, fixed_by: by }: ActionRow, what: 'change' | 'remove'): void {
  if (by === null) return;
  throw new KithError(
    'conflict',
    `The action "${name}" stands in kith.json of ${by}: ${what} it there, then start Kith again.`,
  );
}

async function tell(db: Db, id: string, action: 'add' | 'change' | 'remove', at: number): Promise<void> {
  await logChanges(db, 'alert', [{ entity: 'action', action, id }], at);
}

async function mustFind(db: Db, id: string): Promise<ActionRow> {
  const row = await findAction(db, id);
  if (!row) throw new KithError('not_found', `There is no action ${JSON.stringify(id)}.`);
  return row;
}
