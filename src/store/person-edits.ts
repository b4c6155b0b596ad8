// Who changed what of a person, by the version of her row: so that two who edit her at once hear of each other.

import type { Actor } from '../identity-port.ts';
import { KithError } from '../errors.ts';
import type { PersonEdit, PersonField } from '../people-port.ts';
import type { Db } from './schema.ts';

/** Older ones are forgotten: who has an older page open than that hears only that she was changed. */
const KEPT = 50;

interface Edit {
  readonly actor: Pick<Actor, 'name'>;
  readonly at: number;
  readonly fields: readonly PersonField[];
}

/** Inside `writeChanges`. */
export async function noteEdit(db: Db, personId: string, { actor, at, fields }: Edit): Promise<void> {
  if (fields.length === 0) return;
  const row = await db
    .updateTable('persons')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', personId)
    .returning('version')
    .executeTakeFirst();
  if (!row) return;
  await db
    .insertInto('person_edits')
    .values({ person_id: personId, version: row.version, at, actor: actor.name, fields: JSON.stringify(fields) })
    .execute();
  await db
    .deleteFrom('person_edits')
    .where('person_id', '=', personId)
    .where('version', '<=', row.version - KEPT)
    .execute();
}

/** Newest first. */
export async function editsOf(db: Db, personId: string, after = 0): Promise<PersonEdit[]> {
  const rows = await db
    .selectFrom('person_edits')
    .select(['version', 'at', 'actor', 'fields'])
    .where('person_id', '=', personId)
    .where('version', '>', after)
    .orderBy('version', 'desc')
    .execute();
  return rows.map((row) => ({ ...row, fields: JSON.parse(row.fields) as PersonField[] }));
}

/** The error for whoever looks at an older version of her. */
export async function staleError(db: Db, person: { id: string; name: string }, seen: number): Promise<KithError> {
  const edits = await editsOf(db, person.id, seen);
  const sayings = new Map<string, { fields: Set<PersonField>; at: number }>();
  for (const { actor, at, fields } of edits) {
    const said = sayings.get(actor) ?? { fields: new Set(), at };
    for (const field of fields) said.fields.add(field);
    sayings.set(actor, said);
  }
  const parts = [...sayings].map(
    ([actor, { fields, at }]) => `${actor} changed ${listed([...fields].map((field) => WORDS[field]))} ${agoOf(at)}`,
  );
  const what = parts.length > 0 ? parts.join('; ') : `${person.name} was changed by somebody`;
  const changed = [...new Set(edits.flatMap(({ fields }) => fields))];
  return new KithError('conflict', `${what}: look at it, then save again.`, { more: { stale: true, changed } });
}

const WORDS: Readonly<Record<PersonField, string>> = {
  name: 'the name',
  ignored: 'whether she is ignored',
  attributes: 'attributes',
  groups: 'groups',
  notes: 'notes',
  consent: 'consent',
  merge: 'who she is (a merge)',
};

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function agoOf(at: number): string {
  const seconds = Math.max(0, (Date.now() - at) / 1000);
  const [unit, length] = STEPS.find(([, size]) => seconds >= size) ?? ['second', 1];
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(-Math.round(seconds / length), unit);
}

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];
