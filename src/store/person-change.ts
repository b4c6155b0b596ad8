// All that somebody saves about a person at once: one transaction, and one more version of her row for each kind of change.

import type { Selectable } from 'kysely';
import type { Consent } from '../domain.ts';
import type { Actor, IdentityEntry } from '../identity-port.ts';
import { KithError } from '../errors.ts';
import type { PersonChanges, PersonField } from '../people-port.ts';
import type { Backend } from './backend.ts';
import { logChanges } from './changes.ts';
import { checkGroups, setGroups } from './group-rows.ts';
import { checkAttributes, checkNotes } from './names.ts';
import { noteEdit, staleError } from './person-edits.ts';
import { ignorePerson, namePerson } from './person-naming.ts';
import { consentOf, livePerson } from './person-rows.ts';
import type { Db, PersonTable } from './schema.ts';

/** Inside `writeChanges`. */
export async function changeOnePerson(
  db: Db,
  kind: Backend['kind'],
  wish: { id: string; changes: PersonChanges; actor: Actor; ifVersion?: number | undefined },
): Promise<IdentityEntry[]> {
  const { id, changes, actor, ifVersion } = wish;
  const before = await livePerson(db, id);
  if (ifVersion !== undefined && ifVersion !== before.version) throw await staleError(db, before, ifVersion);
  const { name, ignored } = changes;
  const entries: IdentityEntry[] = [];
  // First what may be refused: a name that is taken changes nothing.
  if (name !== undefined) entries.push(await namePerson(db, kind, { id, name, actor }));
  if (ignored !== undefined && ignored !== (before.ignored !== 0)) {
    entries.push(await ignorePerson(db, kind, { id, ignored, actor }));
  }
  await changeKept(db, before, changes, actor);
  return entries;
}

/** What is kept about her and is no part of who she is. */
async function changeKept(
  db: Db,
  before: Selectable<PersonTable>,
  { attributes, notes, consent, groups }: PersonChanges,
  actor: Actor,
): Promise<void> {
  const { id } = before;
  const at = Date.now();
  const fields: PersonField[] = [];
  const values: { attributes?: string; notes?: string; consent?: string | null } = {};
  if (attributes !== undefined) values.attributes = JSON.stringify(checkAttributes(attributes));
  if (notes !== undefined) values.notes = checkNotes(notes);
  if (consent !== undefined) values.consent = consentText(consentOf(before), consent, { by: actor.name, at });
  for (const field of ['attributes', 'notes', 'consent'] as const) {
    if (values[field] === undefined || values[field] === before[field]) delete values[field];
    else fields.push(field);
  }
  if (groups !== undefined && (await setGroups(db, id, checkGroups(groups)))) fields.push('groups');
  if (fields.length === 0) return;
  if (Object.keys(values).length > 0) await db.updateTable('persons').set(values).where('id', '=', id).execute();
  await noteEdit(db, id, { actor, at, fields });
  await logChanges(db, 'gallery', [{ entity: 'person', action: 'change', id }], at);
}

const LONGEST_NOTE = 500;

/** As it is kept: null where nobody was asked. */
function consentText(
  before: Consent,
  wish: NonNullable<PersonChanges['consent']>,
  now: { readonly by: string; readonly at: number },
): string | null {
  const note = checkNotes(wish.note ?? before.note, 'note on her consent', LONGEST_NOTE);
  if (wish.at !== undefined && (!Number.isSafeInteger(wish.at) || wish.at < 0)) {
    throw new KithError('invalid', 'The time of the consent is no time: give it as ISO 8601.');
  }
  const isSame = wish.state === before.state && note === before.note && (wish.at ?? before.at) === before.at;
  if (isSame) return before.state === 'none' ? null : JSON.stringify(before);
  if (wish.state === 'none') return null;
  const at = wish.at ?? (wish.state === before.state ? before.at : now.at);
  const consent: Consent = { state: wish.state, at, by: now.by, note };
  return JSON.stringify(consent);
}
