// Rows of people as persons, and which of them somebody may still do something with.

import { sql, type ExpressionBuilder, type Selectable } from 'kysely';
import type { Consent, Person } from '../domain.ts';
import { KithError } from '../errors.ts';
import type { Cameras } from '../people-port.ts';
import { chunksOf } from './chunks.ts';
import type { Db, PersonTable, Tables } from './schema.ts';

/** `cameras`: what the asker may see: her last sight and her picture go by it. */
export function selectPersons(db: Db, cameras?: Cameras) {
  return db
    .selectFrom('persons')
    .selectAll()
    .select([countReferences, (eb) => bestReference(eb, cameras), seenAt(cameras).as('seen_at')]);
}

type PersonRow = Awaited<ReturnType<ReturnType<typeof selectPersons>['execute']>>[number];

/** No camera at all is not "all": an id that no camera has. */
export function idsOf(cameras: readonly string[]): readonly string[] {
  return cameras.length > 0 ? cameras : [''];
}

/** When she was seen last at these cameras, or at all. Over the table `persons`. */
export function seenAt(cameras?: Cameras) {
  if (!cameras) return sql<number | null>`persons.last_seen_at`;
  return sql<number | null>`(select max(v.last_at) from visits v
    where v.person_id = persons.id and v.camera_id in (${sql.join(idsOf(cameras))}))`;
}

function countReferences(eb: ExpressionBuilder<Tables, 'persons'>) {
  return eb
    .selectFrom('person_references')
    .select((inner) => inner.fn.countAll<number>().as('n'))
    .whereRef('person_references.person_id', '=', 'persons.id')
    .where('person_references.retired_at', 'is', null)
    .as('references');
}

function bestReference(eb: ExpressionBuilder<Tables, 'persons'>, cameras: Cameras) {
  let query = eb
    .selectFrom('person_references as r')
    .select('r.id')
    .whereRef('r.person_id', '=', 'persons.id')
    .where('r.retired_at', 'is', null)
    .orderBy('r.quality', 'desc')
    .orderBy('r.id')
    .limit(1);
  if (cameras) {
    query = query.where((where) =>
      where.or([
        where('r.detection_id', 'is', null),
        where.exists(
          where
            .selectFrom('detections as d')
            .select('d.id')
            .whereRef('d.id', '=', 'r.detection_id')
            .where('d.camera_id', 'in', idsOf(cameras)),
        ),
      ]),
    );
  }
  return query.as('best_reference');
}

/** A merged person is found, for she leads on; an unknown one who has nothing left is not. */
export async function findPerson(db: Db, id: string, cameras?: Cameras): Promise<Person | null> {
  let query = selectPersons(db, cameras)
    .where('id', '=', id)
    .where((eb) => eb.or([eb('hidden_at', 'is', null), eb('merged_into', 'is not', null)]));
  if (cameras) query = query.where(isVisible(cameras));
  const [person] = await toPersons(db, await query.execute(), cameras);
  return person ?? null;
}

/** Known persons, and unknown ones who were seen where the asker may look. Over the table `persons`. */
export function isVisible(cameras: readonly string[]) {
  return sql<boolean>`(persons.kind = 'known' or exists (select 1 from visits v
    where v.person_id = persons.id and v.camera_id in (${sql.join(idsOf(cameras))})))`;
}

export async function mustFindPerson(db: Db, id: string): Promise<Person> {
  const person = await findPerson(db, id);
  if (!person) throw noPerson(id);
  return person;
}

/** KithError `not_found` when she is gone, `conflict` when she was merged into somebody else. */
export async function livePerson(db: Db, id: string): Promise<Selectable<PersonTable>> {
  const row = await db.selectFrom('persons').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || (row.hidden_at !== null && row.merged_into === null)) throw noPerson(id);
  if (row.merged_into !== null) {
    throw new KithError('conflict', `${row.name} was merged into another person: use ${row.merged_into} instead.`);
  }
  return row;
}

export function noPerson(id: string): KithError {
  return new KithError('not_found', `There is no person ${id}: she may have been removed.`);
}

/** KithError `conflict` when another known person has the name. */
export async function refuseTakenName(db: Db, name: string, key: string, except?: string): Promise<void> {
  let query = db
    .selectFrom('persons')
    .select('name')
    .where('kind', '=', 'known')
    .where('hidden_at', 'is', null)
    .where('name_key', '=', key);
  if (except !== undefined) query = query.where('id', '!=', except);
  const taken = await query.executeTakeFirst();
  if (taken) {
    throw new KithError(
      'conflict',
      `There is a person named "${taken.name}" already: choose another name than "${name}", or add the photos to that person.`,
    );
  }
}

export const NO_CONSENT: Consent = { state: 'none', at: null, by: null, note: '' };

export function consentOf(row: Pick<Selectable<PersonTable>, 'consent'>): Consent {
  return row.consent === null ? NO_CONSENT : (JSON.parse(row.consent) as Consent);
}

/** In their order, with what is in other tables. */
export async function toPersons(db: Db, rows: readonly PersonRow[], cameras?: Cameras): Promise<Person[]> {
  const groups = await groupsOf(
    db,
    rows.map((row) => row.id),
  );
  const persons: Person[] = [];
  for (const row of rows) {
    const sighting = row.best_reference === null ? await bestSighting(db, row.id, cameras) : null;
    persons.push({
      id: row.id,
      kind: row.kind,
      name: row.name,
      createdAt: row.created_at,
      lastSeenAt: row.seen_at,
      references: row.references ?? 0,
      ignored: row.ignored !== 0,
      attributes: JSON.parse(row.attributes) as Person['attributes'],
      mergedInto: row.merged_into,
      groups: groups.get(row.id) ?? [],
      notes: row.notes,
      consent: consentOf(row),
      version: row.version,
      portrait:
        row.best_reference !== null
          ? { kind: 'reference', id: row.best_reference }
          : sighting === null
            ? null
            : { kind: 'detection', id: sighting },
    });
  }
  return persons;
}

export async function groupsOf(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const groups = new Map<string, string[]>();
  for (const some of chunksOf(ids)) {
    const rows = await db
      .selectFrom('person_groups')
      .select(['person_id', 'name'])
      .where('person_id', 'in', some)
      .orderBy('name_key')
      .execute();
    for (const { person_id: id, name } of rows) {
      const known = groups.get(id);
      if (known) known.push(name);
      else groups.set(id, [name]);
    }
  }
  return groups;
}

/** Of how many of her latest visits the best shot is looked for. */
const VISITS_LOOKED_AT = 50;

async function bestSighting(db: Db, personId: string, cameras: Cameras): Promise<string | null> {
  let query = db
    .selectFrom('visits')
    .select(['best_detection_id', 'best_quality'])
    .where('person_id', '=', personId)
    .orderBy('last_at', 'desc')
    .orderBy('id', 'desc')
    .limit(VISITS_LOOKED_AT);
  if (cameras) query = query.where('camera_id', 'in', idsOf(cameras));
  const visits = await query.execute();
  const best = visits.toSorted((a, b) => b.best_quality - a.best_quality)[0];
  return best?.best_detection_id ?? null;
}
