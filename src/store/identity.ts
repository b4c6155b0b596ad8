// Who is whom, and every change of it: one transaction and one entry of the history each.

import type { Actor, IdentityEntry, IdentityStore } from '../identity-port.ts';
import { KithError } from '../errors.ts';
import { follow, touchedBy, type Touched } from './aftermath.ts';
import { assignAll } from './assign.ts';
import type { Backend } from './backend.ts';
import { chunksOf } from './chunks.ts';
import {
  beginEntry,
  changeDetections,
  changeReferences,
  NOBODY,
  ofDetections,
  ofReferences,
  type Draft,
} from './entry-draft.ts';
import { exclude } from './exclusions.ts';
import { createHistory, endEntry } from './history.ts';
import { mergePersons } from './merge.ts';
import { ignorePerson, namePerson } from './person-naming.ts';
import { livePerson, mustFindPerson } from './person-rows.ts';
import type { Db } from './schema.ts';
import { sightingsWere, type Summary } from './summary.ts';
import { undoEntry } from './undo.ts';

export function createIdentity(backend: Backend): IdentityStore {
  const { kind } = backend;

  /** The end of every entry: what follows from it, its sentence, whom it touched. */
  async function finish(
    draft: Draft,
    visitGapMs: number,
    about: { summary: Summary; personIds: readonly string[]; touched?: Touched },
  ): Promise<IdentityEntry> {
    const { db, seq, at } = draft;
    const touched = about.touched ?? (await touchedBy(db, seq));
    await follow(db, kind, seq, { touched, visitGapMs, at });
    return endEntry(draft, about.summary, [...about.personIds, ...touched.personIds], touched.moves.length);
  }

  return {
    ...createHistory(backend),

    name: (id, name, actor) =>
      backend.writeChanges(async (db) => {
        const entry = await namePerson(db, kind, { id, name, actor });
        return { person: await mustFindPerson(db, id), entry };
      }),

    merge: (fromId, intoId, { actor, confirmed = false, visitGapMs }) =>
      backend.writeChanges(async (db) => {
        const { draft, from, into } = await mergePersons(db, { fromId, intoId, actor, confirmed });
        const touched = await touchedBy(db, draft.seq);
        const personIds = [into.id, from.id];
        await follow(db, kind, draft.seq, { touched, changedIds: personIds, visitGapMs, at: draft.at });
        const summary = [{ id: from.id, name: from.name }, ' was merged into ', { id: into.id, name: into.name }];
        const moved = touched.moves.length;
        const entry = await endEntry(draft, summary, [...personIds, ...touched.personIds], moved);
        return { person: await mustFindPerson(db, into.id), entry };
      }),

    assign: (assignments, options) => backend.writeChanges((db) => assignAll(db, kind, assignments, options)),

    confirm: (detectionIds, actor) =>
      backend.writeChanges(async (db) => {
        const rows = await findAll(db, detectionIds);
        const nobodys = rows.find((row) => row.person_id === null);
        if (nobodys) {
          throw new KithError(
            'conflict',
            `Detection ${nobodys.id} is nobody's, so there is nothing to confirm: give it to a person instead.`,
          );
        }
        const draft = await beginEntry(db, 'confirm', actor);
        for (const ids of chunksOf(rows.filter((row) => row.decided_by !== 'human').map((row) => row.id))) {
          await changeDetections(draft, ofDetections('detections.id', 'in', ids), { decided_by: 'human' });
        }
        const persons = await personsNamed(db, rows);
        const summary = [`${sightingsWere(rows.length)} confirmed: `, ...listOf(persons)];
        return finish(draft, 0, { summary, personIds: persons.map((person) => person.id) });
      }),

    notHer: (detectionIds, personId, { actor, visitGapMs }) =>
      backend.writeChanges(async (db) => {
        const person = await livePerson(db, personId);
        const rows = await findAll(db, detectionIds);
        const draft = await beginEntry(db, 'not_her', actor);
        for (const ids of chunksOf(rows.map((row) => row.id))) {
          await exclude(draft, ids, personId);
          const hers = ofDetections.and([
            ofDetections('detections.id', 'in', ids),
            ofDetections('detections.person_id', '=', personId),
          ]);
          await changeDetections(draft, hers, NOBODY);
          await retire(draft, ids, personId);
        }
        const verb = rows.length === 1 ? '1 sighting is not ' : `${rows.length} sightings are not `;
        return finish(draft, visitGapMs, {
          summary: [verb, { id: personId, name: person.name }],
          personIds: [personId],
        });
      }),

    setIgnored: (id, ignored, actor) =>
      backend.writeChanges(async (db) => {
        const entry = await ignorePerson(db, kind, { id, ignored, actor });
        return { person: await mustFindPerson(db, id), entry };
      }),

    discard: (what, { actor, visitGapMs }) =>
      backend.writeChanges(async (db) => {
        if ('detectionIds' in what) {
          const rows = await findAll(db, what.detectionIds);
          const draft = await beginEntry(db, 'discard', actor);
          for (const ids of chunksOf(rows.map((row) => row.id))) {
            await changeDetections(draft, ofDetections('detections.id', 'in', ids), discarded(actor));
            await retire(draft, ids);
          }
          const persons = await personsNamed(db, rows);
          const of = persons.length > 0 ? [' of ', ...listOf(persons)] : [];
          const verb = rows.length === 1 ? ' was discarded' : ' were discarded';
          const summary = [rows.length === 1 ? '1 sighting' : `${rows.length} sightings`, ...of, verb];
          return finish(draft, visitGapMs, { summary, personIds: persons.map((person) => person.id) });
        }
        const id = what.personId;
        const person = await livePerson(db, id);
        if (person.kind === 'known') {
          throw new KithError(
            'conflict',
            `${person.name} is a known person: discard single detections of hers, or remove her.`,
          );
        }
        const draft = await beginEntry(db, 'discard', actor);
        await changeDetections(draft, ofDetections('detections.person_id', '=', id), discarded(actor));
        const hers = ofReferences.and([
          ofReferences('person_references.person_id', '=', id),
          ofReferences('person_references.retired_at', 'is', null),
        ]);
        await changeReferences(draft, hers, { retired_at: draft.at });
        const touched = await touchedBy(db, draft.seq);
        const all = { moves: touched.moves, personIds: [...new Set([id, ...touched.personIds])] };
        const summary = [{ id, name: person.name }, ' was discarded'];
        return finish(draft, visitGapMs, { summary, personIds: [id], touched: all });
      }),

    undo: (seq, options) => backend.writeChanges((db) => undoEntry(db, kind, { seq, ...options })),
  };
}

function discarded(actor: Actor) {
  return {
    state: 'rejected',
    person_id: null,
    person_kind: null,
    decision: null,
    decided_by: actor.kind,
    reason_code: 'discarded',
    reason_message: 'It was discarded: no face, or of no use.',
    lease_owner: null,
    lease_until: 0,
  } as const;
}

/** Takes the references that came from these detections out of the gallery. */
async function retire(draft: Draft, detectionIds: readonly string[], personId?: string): Promise<void> {
  const conditions = [
    ofReferences('person_references.detection_id', 'in', detectionIds),
    ofReferences('person_references.retired_at', 'is', null),
  ];
  if (personId !== undefined) conditions.push(ofReferences('person_references.person_id', '=', personId));
  await changeReferences(draft, ofReferences.and(conditions), { retired_at: draft.at });
}

interface Found {
  readonly id: string;
  readonly person_id: string | null;
  readonly decided_by: Actor['kind'] | null;
}

/** KithError `invalid` for none, `not_found` when one is missing. */
async function findAll(db: Db, detectionIds: readonly string[]): Promise<Found[]> {
  const wanted = [...new Set(detectionIds)];
  if (wanted.length === 0) throw new KithError('invalid', 'No detection is named: give at least one id.');
  const found: Found[] = [];
  for (const ids of chunksOf(wanted)) {
    found.push(
      ...(await db.selectFrom('detections').select(['id', 'person_id', 'decided_by']).where('id', 'in', ids).execute()),
    );
  }
  if (found.length < wanted.length) {
    const known = new Set(found.map((row) => row.id));
    const missing = wanted.find((id) => !known.has(id));
    throw new KithError('not_found', `There is no detection ${missing ?? ''}.`);
  }
  return found;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

async function personsNamed(db: Db, rows: readonly Found[]): Promise<Named[]> {
  const ids = [...new Set(rows.flatMap((row) => row.person_id ?? []))];
  const named: Named[] = [];
  for (const some of chunksOf(ids)) {
    named.push(...(await db.selectFrom('persons').select(['id', 'name']).where('id', 'in', some).execute()));
  }
  return named;
}

const MOST_NAMES = 3;

function listOf(persons: readonly Named[]): Summary {
  const shown = persons
    .slice(0, MOST_NAMES)
    .flatMap(({ id, name }, i) => (i === 0 ? [{ id, name }] : [', ', { id, name }]));
  return persons.length > MOST_NAMES ? [...shown, ` and ${persons.length - MOST_NAMES} more`] : shown;
}
