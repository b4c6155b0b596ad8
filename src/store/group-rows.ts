// Whose group is what, as rows.

import { KithError } from '../errors.ts';
import { foldName } from '../fold-name.ts';
import { checkName } from './names.ts';
import type { Db } from './schema.ts';

export const MOST_GROUPS = 50;

export interface GroupName {
  readonly name: string;
  readonly key: string;
}

export function checkGroup(name: string): GroupName {
  const checked = checkName(name, 'name of a group');
  return { name: checked, key: foldName(checked) };
}

/** Each once. KithError `invalid`. */
export function checkGroups(names: readonly string[]): readonly GroupName[] {
  const groups = new Map(names.map((name) => checkGroup(name)).map((group) => [group.key, group]));
  if (groups.size > MOST_GROUPS) {
    throw new KithError('invalid', `A person may be in ${MOST_GROUPS} groups, not ${groups.size}: leave some out.`);
  }
  return [...groups.values()];
}

/** Inside `writeChanges`. Whether that changed anything. */
export async function setGroups(db: Db, personId: string, groups: readonly GroupName[]): Promise<boolean> {
  const now = await keysOf(db, personId);
  const wanted = new Set(groups.map(({ key }) => key));
  const gone = [...now].filter((key) => !wanted.has(key));
  const come = groups.filter(({ key }) => !now.has(key));
  await takeOut(db, personId, gone);
  await putIn(db, personId, come);
  return gone.length > 0 || come.length > 0;
}

export async function keysOf(db: Db, personId: string): Promise<Set<string>> {
  const rows = await db.selectFrom('person_groups').select('name_key').where('person_id', '=', personId).execute();
  return new Set(rows.map((row) => row.name_key));
}

export async function takeOut(db: Db, personId: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await db.deleteFrom('person_groups').where('person_id', '=', personId).where('name_key', 'in', keys).execute();
}

/** A group that is there already keeps its spelling. */
export async function putIn(db: Db, personId: string, groups: readonly GroupName[]): Promise<void> {
  for (const { name, key } of groups) {
    const there = await db.selectFrom('person_groups').select('name').where('name_key', '=', key).executeTakeFirst();
    await db
      .insertInto('person_groups')
      .values({ person_id: personId, name: there?.name ?? name, name_key: key })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
