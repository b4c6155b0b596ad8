// Naming and ignoring somebody, as one entry of the history each.

import type { Actor, IdentityEntry } from '../identity-port.ts';
import { foldName } from '../fold-name.ts';
import { follow } from './aftermath.ts';
import type { Backend } from './backend.ts';
import { beginEntry, changeDetections, changePerson, ofDetections } from './entry-draft.ts';
import { endEntry } from './history.ts';
import { checkName, nameSortKey } from './names.ts';
import { livePerson, refuseTakenName } from './person-rows.ts';
import type { Db } from './schema.ts';

const NOTHING_MOVED = { moves: [], personIds: [] };

/** Inside `writeChanges`. An unknown person becomes known. */
export async function namePerson(
  db: Db,
  kind: Backend['kind'],
  { id, name, actor }: { readonly id: string; readonly name: string; readonly actor: Actor },
): Promise<IdentityEntry> {
  const checked = checkName(name, 'name');
  const key = foldName(checked);
  const before = await livePerson(db, id);
  await refuseTakenName(db, checked, key, id);
  const draft = await beginEntry(db, 'name', actor);
  const values = { kind: 'known', name: checked, name_key: key, sort_key: nameSortKey(checked) } as const;
  await changePerson(draft, id, values);
  if (before.kind === 'unknown') {
    await changeDetections(draft, ofDetections('detections.person_id', '=', id), {
      person_kind: 'known',
      decision: 'known',
      // What the system changes stays open to be changed; a human's word stays one whoever comes later.
      ...(actor.kind === 'human' && { decided_by: 'human' }),
    });
  }
  const after = { touched: NOTHING_MOVED, changedIds: [id], quiet: true, visitGapMs: 0, at: draft.at };
  await follow(db, kind, draft.seq, after);
  const verb = before.kind === 'unknown' ? ' was named ' : ' was renamed ';
  return endEntry(draft, [{ id, name: before.name }, verb, { id, name: checked }], [id], 0);
}

/** Inside `writeChanges`. */
export async function ignorePerson(
  db: Db,
  kind: Backend['kind'],
  { id, ignored, actor }: { readonly id: string; readonly ignored: boolean; readonly actor: Actor },
): Promise<IdentityEntry> {
  const person = await livePerson(db, id);
  const draft = await beginEntry(db, ignored ? 'ignore' : 'unignore', actor);
  await changePerson(draft, id, { ignored: ignored ? 1 : 0 });
  await follow(db, kind, draft.seq, { touched: NOTHING_MOVED, changedIds: [id], visitGapMs: 0, at: draft.at });
  const verb = ignored ? ' is ignored from now on' : ' is not ignored any more';
  return endEntry(draft, [{ id, name: person.name }, verb], [id], 0);
}
