// Gives detections to persons: all of it one entry. What a human decided the system leaves alone; a human overrides everything.

import type { Selectable } from 'kysely';
import type { PersonKind } from '../domain.ts';
import type { Assignment, IdentityEntry, IdentityStore } from '../identity-port.ts';
import { KithError } from '../errors.ts';
import { follow, touchedBy } from './aftermath.ts';
import type { Backend } from './backend.ts';
import { chunksOf } from './chunks.ts';
import {
  beginEntry,
  changeDetections,
  changeReferences,
  ofDetections,
  ofReferences,
  type DetectionValues,
  type Draft,
} from './entry-draft.ts';
import { takeBackExclusions } from './exclusions.ts';
import { endEntry } from './history.ts';
import { livePerson } from './person-rows.ts';
import { addUnknownPerson } from './persons.ts';
import type { Db, DetectionTable, ExclusionTable } from './schema.ts';
import { keepShots } from './shot-references.ts';
import { partsOf, sightingsWere, type Summary } from './summary.ts';

type Options = Parameters<IdentityStore['assign']>[1];
type Row = Pick<Selectable<DetectionTable>, 'id' | 'person_id' | 'state' | 'decision' | 'decided_by'>;

interface Target {
  /** Null: nobody. */
  readonly id: string | null;
  readonly kind: PersonKind | null;
  readonly isNew: boolean;
}

/** Inside `writeChanges`. */
export async function assignAll(
  db: Db,
  kind: Backend['kind'],
  assignments: readonly Assignment[],
  options: Options,
): Promise<IdentityEntry | null> {
  const draft = await beginEntry(db, options.action, options.actor);
  const made: string[] = [];
  const targets: { id: string | null; count: number }[] = [];
  let isChanged = false;
  for (const assignment of assignments) {
    const done = await assignOne(draft, assignment, options);
    if (done.target?.isNew && done.target.id !== null) made.push(done.target.id);
    if (done.count > 0) targets.push({ id: done.target?.id ?? null, count: done.count });
    isChanged ||= done.count > 0 || done.references > 0;
  }
  if (!isChanged) {
    // Its number is not used again, and nobody misses it.
    await db.deleteFrom('identity_entries').where('seq', '=', draft.seq).execute();
    return null;
  }
  const touched = await touchedBy(db, draft.seq);
  await follow(db, kind, draft.seq, { touched, madeIds: made, visitGapMs: options.visitGapMs, at: draft.at });
  const personIds = [...targets.flatMap(({ id }) => id ?? []), ...touched.personIds];
  const summary = await summaryOf(db, targets, personIds, options.summary);
  return endEntry(draft, summary, personIds, touched.moves.length);
}

interface Done {
  readonly target?: Target;
  /** Detections and references that it changed. */
  readonly count: number;
  readonly references: number;
}

async function assignOne(draft: Draft, assignment: Assignment, { actor, model }: Options): Promise<Done> {
  const { db } = draft;
  const isHuman = actor.kind === 'human';
  const known = await knownTarget(db, assignment);
  const wanted = [...new Set(assignment.detectionIds)];
  const rows = await findRows(db, wanted);
  if (isHuman) refuseMissing(wanted, rows);
  const excluded = known?.id ? await exclusionsOf(db, known.id, wanted) : [];
  const isExcluded = new Set(excluded.map((row) => row.detection_id));
  const ids = rows
    .filter((row) => row.state === 'classified' && (isHuman || (row.decided_by !== 'human' && !isExcluded.has(row.id))))
    .filter((row) => !isSettled(row, known, assignment, isHuman))
    .map((row) => row.id);

  if (isHuman) await takeBackExclusions(draft, excluded);
  if (!known && ids.length === 0) return { count: 0, references: 0 };
  const target = known ?? (await makeStranger(draft));
  for (const some of chunksOf(ids)) {
    await changeDetections(draft, ofDetections('detections.id', 'in', some), valuesFor(target, assignment, actor.kind));
    await moveReferences(draft, some, target.id);
  }
  const shots = target.id === null ? [] : (assignment.referenceIds ?? []);
  const references = target.id === null ? 0 : await keepShots(draft, { personId: target.id, ids: shots, model });
  return { target, count: ids.length, references };
}

/** Undefined where a new unknown person is to be made. */
async function knownTarget(db: Db, { personId }: Assignment): Promise<Target | undefined> {
  if (personId === null) return undefined;
  if (personId === 'nobody') return { id: null, kind: null, isNew: false };
  const { id, kind } = await livePerson(db, personId);
  return { id, kind, isNew: false };
}

/** It is so already. To say it again makes it a human's decision. */
function isSettled(row: Row, target: Target | undefined, assignment: Assignment, isHuman: boolean): boolean {
  if (!target || row.person_id !== target.id) return false;
  if (isHuman && row.decided_by !== 'human') return false;
  return target.id !== null || row.decision === (assignment.decision ?? 'unidentified');
}

function valuesFor(target: Target, { decision, match }: Assignment, decidedBy: 'system' | 'human'): DetectionValues {
  return {
    person_id: target.id,
    person_kind: target.kind,
    decision: target.kind ?? decision ?? 'unidentified',
    decided_by: decidedBy,
    ...(match && {
      nearest_id: match.nearest?.personId ?? null,
      distance: match.nearest?.distance ?? null,
      runner_up_id: match.runnerUp?.personId ?? null,
      runner_up_distance: match.runnerUp?.distance ?? null,
    }),
  };
}

async function makeStranger({ db, at }: Draft): Promise<Target> {
  return { id: await addUnknownPerson(db, at, at), kind: 'unknown', isNew: true };
}

/** References go where their detections go; those of nobody leave the gallery. */
async function moveReferences(draft: Draft, detectionIds: readonly string[], personId: string | null): Promise<void> {
  const theirs = ofReferences.and([
    ofReferences('person_references.detection_id', 'in', detectionIds),
    ofReferences('person_references.retired_at', 'is', null),
  ]);
  if (personId === null) return changeReferences(draft, theirs, { retired_at: draft.at });
  const others = ofReferences('person_references.person_id', '!=', personId);
  return changeReferences(draft, ofReferences.and([theirs, others]), { person_id: personId });
}

async function findRows(db: Db, ids: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const some of chunksOf(ids)) {
    const query = db.selectFrom('detections').select(['id', 'person_id', 'state', 'decision', 'decided_by']);
    rows.push(...(await query.where('id', 'in', some).execute()));
  }
  return rows;
}

function refuseMissing(wanted: readonly string[], rows: readonly Row[]): void {
  const known = new Set(rows.map((row) => row.id));
  const missing = wanted.find((id) => !known.has(id));
  if (missing !== undefined) throw new KithError('not_found', `There is no detection ${missing}.`);
  const other = rows.find((row) => row.state !== 'classified');
  if (other) {
    throw new KithError(
      'conflict',
      `Detection ${other.id} is ${other.state}: only classified ones can be given to somebody.`,
    );
  }
}

async function exclusionsOf(db: Db, personId: string, ids: readonly string[]): Promise<Selectable<ExclusionTable>[]> {
  const rows: Selectable<ExclusionTable>[] = [];
  for (const some of chunksOf(ids)) {
    const query = db.selectFrom('exclusions').selectAll().where('person_id', '=', personId);
    rows.push(...(await query.where('detection_id', 'in', some).execute()));
  }
  return rows;
}

const MOST_NAMED = 3;

async function summaryOf(
  db: Db,
  targets: readonly { id: string | null; count: number }[],
  personIds: readonly string[],
  given: string | undefined,
): Promise<Summary> {
  const persons: { id: string; name: string }[] = [];
  for (const some of chunksOf([...new Set(personIds)])) {
    persons.push(...(await db.selectFrom('persons').select(['id', 'name']).where('id', 'in', some).execute()));
  }
  if (given !== undefined) return partsOf(given, persons);
  const name = new Map(persons.map((person) => [person.id, person.name]));
  const sums = new Map<string | null, number>();
  for (const { id, count } of targets) sums.set(id, (sums.get(id) ?? 0) + count);
  const all = [...sums];
  const shown = all.slice(0, MOST_NAMED).flatMap(([id, count], i) => {
    const whom = id === null ? 'nobody' : { id, name: name.get(id) ?? '' };
    return [`${i === 0 ? '' : ', '}${sightingsWere(count)} given to `, whom];
  });
  const more = all.length - MOST_NAMED;
  if (all.length === 0) return ['Shots were kept as references of ', ...persons.slice(0, 1)];
  return more > 0 ? [...shown, `, and others to ${more} more`] : shown;
}
