// Who is whom, and every change of it: one transaction and one entry of the history each.

import type { IdentityStore } from '../store-port.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { checkName, foldName, nameSortKey } from './names.ts';
import { livePerson, mustFindPerson, refuseTakenName } from './person-rows.ts';

export function createIdentity(backend: Backend): IdentityStore {
  return {
    name: (id, name, actor) =>
      backend.writeChanges(async (db) => {
        const checked = checkName(name, 'name');
        const key = foldName(checked);
        const before = await livePerson(db, id);
        await refuseTakenName(db, checked, key, id);
        await db
          .updateTable('persons')
          .set({ kind: 'known', name: checked, name_key: key, sort_key: nameSortKey(checked) })
          .where('id', '=', id)
          .execute();
        if (before.kind === 'unknown') {
          await db.updateTable('detections').set({ person_kind: 'known' }).where('person_id', '=', id).execute();
        }
        const at = Date.now();
        await logChanges(db, 'gallery', [{ entity: 'person', action: 'change', id }], at);
        const entry = {
          seq: 0,
          at,
          actor: actor.name,
          action: 'name',
          summary: `${before.name} was named ${checked}`,
          personIds: [id],
          detections: 0,
          undoneAt: null,
          undoneBy: null,
        } as const;
        return { person: await mustFindPerson(db, id), entry };
      }),
    merge: notYet,
    assign: notYet,
    confirm: notYet,
    notHer: notYet,
    setIgnored: notYet,
    discard: notYet,
    undo: notYet,
    get: notYet,
    list: notYet,
  };
}

function notYet(): Promise<never> {
  return Promise.reject(new Error('not implemented'));
}
