// Rules, doors and channels call a group by its name: where it gets another one, they follow.

import { KithError } from '../errors.ts';
import { foldName } from '../fold-name.ts';
import { logChanges } from './changes.ts';
import type { Db } from './schema.ts';

/** Where the JSON stands whose `groups` are names. */
const PLACES = [
  { table: 'rules', column: 'definition', entity: 'rule' },
  { table: 'actions', column: 'access', entity: 'action' },
  { table: 'channels', column: 'settings', entity: 'channel' },
] as const;

/** Inside `writeChanges`. `from` is folded. KithError `conflict` where a door of kith.json names the group: the file would name the old one
 * again at the next start, and the door let nobody in. */
export async function renameGroupInRules(db: Db, from: string, to: string, at: number): Promise<void> {
  const fixed = await db.selectFrom('actions').select(['name', 'access']).where('fixed_by', 'is not', null).execute();
  const door = fixed.find(({ access }) => access !== null && withGroup(access, from, to) !== null);
  if (door) {
    throw new KithError(
      'conflict',
      `The door ${JSON.stringify(door.name)} stands in kith.json and names this group: write the new name there first and start Kith again.`,
    );
  }
  for (const { table, column, entity } of PLACES) {
    const rows = await db
      .selectFrom(table)
      .select(['id', 'version', `${column} as json`])
      .execute();
    for (const { id, version, json } of rows) {
      const renamed = json === null ? null : withGroup(json, from, to);
      if (renamed === null) continue;
      const values = { [column]: renamed, version: version + 1 };
      await db.updateTable(table).set(values).where('id', '=', id).execute();
      await logChanges(db, 'alert', [{ entity, action: 'change', id }], at);
    }
  }
}

/** Null where it does not name the group. */
function withGroup(json: string, from: string, to: string): string | null {
  const value = JSON.parse(json) as { readonly groups?: readonly string[] };
  if (!value.groups?.some((name) => foldName(name) === from)) return null;
  const others = value.groups.filter((name) => ![from, foldName(to)].includes(foldName(name)));
  return JSON.stringify({ ...value, groups: [...others, to] });
}
