// Groups of people: there as long as somebody is in them.

import type { GroupStore, PersonGroup } from '../people-port.ts';
import type { Actor } from '../identity-port.ts';
import { KithError } from '../errors.ts';
import { foldName } from '../fold-name.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { renameGroupInRules } from './group-followers.ts';
import { checkGroup, checkGroups, keysOf, MOST_GROUPS, putIn, takeOut } from './group-rows.ts';
import { noteEdit } from './person-edits.ts';
import { isVisible, livePerson } from './person-rows.ts';
import type { Db } from './schema.ts';

export function createGroups(backend: Backend): GroupStore {
  return {
    list: (cameras) => backend.read((db) => listGroups(db, cameras)),

    rename: (name, to, actor) =>
      backend.writeChanges(async (db) => {
        const from = foldName(name.trim());
        const wanted = checkGroup(to);
        const members = await membersOf(db, from, name);
        if (wanted.key === from) {
          await db.updateTable('person_groups').set({ name: wanted.name }).where('name_key', '=', from).execute();
        } else {
          for (const id of members) {
            await takeOut(db, id, [from]);
            await putIn(db, id, [wanted]);
          }
        }
        await renameGroupInRules(db, from, wanted.name, Date.now());
        await noteAll(db, members, actor);
        const group = (await listGroups(db, null)).find((one) => foldName(one.name) === wanted.key);
        // Of hidden persons only: nobody is counted.
        return group ?? { name: wanted.name, persons: 0 };
      }),

    remove: (name, actor) =>
      backend.writeChanges(async (db) => {
        const key = foldName(name.trim());
        const members = await membersOf(db, key, name);
        await db.deleteFrom('person_groups').where('name_key', '=', key).execute();
        await noteAll(db, members, actor);
      }),

    change: (personIds, { add, remove }, actor) =>
      backend.writeChanges(async (db) => {
        const [coming, going] = [checkGroups(add), checkGroups(remove).map(({ key }) => key)];
        const changed: string[] = [];
        for (const id of new Set(personIds)) {
          const { name } = await livePerson(db, id);
          const before = await keysOf(db, id);
          const gone = going.filter((key) => before.has(key));
          const come = coming.filter(({ key }) => !before.has(key));
          if (before.size - gone.length + come.length > MOST_GROUPS) {
            throw new KithError('invalid', `${name} would be in more than ${MOST_GROUPS} groups: nobody was changed.`);
          }
          await takeOut(db, id, gone);
          await putIn(db, id, come);
          if (gone.length + come.length > 0) changed.push(id);
        }
        await noteAll(db, changed, actor);
      }),
  };
}

async function listGroups(db: Db, cameras: readonly string[] | null | undefined): Promise<PersonGroup[]> {
  let query = db
    .selectFrom('person_groups as g')
    .innerJoin('persons', 'persons.id', 'g.person_id')
    .select((eb) => [eb.fn.min('g.name').as('name'), eb.fn.countAll<number>().as('persons')])
    .where('persons.hidden_at', 'is', null)
    .groupBy('g.name_key')
    .orderBy('g.name_key');
  if (cameras) query = query.where(isVisible(cameras));
  return query.execute();
}

async function membersOf(db: Db, key: string, name: string): Promise<string[]> {
  const rows = await db.selectFrom('person_groups').select('person_id').where('name_key', '=', key).execute();
  if (rows.length === 0) {
    throw new KithError('not_found', `There is no group ${JSON.stringify(name)}: nobody is in it.`);
  }
  return rows.map((row) => row.person_id);
}

async function noteAll(db: Db, ids: readonly string[], actor: Actor): Promise<void> {
  const at = Date.now();
  for (const id of ids) await noteEdit(db, id, { actor, at, fields: ['groups'] });
  await logChanges(
    db,
    'gallery',
    ids.map((id) => ({ entity: 'person', action: 'change', id })),
    at,
  );
}
