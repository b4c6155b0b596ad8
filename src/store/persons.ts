// People: known ones, who were named, and unknown ones, whom the system made for strangers.

import { randomUUID } from 'node:crypto';
import type { PersonStore } from '../people-port.ts';
import { foldName } from '../fold-name.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { erasePerson } from './erasure.ts';
import { forgetRemoved } from './erasure-marks.ts';
import { eraseWithSightings } from './erasure-sightings.ts';
import { checkAttributes, checkName, nameSortKey, unknownSortKey } from './names.ts';
import { changeOnePerson } from './person-change.ts';
import { createPersonLists } from './person-lists.ts';
import { findPerson, livePerson, mustFindPerson, refuseTakenName } from './person-rows.ts';
import { tracesOf } from './person-traces.ts';
import type { Db } from './schema.ts';

export function createPersons(backend: Backend): PersonStore {
  return {
    ...createPersonLists(backend),

    add: (name) =>
      backend.writeChanges(async (db) => {
        const checked = checkName(name, 'name');
        const key = foldName(checked);
        await refuseTakenName(db, checked, key);
        const at = Date.now();
        const row = {
          id: randomUUID(),
          kind: 'known' as const,
          name: checked,
          name_key: key,
          sort_key: nameSortKey(checked),
          created_at: at,
          last_seen_at: null,
        };
        await db.insertInto('persons').values(row).execute();
        await logChanges(db, 'gallery', [{ entity: 'person', action: 'add', id: row.id }], at);
        return mustFindPerson(db, row.id);
      }),

    get: (id, cameras) => backend.read((db) => findPerson(db, id, cameras)),

    change: (id, changes, { actor, ifVersion }) =>
      backend.writeChanges(async (db) => {
        const entries = await changeOnePerson(db, backend.kind, { id, changes, actor, ifVersion });
        return { person: await mustFindPerson(db, id), entries };
      }),

    setAttributes: (id, attributes) =>
      backend.writeChanges(async (db) => {
        const text = JSON.stringify(checkAttributes(attributes));
        await livePerson(db, id);
        await db
          .updateTable('persons')
          .set((eb) => ({ attributes: text, version: eb('version', '+', 1) }))
          .where('id', '=', id)
          .execute();
        await logChanges(db, 'gallery', [{ entity: 'person', action: 'change', id }], Date.now());
        return mustFindPerson(db, id);
      }),

    traces: (id) => backend.read((db) => tracesOf(db, id)),
    remove: (id) => backend.writeChanges((db) => erasePerson(db, id)),
    erase: (id, onPictures) => eraseWithSightings(backend, id, onPictures),
    forgetRemoved: (before) => forgetRemoved(backend, before),
  };
}

/** A stranger gets a number that is never used again. Inside `writeChanges`; the caller logs the change. */
export async function addUnknownPerson(db: Db, at: number, seenAt: number): Promise<string> {
  const { value } = await db
    .updateTable('counters')
    .set((eb) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', 'unknown person')
    .returning('value')
    .executeTakeFirstOrThrow();
  const id = randomUUID();
  const name = `Unknown ${value}`;
  await db
    .insertInto('persons')
    .values({
      id,
      kind: 'unknown',
      name,
      name_key: foldName(name),
      sort_key: unknownSortKey(value),
      created_at: at,
      last_seen_at: seenAt,
    })
    .execute();
  return id;
}
